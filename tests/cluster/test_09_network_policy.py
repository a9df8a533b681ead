"""NetworkPolicies, where the network enforces them: in comes who may, out goes what must."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.cluster.card import words
from tests.cluster.cluster import Cluster, eventually
from tests.cluster.conftest import Alertmanager
from tests.cluster.neighbours import NEIGHBOURS
from tests.cluster.release import BY_HAND, Release
from tests.cluster.test_06_helm_test import helm_test

_CONNECT = """import socket, sys
try: socket.create_connection((sys.argv[1], int(sys.argv[2])), 2).close()
except OSError as error: print(type(error).__name__)
else: print("open")"""
_DENIED = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nothing, namespace: neighbours}
spec: {podSelector: {}, policyTypes: [Egress], egress: []}
"""
_FROM = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "alerts"}}}]
INGEST, DATABASE = "alertgest-ingest.alerts.svc", "alertgest-postgresql.alerts.svc"
MODEL, TEAMS = "alertgest-ollama.alerts.svc", "teams.neighbours.svc"
EVERYWHERE = [(INGEST, 8080), (INGEST, 9090), (DATABASE, 5432), (MODEL, 11434), (TEAMS, 443)]
PYTHON = "/opt/alertgest/bin/python"


def connects(cluster: Cluster, pod: str, host: str, port: int, python: str = "python3") -> str:
    """Return what becomes of a connection from ``namespace/pod``: ``open``, or the name of an error."""
    namespace, _, name = pod.partition("/")
    return cluster.kubectl("-n", namespace, "exec", name, "--", python, "-c", _CONNECT, host, str(port)).strip()


def closed(cluster: Cluster, pod: str, host: str, port: int) -> bool:
    return connects(cluster, pod, host, port) in {"TimeoutError", "ConnectionRefusedError", "OSError"}


@pytest.fixture(scope="module")
def enforced(release: Release, alertmanager: Alertmanager) -> Cluster:
    """See whether the network enforces a policy at all: one that lets nothing out of a pod."""
    assert alertmanager
    cluster, address = release.cluster, service_address(release.cluster, "alerts", "alertgest-ingest")
    assert connects(cluster, f"{NEIGHBOURS}/teams", address, 8080) == "open"
    cluster.apply(_DENIED)
    try:
        eventually(lambda: closed(cluster, f"{NEIGHBOURS}/teams", address, 8080), "enforcement", 20)
    except AssertionError:
        if cluster.enter:
            raise
        pytest.skip("the network of this cluster does not enforce NetworkPolicies: not proven")
    finally:
        cluster.kubectl("-n", NEIGHBOURS, "delete", "networkpolicy", "nothing")
    eventually(lambda: connects(cluster, f"{NEIGHBOURS}/teams", address, 8080) == "open", "the end of that policy", 20)
    return cluster


def service_address(cluster: Cluster, namespace: str, name: str) -> str:
    address: str = cluster.get("-n", namespace, "service", name)["spec"]["clusterIP"]
    return address


@pytest.fixture(scope="module")
def guarded(enforced: Cluster, release: Release) -> Iterator[Cluster]:
    ingest = release.only("ingest")
    before = {connects(enforced, f"{NEIGHBOURS}/teams", *one) for one in EVERYWHERE}
    before |= {connects(enforced, f"alerts/{ingest}", *one, PYTHON) for one in EVERYWHERE}
    assert before == {"open"}, "without policies, everybody gets everywhere"
    replace(release, values=BY_HAND | {"networkPolicy": {"enabled": True, "from": _FROM}}).upgrade()
    eventually(lambda: closed(enforced, f"{NEIGHBOURS}/teams", DATABASE, 5432), "the policies", 20)
    yield enforced
    release.upgrade()


@pytest.mark.parametrize(("host", "port"), EVERYWHERE[:-1])
def test_a_stranger_gets_in_nowhere(guarded: Cluster, host: str, port: int) -> None:
    assert closed(guarded, f"{NEIGHBOURS}/teams", host, port)


@pytest.mark.parametrize(
    ("host", "port", "there"), [(INGEST, 8080, True), (DATABASE, 5432, False), (MODEL, 11434, False)]
)
def test_alertmanager_reaches_the_receiver_and_nothing_else(
    guarded: Cluster, host: str, port: int, there: bool
) -> None:
    assert closed(guarded, "alerts/alertmanager", host, port) is not there


@pytest.mark.parametrize(
    ("host", "port", "there"), [(DATABASE, 5432, True), (TEAMS, 443, False), (MODEL, 11434, False)]
)
def test_the_receiver_gets_out_to_the_database_only(
    guarded: Cluster, release: Release, host: str, port: int, there: bool
) -> None:
    said = connects(guarded, f"alerts/{release.only('ingest')}", host, port, PYTHON)
    assert (said == "open") is there


def test_everything_works_behind_them(guarded: Cluster, release: Release) -> None:
    assert guarded
    code, said = helm_test(release)
    assert code == 0, said
    assert "On request" in words(release.digest("guarded"))
    release.create_job("guarded-look", "snapshot")
    assert release.finished("guarded-look") == "Complete"
