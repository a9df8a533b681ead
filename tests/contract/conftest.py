"""A stand-in for an API server that serves every list that may be asked for, and settings that lead to it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.cluster import rights
from digest.cluster.settings import ClusterSettings
from tests.kube_api import KubeApi, kube_api, kubeconfig
from tests.kube_look import EVERYWHERE


@pytest.fixture
def api() -> Iterator[KubeApi]:
    with kube_api() as running:
        for right in rights.LISTED:
            running.add(right.path())
        yield running


@pytest.fixture
def cluster(api: KubeApi, tmp_path: Path) -> ClusterSettings:
    return replace(EVERYWHERE, kubeconfig=str(kubeconfig(tmp_path, api.url)))
