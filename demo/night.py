"""The night of the demo as it happened: which alert fired from when to when, in minutes after 18:00; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BASE = datetime(2026, 7, 1, 18, tzinfo=UTC)
"""18:00 of the recorded evening; a replay shifts it to the last night."""
MINUTES = 14 * 60
_RUNBOOKS = "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/"


@dataclass(frozen=True)
class Firing:
    """One episode; ``end`` None means that it still fires in the morning, ``lost`` that nothing is heard after then."""

    labels: tuple[tuple[str, str], ...]
    summary: str
    start: int
    end: int | None
    lost: int | None = None


@dataclass(frozen=True)
class Step:
    """What is posted to Alertmanager at one minute: firings that begin, repeat or end."""

    minute: int
    firing: tuple[Firing, ...]
    ended: tuple[Firing, ...]


def _one(
    name: str, severity: str, summary: str, start: int, end: int | None = None, lost: int | None = None, **labels: str
) -> Firing:
    named = {"alertname": name, "severity": severity, "cluster": "prod-eu", **labels}
    return Firing(tuple(sorted(named.items())), summary, start, end, lost)


NIGHT = (
    _one("Watchdog", "none", "Alerting works.", -600, namespace="monitoring"),
    _one("KubeDeploymentReplicasMismatch", "warning", "Replicas are missing.", -180, 60, namespace="search", deployment="search-api", team="search"),
    _one("KubeJobFailed", "warning", "A Job failed.", 10, None, 30, namespace="batch", job_name="backup-28391", team="platform"),
    *(_one("CPUThrottlingHigh", "info", "Processes are throttled.", start, start + 10, namespace="web", pod="web-0", team="web") for start in (120, 180, 240, 300, 360)),
    _one("BackupDelayed", "sev-high", "Sicherung verspätet – 备份延迟 🐢", 245, 265, namespace="batch", team="platform"),
    _one("KubeNodeNotReady", "warning", "A node is not ready.", 420, 455, node="worker-3", team="platform"),
    _one("TargetDown", "warning", "Targets do not answer.", 422, 454, namespace="monitoring", node="worker-3", team="platform"),
    _one("KubeDaemonSetRolloutStuck", "warning", "A DaemonSet is stuck.", 430, 460, namespace="kube-system", node="worker-3", daemonset="node-exporter", team="platform"),
    *(_one("KubePodNotReady", "warning", "A pod is not ready.", 510, 530, namespace="checkout", deployment="checkout", pod=f"checkout-5f7c9d-{number:03d}", team="checkout") for number in range(300)),
    _one("KubePersistentVolumeFillingUp", "critical", "The volume is 91 % full.", 540, namespace="monitoring", persistentvolumeclaim="prometheus-db-0", team="platform"),
    _one("KubePodCrashLooping", "page", "A pod crashes again and again.", 612, namespace="payments", pod="payments-api-7d9f-x2", team="payments"),
    _one("CertificateExpiringSoon", "warning", "A certificate expires in 6 days.", 720, namespace="ingress", team="platform"),
)  # fmt: skip

_REPEATS = (30, 150, 270, 390, 515, 630, 740, 835)


def steps() -> Iterator[Step]:
    """Yield the steps of the night in order."""
    minutes = {max(one.start, 0) for one in NIGHT} | {one.end for one in NIGHT if one.end} | set(_REPEATS)
    for minute in sorted(minutes):
        live = (one for one in NIGHT if one.start <= minute < (one.end or MINUTES))
        new_or_due = tuple(
            one for one in live
            if (max(one.start, 0) == minute or minute in _REPEATS) and (one.lost is None or minute <= one.lost)
        )  # fmt: skip
        yield Step(minute, new_or_due, tuple(one for one in NIGHT if one.end == minute))


def moment(minute: int) -> datetime:
    """Return the recorded time of a minute after 18:00."""
    return BASE + timedelta(minutes=minute)


def runbook(alertname: str) -> str:
    """Return the runbook's address, as kube-prometheus makes it."""
    return f"{_RUNBOOKS}{alertname.lower()}/"
