"""What fails in a cluster costs its own piece and is named; nothing is asked for beyond the table of rights."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from digest.cluster import rights
from digest.cluster.access import lacking, needed
from digest.cluster.model import (
    Missing,
    Observed,
    Pod,
)
from digest.cluster.observe import made_by_hand, observe, reach
from digest.cluster.settings import ClusterSettings
from tests.kube_api import TOKEN, KubeApi, kube_api, kubeconfig
from tests.kube_look import EVERYWHERE, NIGHT, NOW, TIME, seen
from tests.kube_objects import (
    job,
    pod,
)
from tests.programs import self_signed


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (401, "the API server does not accept the token (401)"),
        (403, "no right to list them (403)"),
        (404, "the API server does not serve them (404)"),
        (410, "the list changed too fast (410)"),
        (429, "the API server is too busy (429)"),
        (500, "the API server failed (500)"),
        (503, "the API server failed (503)"),
        ("garbage", "the answer of the API server cannot be read"),
        ("drop", "the API server cannot be reached"),
        ("hang", "no answer in time"),
        ("drip", "no answer in time"),
    ],
)
def test_what_fails_is_named_in_words_of_ours_and_the_rest_is_there(
    api: KubeApi, cluster: ClusterSettings, fault: int | str, reason: str
) -> None:
    api.add("/api/v1/pods", pod("p", "shop", NOW))
    api.faults["/api/v1/events"] = fault
    found = seen(replace(cluster, timeout_seconds=2))
    assert found.missing == (Missing("events", reason),)
    assert any(isinstance(one, Pod) for one in found.observations)
    assert TOKEN not in repr(found)


def test_a_busy_server_is_asked_once_more(api: KubeApi, cluster: ClusterSettings) -> None:
    api.faults["/api/v1/events"] = 429
    seen(cluster)
    assert sum(one.path == "/api/v1/events" for one in api.asked) == 2


def test_a_cluster_that_cannot_be_reached_costs_every_piece_and_no_more(tmp_path: Path) -> None:
    found = seen(replace(EVERYWHERE, kubeconfig=str(kubeconfig(tmp_path, "http://127.0.0.1:9"))))
    assert {one.reason for one in found.missing} == {"the API server cannot be reached"}
    assert len(found.missing) == len(rights.LISTED)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with kube_api(certificate=self_signed(tmp_path).with_key) as running:
        settings = replace(EVERYWHERE, kubeconfig=str(kubeconfig(tmp_path, running.url)))
        assert {one.reason for one in seen(settings).missing} == {
            "the certificate of the API server cannot be verified"
        }


@pytest.mark.parametrize("content", ["{", "[]", "apiVersion: v1", ""])
def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "config"
    file.write_text(content)
    (missing,) = seen(replace(EVERYWHERE, kubeconfig=str(file))).missing
    assert missing.piece == "cluster"
    assert "KUBECONFIG" in missing.reason


def test_without_any_cluster_there_is_nothing_to_look_at() -> None:
    assert seen(EVERYWHERE) == Observed(NOW, looked=False)
    assert observe(replace(EVERYWHERE, enabled=False), "run", NIGHT, TIME) is None


@pytest.mark.parametrize("namespaces", [(), ("shop", "payments")])
@pytest.mark.parametrize("command", ["run", "snapshot"])
def test_a_command_asks_for_what_the_table_of_rights_says_and_for_nothing_else(
    api: KubeApi, cluster: ClusterSettings, command: str, namespaces: tuple[str, ...]
) -> None:
    settings = replace(cluster, namespaces=namespaces)
    seen(settings, command)
    table = {
        right.path(namespace)
        for right in rights.rights(command, namespaced=bool(namespaces), metrics=True)
        for namespace in namespaces or ("",)
    }
    assert api.paths() == table
    assert {one.method for one in api.asked} == {"GET"}
    assert not any(word in path for path in table for word in ("secrets", "configmaps", "/log", "/exec"))
    if namespaces:
        assert not any("/nodes" in path for path in table)
    else:
        assert "/api/v1/nodes" in table
        assert ("/api/v1/persistentvolumeclaims" in table) == (command == "run")


def test_without_a_metrics_server_nobody_asks_for_one(api: KubeApi, cluster: ClusterSettings) -> None:
    seen(replace(cluster, metrics=False))
    assert not any("metrics" in path for path in api.paths())


@pytest.mark.parametrize("namespaces", [(), ("shop",)])
def test_check_asks_about_every_right_and_prints_the_rule_that_is_missing(
    api: KubeApi, cluster: ClusterSettings, namespaces: tuple[str, ...]
) -> None:
    api.denied = {("", "events")}
    settings = replace(cluster, namespaces=namespaces)
    client = reach(settings, TIME)
    assert client is not None
    (found,) = lacking(client, settings, "alertgest")
    assert found.rule == 'apiGroups: [""], resources: ["events"], verbs: ["list"]'
    assert found.namespace == (namespaces[0] if namespaces else "")
    reviewed = [one.body["spec"]["resourceAttributes"] for one in api.asked]
    assert [(one["group"], one["resource"], one["verb"], one["namespace"]) for one in reviewed] == [
        (right.group, right.resource, right.verb, namespace) for right, namespace in needed(settings, "alertgest")
    ]


def test_the_job_itself_says_whether_a_person_made_it(api: KubeApi, cluster: ClusterSettings) -> None:
    note = {"cronjob.kubernetes.io__instantiate": "manual"}
    by_hand = job("now", "alertgest", NOW, ("CronJob", "digest"), failed=False, **note)
    api.add("/apis/batch/v1/jobs", by_hand, job("digest-29384720", "alertgest", NOW, ("CronJob", "digest")))
    assert made_by_hand(cluster, "alertgest", "now", TIME) is True
    assert made_by_hand(cluster, "alertgest", "digest-29384720", TIME) is False
    assert made_by_hand(cluster, "alertgest", "gone", TIME) is None
    api.faults["/apis/batch/v1/namespaces/alertgest/jobs/now"] = 403
    assert made_by_hand(cluster, "alertgest", "now", TIME) is None


def test_the_proxy_of_the_environment_is_not_for_the_api_server(
    api: KubeApi, cluster: ClusterSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert os.environ["HTTP_PROXY"]
    assert seen(cluster).missing == ()
    assert {one.token for one in api.asked} == {f"Bearer {TOKEN}"}
