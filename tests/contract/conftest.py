"""Stand-ins that several tests of the programs share: an API server that serves every list, and a shell."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.cluster import rights
from digest.cluster.settings import ClusterSettings
from store.connect import connect
from tests.kube_api import KubeApi, kube_api, kubeconfig
from tests.kube_look import EVERYWHERE
from tests.receiver import receiver
from tests.shell import Shell


@pytest.fixture
def api() -> Iterator[KubeApi]:
    with kube_api() as running:
        for right in rights.LISTED:
            running.add(right.path())
        yield running


@pytest.fixture
def cluster(api: KubeApi, tmp_path: Path) -> ClusterSettings:
    return replace(EVERYWHERE, kubeconfig=str(kubeconfig(tmp_path, api.url)))


@pytest.fixture
def shell(database: str) -> Iterator[Shell]:
    """Return a shell with a database in which a night has closed, and a workflow."""
    with connect(database) as conn:
        conn.execute(
            "INSERT INTO capture_windows (window_start, window_end, status)"
            " VALUES (now() - interval '4 days', now() - interval '3 days 10 hours', 'completed')"
        )
    with receiver() as teams:
        yield Shell(database, teams)
