"""Alerts that flow into a release without rest, and that none of them is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.cluster.cluster import eventually
from tests.cluster.neighbours import start_sender
from tests.cluster.release import Release

_KEPT = "SELECT alertname FROM alerts WHERE labels ->> 'sender' = 'flow'"


@dataclass(frozen=True)
class Flow:
    """A sender that never rests, and what it counts."""

    release: Release
    service: str

    def acknowledged(self) -> list[str]:
        """Return the names of the alerts that have been acknowledged."""
        found: list[str] = self._said()["acknowledged"]
        return found

    def failed_tries(self) -> int:
        """Return how often the sender had to try again."""
        said = self._said()
        return int(said["tries"]) - len(said["acknowledged"]) - len(said["refused"])

    def goes_on(self, seconds: float = 60) -> None:
        """Wait until ten more have been acknowledged."""
        before = len(self.acknowledged())
        eventually(lambda: len(self.acknowledged()) >= before + 10, "ten more acknowledged alerts", seconds)

    def assert_nothing_lost(self) -> None:
        """See that none was refused for good, and that each that was acknowledged is kept, once."""
        said = self._said()
        kept = [row[0] for row in self.release.sql(_KEPT)]
        assert said["refused"] == []
        assert set(said["acknowledged"]) <= set(kept)
        assert len(kept) == len(set(kept))

    def _said(self) -> dict[str, Any]:
        found: dict[str, Any] = self.release.cluster.ask(self.service, "/")
        return found


@contextmanager
def flowing(release: Release) -> Iterator[Flow]:
    """Let alerts flow into a release as long as the block lasts."""
    url = f"http://{release.name}-ingest.{release.namespace}.svc:8080/api/v1/alerts"
    flow = Flow(release, start_sender(release.cluster, release.namespace, url))
    flow.goes_on()
    yield flow
    release.cluster.kubectl("-n", release.namespace, "delete", "pod", "sender")
