"""Seeded nights with a known truth, for the evaluation of models: what belongs together, and what only looks so."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from digest.cluster.context import Change, WorstState
from digest.cluster.model import Workload
from digest.facts import Capture, Facts, Group, Level, Period, Resource, ResourceKind, Totals

START = datetime(2026, 11, 22, 17, tzinfo=UTC)
PERIOD = Period(START, START + timedelta(hours=14), START + timedelta(hours=14), "Europe/Berlin")
MINUTE = timedelta(minutes=1)
NAMES = ("payments", "checkout", "search", "billing", "media", "auth", "orders", "stock")


@dataclass(frozen=True)
class Night:
    """Facts, and the links that are true: pairs of groups of one incident, single groups after a rollout."""

    facts: Facts
    true_links: frozenset[tuple[str, ...]]
    noise: frozenset[str]
    """Groups that ask for nobody: they cleared by themselves, again and again."""
    without_cause: frozenset[str]
    """Groups of which nothing says why: to name a change or a neighbour for them is an invention."""


def night(seed: int) -> Night:
    """Return the night of a seed: incidents after rollouts and of nodes, and alerts that share a place by chance."""
    pick = random.Random(seed)
    groups: list[Group] = []
    true_links: set[tuple[str, ...]] = set()
    noise, alone = set[str](), set[str]()
    for name in pick.sample(NAMES, pick.randrange(2, 5)):
        make = pick.choice((_after_rollout, _of_a_node, _by_chance, _without_cause))
        some, links = make(name, pick)
        first = len(groups) + 1
        alone |= {f"g{first + number}" for number in range(len(some)) if make in {_by_chance, _without_cause}}
        noise |= {f"g{first + number}" for number, group in enumerate(some) if group.flapping_series}
        groups += [replace(group, id=f"g{first + number}") for number, group in enumerate(some)]
        true_links |= {tuple(f"g{first + number}" for number in link) for link in links}
    return Night(_facts(tuple(groups)), frozenset(true_links), frozenset(noise), frozenset(alone))


def _after_rollout(name: str, pick: random.Random) -> tuple[list[Group], list[tuple[int, ...]]]:
    at, before = _time(pick), pick.randrange(3, 30)
    workload = Workload("Deployment", name, f"{name}-api")
    image = f"registry/{name}:v1.{pick.randrange(9)}"
    change = Change("rollout", at - before * MINUTE, before, f"{image}.1", f"{image}.2")
    ends = pick.randrange(2, 9)
    worst = WorstState("CrashLoopBackOff", None, "OOMKilled", 137, ends, at + 9 * MINUTE, 0, ends)
    crash = _group("KubePodCrashLooping", "critical", name, at, workload, firing=pick.choice((True, True, False)))
    crash = replace(crash, changes=(change,), worst_state=worst)
    replicas = _group("KubeDeploymentReplicasMismatch", "warning", name, at + 4 * MINUTE, workload, firing=False)
    return [crash, replicas], [(0,), (0, 1)]


def _of_a_node(name: str, pick: random.Random) -> tuple[list[Group], list[tuple[int, ...]]]:
    at, node = _time(pick), f"worker-{pick.randrange(1, 40)}"
    groups = [
        _group("KubeNodeNotReady", "warning", "kube-system", at, Workload("Node", "", node), firing=False),
        _group("TargetDown", "warning", name, at + 2 * MINUTE, None, firing=False),
    ]
    resources = (ResourceKind("node", 1, (Resource(node, 1, 0),)),)
    return [replace(group, resources=resources) for group in groups], [(0, 1)]


def _by_chance(name: str, pick: random.Random) -> tuple[list[Group], list[tuple[int, ...]]]:
    at = _time(pick)
    certificate = _group("CertificateExpiringSoon", "warning", name, at, None, firing=True)
    throttled = _group(
        "CPUThrottlingHigh", "info", name, at + 6 * MINUTE, Workload("Deployment", name, "batch"), firing=False
    )
    return [certificate, replace(throttled, total_occurrences=5, flapping_series=1)], []


def _without_cause(name: str, pick: random.Random) -> tuple[list[Group], list[tuple[int, ...]]]:
    """Return alerts of one service of which nothing says why they came, and which came far apart."""
    at = _time(pick)
    errors = _group("HighErrorRate", "critical", name, at, None, firing=pick.choice((True, False)))
    return [errors, _group("HighRequestLatency", "warning", name, at + 90 * MINUTE, None, firing=False)], []


def _time(pick: random.Random) -> datetime:
    return START + pick.randrange(60, 600) * MINUTE


def _group(  # noqa: PLR0913
    alertname: str, severity: Level, namespace: str, at: datetime, workload: Workload | None, *, firing: bool
) -> Group:
    end = PERIOD.cut_off if firing else at + 35 * MINUTE
    return Group(
        "g0", "default", "", alertname, severity, severity, namespace, "", f"{alertname} in {namespace}", 1, 1,
        int(firing), 0, int(not firing), 0, at, end, None, at if firing else None, int((end - at).total_seconds()), (),
        0, (), "", "", "", "firing" if firing and severity != "info" else None, workload,
    )  # fmt: skip


def _facts(groups: tuple[Group, ...]) -> Facts:
    firing = sum(group.firing_count for group in groups)
    urgent = sum(group.attention is not None for group in groups)
    totals = Totals(len(groups), len(groups), len(groups), firing, 0, len(groups) - firing, 0, urgent)
    return Facts("scheduled", "prod-eu", PERIOD, totals, (), groups, (), (), (), Capture(True, 0, 0))


def nights(count: int) -> Iterator[Night]:
    """Yield the nights of the first seeds."""
    yield from map(night, range(count))
