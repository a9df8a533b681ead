"""The ring on a real Kubernetes: one cluster for all, one release that most steps share, and others of their own.

``ALERTGEST_TEST_KUBECONFIG`` names the kubeconfig of a cluster to use instead of one started here. It must have the
images: ``python -m tests.cluster.images`` prints a folder with their archives.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.chart.conftest import CHART
from tests.cluster import images
from tests.cluster.cluster import Cluster
from tests.cluster.neighbours import make_namespace, start_alertmanager, start_teams
from tests.cluster.release import BY_HAND, NO_MODEL, Release, merged
from tests.documented import block
from tests.programs import program
from tools.binaries import NODE, build_all
from tools.kube.machine import running

LOGS = Path(__file__).parents[2] / "build" / "cluster"
ZONE = ZoneInfo("Asia/Kathmandu")
"""45 minutes off everybody's clock, so that no other zone gives the same card."""
PROGRAMS = (
    "buildah",
    "mmdebstrap",
    "runc",
    "iptables",
    "ipset",
    "conntrack",
    "ip",
    "openssl",
    "prometheus-alertmanager",
)
MakeRelease = Callable[..., Release]


def prepare() -> None:
    """Have all that a node needs; what cannot be had skips a test by name on a laptop and fails it in CI."""
    if os.geteuid():
        reason = "a node needs root, or a cluster of yours in ALERTGEST_TEST_KUBECONFIG"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    for name in PROGRAMS:
        program(name)
    build_all(NODE)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if given := os.environ.get("ALERTGEST_TEST_KUBECONFIG"):
        yield Cluster(Path(given))
        return
    prepare()
    with running(images.archives(), LOGS) as node:
        yield Cluster(node.kubeconfig, node.enter, LOGS / "audit.log")


@pytest.fixture(scope="session")
def authority(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Start Teams and return the certificate that vouches for it."""
    return start_teams(cluster, tmp_path_factory.mktemp("teams"))


@pytest.fixture(scope="session")
def release_in(cluster: Cluster, authority: Path) -> MakeRelease:
    """Return what makes a release, not yet installed, in a new namespace."""

    def make(namespace: str, values: Mapping[str, Any], **more: Any) -> Release:  # noqa: ANN401 - fields of Release
        make_namespace(cluster, namespace, authority)
        return Release(cluster, namespace, values=values, **more)

    return make


@pytest.fixture(scope="session")
def end() -> datetime:
    """Return when the window of the nightly release closes: once all is installed, while other steps go on."""
    return datetime.now(ZONE).replace(second=0, microsecond=0) + timedelta(minutes=3)


@pytest.fixture(scope="session")
def nightly(release_in: MakeRelease, end: datetime) -> Release:
    """Install a release whose window is about to close; its workflow gives no answer to the card for the present."""
    start = end - timedelta(hours=6)
    window = {"timezone": ZONE.key, "start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "days": "daily"}
    patient = {"teams": {"timeoutSeconds": 120}, "digest": {"startToleranceSeconds": 0}}
    made = release_in("nightly", merged(NO_MODEL, {"captureWindow": window, **patient}))
    made.answer(hold=True)
    made.install()
    return made


@pytest.fixture(scope="session")
def release(release_in: MakeRelease, nightly: Release) -> Release:  # noqa: ARG001 - its clock is running
    """Install the release that most steps share, with the least values, under the names of the documentation."""
    minimal = yaml.safe_load((CHART / "ci" / "minimal-values.yaml").read_text())
    assert set(minimal) == {"teams"}, "the least is the address of Teams"
    made = release_in("alerts", BY_HAND)
    made.install()
    return made


@dataclass(frozen=True)
class Alertmanager:
    """A real Alertmanager in the cluster, and the snippet of the notes that it was given."""

    release: Release
    snippet: str

    def post(self, alerts: list[dict[str, Any]]) -> None:
        """Post alerts as Prometheus does."""
        self.release.cluster.tell(f"{self.release.namespace}/alertmanager", 9093, "/api/v2/alerts", alerts)


@pytest.fixture(scope="session")
def alertmanager(release: Release) -> Alertmanager:
    """Start an Alertmanager with the receiver of the notes; only its waiting is shortened."""
    snippet = block(release.notes.partition("as the first route:")[2])
    config = yaml.safe_load(snippet)
    config["route"] |= {"receiver": "default"}
    config["route"]["routes"][0] |= {"group_wait": "1s", "group_interval": "2s"}
    config["receivers"].append({"name": "default"})
    start_alertmanager(release.cluster, release.namespace, yaml.safe_dump(config))
    return Alertmanager(release, snippet)
