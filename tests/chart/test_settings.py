"""Every setting of the programs is reached by its value, and every value changes something."""

import json
import re
import subprocess
from functools import cache
from itertools import chain
from typing import Any

import pytest
import yaml

from digest.settings import all_settings as digest_settings
from ingest.settings import all_settings as ingest_settings
from store.environment import Setting
from store.settings import all_settings as store_settings
from tests.chart.conftest import CHART, VALUES, Helm, containers, named, pod_templates, variables


def secret(key: str) -> dict[str, Any]:
    """Return where a variable comes from that is kept in the Secret of the sources."""
    return {"secretKeyRef": {"name": "alertgest-sources", "key": key}}


DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())
SETTINGS: list[Setting[Any]] = [*store_settings(), *ingest_settings(), *digest_settings()]
OF_A_VALUE = [
    one
    for one in SETTINGS
    if re.fullmatch(r"[a-z]\w*(?:\.\w+)+|logLevel", one.chart) and one.chart != "digest.extraEnv"
]
CHOSEN_BY_THE_CHART = {"OLLAMA_BASE_URL", "OLLAMA_FALLBACK_MODEL", "OLLAMA_NUM_THREAD"}
WITH_A_DEFAULT = [one for one in OF_A_VALUE if not one.secret and one.name not in CHOSEN_BY_THE_CHART]
NOT_SET_IN_EVERYTHING: dict[str, tuple[str, object]] = {
    "OLLAMA_CA_FILE": ("ollama.caFile=/etc/ca.crt", "/etc/ca.crt"),
    "K8S_CONTEXT_NAMESPACES": ("context.namespaces={a,b}", "a,b"),
    "ALERTMANAGER_BASIC_AUTH": ("alertmanager.basicAuth=a:b", secret("alertmanager-basic-auth")),
    "PROMETHEUS_BEARER_TOKEN": ("prometheus.bearerToken=t", secret("prometheus-bearer-token")),
    "ALERTMANAGER_CA_FILE": ("alertmanager.caFile=/etc/ca.crt", "/etc/ca.crt"),
    "PROMETHEUS_CA_FILE": ("prometheus.caFile=/etc/ca.crt", "/etc/ca.crt"),
}


def all_variables(helm: Helm, values: str, *more: str) -> dict[str, Any]:
    """Return the variables of the programs' own containers."""
    objects = helm.objects(values, *more)
    made = [named(objects, "CronJob", "-digest"), named(objects, "Deployment", "-ingest")]
    return dict(
        chain.from_iterable(variables(one).items() for _, pod in pod_templates(made) for one in containers(pod))
    )


@pytest.mark.parametrize("setting", OF_A_VALUE, ids=lambda one: one.name)
def test_a_setting_is_reached_by_the_value_that_its_documentation_names(helm: Helm, setting: Setting[Any]) -> None:
    if setting.name in NOT_SET_IN_EVERYTHING:
        given, wanted = NOT_SET_IN_EVERYTHING[setting.name]
        assert all_variables(helm, "minimal", "--set", given)[setting.name] == wanted
        return
    found = all_variables(helm, "production" if setting.name.endswith("DATABASE_URL") else "everything")[setting.name]
    assert set(found["secretKeyRef"]) == {"name", "key"} if setting.secret else found
    at: Any = DEFAULTS
    for key in setting.chart.split("."):
        at = at[key]


@pytest.mark.parametrize("setting", WITH_A_DEFAULT, ids=lambda one: one.name)
def test_a_value_that_nobody_set_is_what_the_program_takes_by_itself(helm: Helm, setting: Setting[Any]) -> None:
    assert all_variables(helm, "minimal").get(setting.name, "") in {"", setting.default}


@pytest.mark.parametrize("values", VALUES)
def test_a_variable_of_the_chart_is_one_that_the_programs_know(helm: Helm, values: str) -> None:
    known = {setting.name for setting in SETTINGS}
    of_libraries = {"PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "NO_PROXY"}
    assert set(all_variables(helm, values)) <= known | of_libraries | {"DIGEST_FORMAT"}


OPEN = {
    "resources",
    "nodeSelector",
    "affinity",
    "podAnnotations",
    "podLabels",
    "annotations",
    "labels",
    "commonLabels",
    "tokens",
}
CHANGED: dict[str, object] = {
    "teams.webhookUrl": "https://x", "teams.fallbackWebhookUrl": "https://x", "teams.envelope": "message",
    "captureWindow.start": "19:15", "captureWindow.end": "06:15", "captureWindow.timezone": "Europe/Paris",
    "captureWindow.days": "mon", "captureWindow.outside": "store", "database.url": "postgresql://x/y",
    "database.migrationUrl": "postgresql://x/y", "ollama.baseUrl": "http://x", "digest.schedule": "1 2 * * *",
    "digest.kind": "adhoc", "context.snapshotSchedule": "7 * * * *", "logLevel": "error",
    "ingest.service.type": "NodePort", "ollama.temperature": 1, "global": {"imageRegistry": "x"},
    "ingest.httpRoute.parentRefs": [{"name": "x"}], "networkPolicy.from": [{"podSelector": {}}],
    "proxy.httpsProxy": "http://x:1", "networkPolicy.apiServerPorts": [8443],
}  # fmt: skip
BASES = (
    ("everything",),
    ("minimal",),
    ("production",),
    ("minimal", "--set", "postgresql.enabled=false"),
    ("minimal", "--set", "ollama.enabled=false"),
    ("minimal", "--set", "teams.webhookUrl="),
    ("restricted", "--set", "networkPolicy.from=null,postgresql.enabled=false,database.url=postgresql://x/y"),
    ("production", "--set", "networkPolicy.enabled=true"),
    ("production", "--set", "database.existingSecret.name=,database.url=postgresql://x/y"),
    ("minimal", "--set", "postgresql.existingSecret.name=x"),
    ("minimal", "--set", "ingest.ingress.hosts={x},ingest.httpRoute.parentRefs[0].name=x"),
)


def leaves(value: object, path: str = "") -> list[tuple[str, object]]:
    """Return each value with its path; a map that is open to anything is one."""
    if not isinstance(value, dict) or not value or path.rpartition(".")[2] in OPEN:
        return [(path, value)]
    return [leaf for key, one in value.items() for leaf in leaves(one, f"{path}.{key}" if path else key)]


def other(path: str, value: object) -> object:
    """Return another value that can be taken there."""
    if path in CHANGED:
        return CHANGED[path]
    last = path.rpartition(".")[2]
    if last in {"pullPolicy", "digest"} and ".image." in path:
        return {"pullPolicy": "Always", "digest": f"sha256:{'ab' * 32}"}[last]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return [{"name": "x", "key": "x", "value": "x"}] if "namespaces" not in path and "host" not in path else ["x"]
    return value | {"x": "y"} if isinstance(value, dict) else f"{value}x"


@cache
def _before(helm: Helm, base: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    return helm.template(*base)


@pytest.mark.parametrize(("path", "value"), leaves(DEFAULTS), ids=lambda one: one if isinstance(one, str) else "")
def test_a_value_changes_something_or_is_what_a_refusal_names(helm: Helm, path: str, value: object) -> None:
    given = ("--set-json", f"{path}={json.dumps(other(path, value))}")
    for base in BASES:
        before, after = _before(helm, base), helm.template(*base, *given)
        told = path in after.stderr if after.returncode else after.stdout != before.stdout
        if told:
            return
    pytest.fail(f"{path} changes nothing")
