"""One look at the stand-in for an API server, at a fixed time; for the tests of what is read and of what fails."""

import time
from datetime import UTC, datetime, timedelta

from digest.cluster.model import Observed
from digest.cluster.observe import observe
from digest.cluster.settings import ClusterSettings
from digest.deadline import Time

NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
NIGHT = NOW - timedelta(hours=14)
LONG_AGO = NOW - timedelta(days=30)
TIME = Time(lambda: NOW, time.monotonic, lambda _: None)
EVERYWHERE = ClusterSettings(enabled=True, namespaces=(), metrics=True, timeout_seconds=5, kubeconfig="/nonexistent")


def seen(settings: ClusterSettings, command: str = "run") -> Observed:
    found = observe(settings, command, NIGHT, TIME)
    assert found is not None
    return found
