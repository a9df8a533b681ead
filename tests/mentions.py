"""What a page mentions and the repository does not have: commands, settings, metrics, values, targets, files, links."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from digest.settings import all_settings as digest_settings
from ingest.settings import all_settings as ingest_settings
from store.settings import all_settings as store_settings
from tests.pages import ROOT, Found, Page, pages
from tools import schema_table
from tools.cli_table import MEANINGS, commands, options_of_the_digest_itself
from tools.metrics_table import documented, names

VARIABLES_OF_OTHERS = {
    "ADMIN_URL",  # of whoever restores a backup
    "ALERTS_FOR_STATE",  # a series of Prometheus
    "ALERTGEST_CACHE",  # of the tools that are built
    "ALERTGEST_EVAL_NIGHTS",  # of the score of the models
    "ALERTGEST_PICTURES",  # of the tests
    "ALERTGEST_TEST_KUBECONFIG",  # of the tests
    "LLAMA_ARG_CACHE_RAM",  # of Ollama
    "NO_COLOR",  # of terminals: no-color.org
    "NAME_FILE",  # stands for any secret
    "OLLAMA_MODELS",  # of Ollama
    "RESTORED_URL",  # of whoever restores a backup
}
METRICS_OF_OTHERS = {
    "alertgest_restored",  # the name of a database
}
VALUES_OF_OTHERS = {
    "alertmanager.config",  # of kube-prometheus-stack
}
MADE_WHEN_RUN = {"demo-output", "build", "dist"}
"""Folders that a target makes."""
_COMMAND = re.compile(r"(?<![\w/-])alertgest-(?:ingest|digest) (?P<name>[a-z][a-z-]*)(?P<rest>[^|;&#]*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_VARIABLE = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w-])")
_VALUE = re.compile(r"[a-z]\w*(?:\.\w+)+")
_PATH = re.compile(r"\.?[\w-]+(?:/[\w.*-]+)+/?")
Check = Callable[[Page], Iterator[Found]]


def unknown(page: Page) -> list[str]:
    """Return each mention of something that does not exist, with its line and what it was taken for."""
    checks: dict[str, Check] = {
        "no such command": _commands,
        "no such option": _options,
        "no such variable": _variables,
        "no such metric": _metrics,
        "no such exit code": _exit_codes,
        "no such value of the chart": _values,
        "no such target of make": _targets,
        "no such file": _files,
        "leads nowhere": _links,
    }
    return [f"{page.path}:{one.line}: {one.text}: {what}" for what, check in checks.items() for one in check(page)]


def _commands(page: Page) -> Iterator[Found]:
    known = {command.line.split()[1] for command in _known_commands()}
    for line, found in _typed(page):
        if found["name"] not in known:
            yield Found(line, found["name"])


def _options(page: Page) -> Iterator[Found]:
    help_of = {command.name: command.text for command in _known_commands()}
    for line, found in _typed(page):
        known = _OPTION.findall(help_of.get(found["name"], ""))
        yield from (Found(line, option) for option in _OPTION.findall(found["rest"]) if option not in known)
    every = {option for text in help_of.values() for option in _OPTION.findall(text)} | options_of_the_digest_itself()
    for code in page.code:
        option = _OPTION.match(code.text)
        if option and option[0] not in every:
            yield Found(code.line, option[0])


def _variables(page: Page) -> Iterator[Found]:
    settings = [*store_settings(), *ingest_settings(), *digest_settings()]
    known = {one.name for one in settings} | {f"{one.name}_FILE" for one in settings if one.secret}
    known |= {name for command in _known_commands() for name in re.findall(r"\benv var:\s+(\w+)", command.text)}
    for number, line in enumerate(page.text.splitlines(), 1):
        for name in _VARIABLE.findall(line):
            if name not in known | VARIABLES_OF_OTHERS:
                yield Found(number, name)


def _metrics(page: Page) -> Iterator[Found]:
    known = _known_metrics() | METRICS_OF_OTHERS
    for number, line in enumerate(page.text.splitlines(), 1):
        yield from (Found(number, name) for name in sorted(names(line) - known))


def _exit_codes(page: Page) -> Iterator[Found]:
    for number, line in enumerate(page.text.splitlines(), 1):
        for code in re.findall(r"exit codes? (?:is )?(\d)\b", line):
            if int(code) not in MEANINGS:
                yield Found(number, code)


def _values(page: Page) -> Iterator[Found]:
    """Look at dotted names that begin as values do; some are modules, others columns."""
    others = _modules() | _columns() | VALUES_OF_OTHERS
    for code in page.code:
        given = re.findall(r"--set(?:-string)? '?([\w.]+)", code.text)
        named = re.split("=|: ", code.text)[0]
        alone = [named] if _VALUE.fullmatch(named) and named.partition(".")[0] in _defaults() else []
        for path in [*given, *alone]:
            if not _is_value(path.split("."), _defaults()) and path not in others:
                yield Found(code.line, path)


def _targets(page: Page) -> Iterator[Found]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE)) | {".venv/.installed"}
    for code in page.code:
        for target in re.findall(r"(?:^|\s)make ([a-z.][\w./-]*)", code.text):
            if target not in known:
                yield Found(code.line, target)


def _files(page: Page) -> Iterator[Found]:
    folders = {one.name for one in ROOT.iterdir() if one.is_dir()}
    for code in page.code:
        for path in re.findall(r"(?<![\w/.:$(<\\-])" + _PATH.pattern, code.text):
            if path.partition("/")[0] in folders - MADE_WHEN_RUN and not list(ROOT.glob(path.rstrip("/."))):
                yield Found(code.line, path)


def _links(page: Page) -> Iterator[Found]:
    for link in page.links:
        where, _, anchor = re.sub(r"^https://github.com/alertgest/alertgest/blob/main/", "/", link.text).partition("#")
        if re.match(r"[a-z]+:", where):
            continue
        file = ROOT / where.lstrip("/") if where.startswith("/") else (ROOT / page.path).parent / where
        file = ROOT / page.path if not where else file.resolve()
        anchors = page.anchors if file == ROOT / page.path else _anchors(file)
        if not file.exists() or (anchor and anchor not in anchors):
            yield Found(link.line, link.text)


def _typed(page: Page) -> Iterator[tuple[int, re.Match[str]]]:
    """Return where one of our programs is started: by hand, or within a pod behind kubectl's two dashes."""
    for code in page.code:
        text = code.text.partition(" -- ")[2] if re.match(r"\s*(?:kubectl|helm)\b", code.text) else code.text
        yield from ((code.line, found) for found in _COMMAND.finditer(text))


