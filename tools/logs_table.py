"""Write ``docs/logs.md`` from the calls of the log in the code, and what each is worth; ``make docs`` runs it."""

from collections.abc import Iterable
from pathlib import Path

from store.settings import APP_LOG_LEVEL
from tools.log_calls import OPEN, PROGRAMS, Logged, common_fields, logged

FILE = Path(__file__).parents[1] / "docs" / "logs.md"
TITLES = {"ingest": "Receiver", "digest": "Digest"}

OF_EVERY_LINE = {
    "timestamp": "When, in UTC: ISO 8601 with milliseconds and `Z`.",
    "level": "`debug`, `info`, `warning` or `error`.",
    "message": "What happened, in a few words.",
}
OF_LIBRARIES = {
    "logger": "Which library said it, such as `psycopg.pool`.",
    "exception": "A traceback, where there is one.",
}
"""What a line of a library has beside the fields of every line."""
OF_SOME_LINES = {
    "component": "The program: `ingest` or `digest`.",
    "trace_id": "Of the receiver, one webhook (the answer 500 names it); of the digest, one run of the program.",
    "status": "The status code that the webhook was answered with.",
    "alert_count": "How many alerts a webhook had, or how many occurrences a digest tells.",
    "digest_id": "The digest, as `alertgest-digest show ID` takes it.",
    "window_id": "The capture window, a row of `capture_windows`.",
    "deleted": "An object: how many rows of each table were deleted.",
    "model": "The language model; empty where none answered.",
    "seconds": "What the model took, from its warm-up to its last word.",
    "rejected": "How many parts of its answer the verifier did not let pass.",
    "left_out": "How many groups the model did not read.",
    "dropped": "What was left out of a card that was too large, in the order in which it went.",
}
MEANINGS = {
    "ingest": {
        "webhook kept": "A webhook is in the database and was answered with 200.",
        "webhook refused: …": "Answered with `status`, for the reason that follows; after 503 its sender tries again.",
        "the database did not take a webhook: …": "It was answered with 503, and its sender tries again.",
        "a webhook failed": "A fault of the receiver; it was answered with 500, and its sender tries again.",
        "windows could not be made: …": "The rows of capture windows are late; alerts are kept all the same.",
        "minutes could not be told: …": "The minutes in which the receiver lived are late; told again soon.",
        "the last minutes could not be told: …": "The same at the end; the night may show the receiver as away.",
    },
    "digest": {
        "Digest …: …": "How its delivery went (sent, refused or unreachable), and what the workflow answered.",
        "No window is due.": "Nothing to tell: no capture window has ended since the last run.",
        "Another run has sent this window's digest.": "Two runs at a time; the card is there once.",
        "Another run has taken this digest over.": "This run was away for longer than its lease; the other posts.",
        "An earlier pod of this Job has sent its digest.": "A Job made by hand was tried again after its card.",
        "Old rows deleted.": "What retention took at the end of a run.",
        "The model's part is done.": "What the model did for this digest.",
        "The model's answer was cut short: ….": "The reason follows; code tells what the model did not.",
        "Without model text: ….": "The reason follows; code tells all of it.",
        "The model did not read all groups; there is no time.": "A longer `OLLAMA_TIMEOUT_SECONDS` or a faster model.",
        "The card was too large; parts were left out.": "Teams takes some 28 KB; the card says what is missing.",
        "Without … of the cluster: ….": "What could not be listed, and why; `alertgest-digest check` names the right.",
        "Without the noisiest rules: the database refused (…).": "The card of a Monday went out without its rules.",
        "….": "What an Alertmanager or a Prometheus did not answer, in the words of the card.",
    },
}
"""What each message tells whoever reads it; a test finds those that are missing here, and those that are gone."""

_LEVELS = f"`{APP_LOG_LEVEL.name}` names (`{APP_LOG_LEVEL.default}`)"
_HEAD = f"""# Logs

Both programs write one JSON object a line to stderr, from the level on that {_LEVELS}.
Characters that a terminal would obey are written out, so no alert can forge a line. No line has a secret.

Two things on stderr are not JSON: the sentence with which a program ends where something is wrong (its
[exit code](cli.md#exit-codes) says how bad), and what `alertgest-ingest migrate` tells while it waits for the database.
What a command prints goes to stdout.

`{OPEN}` stands for what differs from line to line.
"""
_LIBRARIES = """## Libraries

The receiver also passes on what its libraries log, from `warning` on, in the same form: `message` is theirs, `logger`
says whose. The digest passes on nothing of that kind.
"""


def document() -> str:
    """Return the whole page."""
    sections = [_section(program) for program in PROGRAMS]
    return "\n".join([_HEAD, _fields(), *sections, _LIBRARIES])


def _fields() -> str:
    told = {program: _used(program) for program in PROGRAMS}
    head = "## Fields\n\n| field | in | meaning |\n| --- | --- | --- |\n"
    every = "".join(f"| `{name}` | every line | {meaning} |\n" for name, meaning in OF_EVERY_LINE.items())
    some = "".join(f"| `{name}` | {_in(name, told)} | {meaning} |\n" for name, meaning in OF_SOME_LINES.items())
    libraries = "".join(_of_libraries(name, meaning, told) for name, meaning in OF_LIBRARIES.items())
    return head + every + some + libraries


def _of_libraries(name: str, meaning: str, told: dict[str, set[str]]) -> str:
    return f"| `{name}` | {', '.join(filter(None, (_in(name, told), 'libraries')))} | {meaning} |\n"


def _used(program: str) -> set[str]:
    return common_fields()[program].union(*(one.fields for one in logged(program)))


def _in(field: str, told: dict[str, set[str]]) -> str:
    return ", ".join(TITLES[program].lower() for program, fields in told.items() if field in fields)


def _section(program: str) -> str:
    common = _names(sorted(common_fields()[program]))
    head = f"## {TITLES[program]}\n\nEach line has {common} beside what is told here.\n\n"
    table = "| level | message | fields | meaning |\n| --- | --- | --- | --- |\n"
    return head + table + "".join(_row(one) for one in sorted(logged(program), key=_rank))


def _rank(one: Logged) -> int:
    order = [*MEANINGS[one.program]]
    return order.index(one.message) if one.message in order else len(order)


def _row(one: Logged) -> str:
    levels, fields = ", ".join(sorted(one.levels)), _names(sorted(one.fields))
    return f"| {levels} | `{one.message}` | {fields} | {MEANINGS[one.program].get(one.message, '')} |\n"


def _names(fields: Iterable[str]) -> str:
    return ", ".join(f"`{field}`" for field in fields)


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
