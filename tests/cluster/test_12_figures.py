"""The memory of a release on a real node, after all that the ring did to it, against what the chart asks for."""

import pytest

from tests.cluster.cluster import Object, eventually
from tests.cluster.release import Release

_UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def pod(release: Release, component: str) -> Object:
    (found,) = release.running(component)
    return found


def resident(release: Release, name: str) -> int:
    """Return the bytes that the node counts against a pod (its working set); 0 until it has counted."""
    node = release.cluster.get("-n", release.namespace, "pod", name)["spec"]["nodeName"]
    summary = release.cluster.get_raw(f"/api/v1/nodes/{node}/proxy/stats/summary")
    for one in summary["pods"]:
        if (one["podRef"]["namespace"], one["podRef"]["name"]) == (release.namespace, name):
            return int(one["memory"].get("workingSetBytes", 0))
    return 0


@pytest.mark.parametrize("component", ["ingest", "postgresql"])
def test_its_memory_is_what_it_asks_for(release: Release, component: str) -> None:
    found = pod(release, component)
    asked = found["spec"]["containers"][0]["resources"]["requests"]["memory"]
    used = eventually(lambda: resident(release, found["metadata"]["name"]), "the node's count", 60)
    print(f"{component}: {used / 2**20:.0f} MiB, {asked} asked for")  # noqa: T201
    assert used < int(asked[:-2]) * _UNITS[asked[-2:]]