def _is_value(path: list[str], at: Any) -> bool:  # noqa: ANN401 - any YAML
    """Say whether the path leads to a value; below a map that is open to anything, or a list, all do."""
    if not path or at == {} or isinstance(at, list):
        return True
    return isinstance(at, dict) and path[0] in at and _is_value(path[1:], at[path[0]])


_known_commands = cache(commands)


@cache
def _known_metrics() -> set[str]:
    return {row.name for row in documented()}


@cache
def _defaults() -> dict[str, Any]:
    defaults: dict[str, Any] = yaml.safe_load((ROOT / "charts/alertgest/values.yaml").read_text(encoding="utf-8"))
    return defaults


@cache
def _modules() -> set[str]:
    files = (
        file.relative_to(ROOT) for folder in ("digest", "ingest", "store") for file in (ROOT / folder).rglob("*.py")
    )
    return {".".join(file.with_suffix("").parts) for file in files}


@cache
def _columns() -> set[str]:
    """Return the columns as the page of the schema has them, which a test holds to the database."""
    sections = re.split(r"^## (\w+)$", schema_table.FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    tables = zip(sections[::2], sections[1::2], strict=True)
    return {f"{table}.{name}" for table, text in tables for name in re.findall(r"^\| `(\w+)` ", text, re.MULTILINE)}


@cache
def _anchors(file: Path) -> set[str]:
    return {anchor for page in pages() if ROOT / page.path == file for anchor in page.anchors}
