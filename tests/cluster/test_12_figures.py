"""What a release needs on a real node: seconds until it is ready, and memory, against what the chart asks for."""

from datetime import datetime

import pytest

from tests.cluster.cluster import Object, eventually
from tests.cluster.release import Release

_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
READY_SECONDS = {"ingest": 60, "postgresql": 30, "ollama": 30}
"""Generous, since a busy machine is not what is tested; ingest waits for PostgreSQL. The figures are printed."""


def pod(release: Release, component: str) -> Object:
    found: Object
    (found,) = release.cluster.pods(release.namespace, instance=release.name, component=component)
    return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def resident(release: Release, name: str) -> int:
    """Return the bytes that the node counts against a pod (its working set); 0 until it has counted."""
    node = release.cluster.get("-n", release.namespace, "pod", name)["spec"]["nodeName"]
    summary = release.cluster.get_raw(f"/api/v1/nodes/{node}/proxy/stats/summary")
    for one in summary["pods"]:
        if (one["podRef"]["namespace"], one["podRef"]["name"]) == (release.namespace, name):
            return int(one["memory"].get("workingSetBytes", 0))
    return 0


@pytest.mark.parametrize("component", READY_SECONDS)
def test_it_is_ready_soon(release: Release, component: str) -> None:
    found = pod(release, component)
    (ready,) = (one for one in found["status"]["conditions"] if one["type"] == "Ready")
    seconds = (instant(ready["lastTransitionTime"]) - instant(found["metadata"]["creationTimestamp"])).total_seconds()
    print(f"{component}: ready after {seconds:.0f} s")  # noqa: T201
    assert seconds < READY_SECONDS[component]


@pytest.mark.parametrize("component", ["ingest", "postgresql"])
def test_its_memory_is_what_it_asks_for(release: Release, component: str) -> None:
    found = pod(release, component)
    asked = found["spec"]["containers"][0]["resources"]["requests"]["memory"]
    used = eventually(lambda: resident(release, found["metadata"]["name"]), "the node's count", 60)
    print(f"{component}: {used / 2**20:.0f} MiB, {asked} asked for")  # noqa: T201
    assert used < int(asked[:-2]) * _UNITS[asked[-2:]]
