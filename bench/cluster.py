"""How long one look at a large cluster takes and what memory it needs; ``make bench`` runs it.

The API server is the tests' stand-in on loopback: its own time is part of the figure.
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.cluster import rights
from tests.kube_api import KubeApi, kube_api, kubeconfig
from tests.kube_objects import deployment, ended, event, node, pod, replica_set

NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
NIGHT = NOW - timedelta(hours=14)
PODS, EVENTS = 5_000, 20_000
SUBJECT = """
import resource, sys, time
from datetime import UTC, datetime, timedelta
from digest.cluster.observe import Time, observe
from digest.cluster.settings import ClusterSettings
now = datetime(2026, 7, 2, 8, tzinfo=UTC)
before = time.monotonic()
settings = ClusterSettings(True, (), True, 60, sys.argv[1])
seen = observe(settings, "run", now - timedelta(hours=14), Time(lambda: now, time.monotonic, time.sleep))
seconds = time.monotonic() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(f"{len(seen.observations):>12}  {seconds:7.2f}  {peak:>8}  {len(seen.missing)}")
"""


def fill(api: KubeApi) -> None:
    """Serve a cluster of 5,000 pods in 500 Deployments on 100 nodes, with 20,000 warning events."""
    padding = {"annotations": {"note": "x" * 2_000}}
    for number in range(PODS):
        name, owner = f"app-{number % 500}-7d9f8b6c5-{number:05}", ("ReplicaSet", f"app-{number % 500}-7d9f8b6c5")
        state = {"restartCount": 1, "lastState": ended(NIGHT)} if number % 50 == 0 else {}
        one = pod(name, f"ns-{number % 20}", NIGHT, owner, **state)
        one["metadata"] |= padding
        api.add("/api/v1/pods", one)
    for number in range(500):
        api.add("/apis/apps/v1/deployments", deployment(f"app-{number}", f"ns-{number % 20}", NIGHT))
        for revision in range(1, 11):
            name = f"app-{number}-{revision}"
            image = f"app:{revision}"
            api.add(
                "/apis/apps/v1/replicasets",
                replica_set(name, f"ns-{number % 20}", NIGHT, f"app-{number}", revision, image),
            )
    for number in range(EVENTS):
        about = ("Pod", f"app-{number % 500}")
        api.add("/api/v1/events", event(f"e{number}", f"ns-{number % 20}", about, "BackOff", NIGHT, NOW, 3))
    api.add("/api/v1/nodes", *(node(f"node-{number}", NIGHT) for number in range(100)))


def main() -> None:
    """Print one line."""
    with kube_api() as api, tempfile.TemporaryDirectory() as folder:
        for right in rights.LISTED:
            api.add(right.path())
        fill(api)
        config = kubeconfig(Path(folder), api.url)
        print("observations  seconds  peak MiB  missing")
        subprocess.run([sys.executable, "-c", SUBJECT, str(config)], check=True)


if __name__ == "__main__":
    main()
