"""Alerts and cluster are joined by workload and time; what is told is order, never a cause."""

from dataclasses import replace
from datetime import timedelta

from digest.briefing import build_briefing
from digest.card import check_card, render_card
from digest.cluster.join import join
from digest.cluster.model import (
    Missing,
    NodeCondition,
    Observation,
    Observed,
    Pod,
    ReplicaCount,
    Rollout,
    Termination,
    UnboundClaim,
    Usage,
    WarningEvent,
    Workload,
)
from digest.facts import Facts, Resource, ResourceKind
from tests.card_schema import schema_errors
from tests.facts_factory import END, START, night

API = Workload("Deployment", "namespace-0", "api")
MINUTE = timedelta(minutes=1)
FIRED = START + timedelta(hours=6)


def facts() -> Facts:
    """Return the facts of a night with one firing group of the workload, first fired at midnight."""
    one = night(1)
    resources = (ResourceKind("deployment", 1, (Resource("api", 1, 1),)),)
    group = replace(one.groups[0], resources=resources, first_seen=FIRED, firing_since=FIRED, cluster="prod-eu")
    return replace(one, groups=(group,))


def pod(name: str, status: str = "Running", restarts: int = 0, seen: timedelta = timedelta(0)) -> Pod:
    return Pod(f"uid-{name}", "namespace-0", name, API, "n1", status, status == "Running", restarts, END + seen)


def end(name: str, minutes: int, reason: str = "OOMKilled", code: int = 137) -> Termination:
    return Termination(f"uid-{name}", "main", "namespace-0", name, API, "n1", reason, code, FIRED + minutes * MINUTE)


def joined(*remembered: Observation, now: tuple[Observation, ...] = (), base: Facts | None = None) -> Facts:
    return join(base or facts(), Observed(END, now), remembered)


def test_a_rollout_of_the_workload_within_two_hours_before_is_told_with_its_minutes() -> None:
    before = Rollout(API, 2, FIRED - 12 * MINUTE, "reg/api:1.2.3", "reg/api:1.2.4")
    earlier = Rollout(API, 1, FIRED - 121 * MINUTE, "", "reg/api:1.2.3")
    after = Rollout(API, 3, FIRED + MINUTE, "reg/api:1.2.4", "reg/api:1.2.5")
    (group,) = joined(before, earlier, after).groups
    assert [(one.kind, one.minutes_before, one.before, one.after) for one in group.changes] == [
        ("rollout", 12, "reg/api:1.2.3", "reg/api:1.2.4")
    ]


def test_a_change_of_replicas_is_known_from_two_snapshots() -> None:
    counts = [ReplicaCount(API, number, FIRED - at * MINUTE) for number, at in ((3, 90), (3, 60), (5, 30))]
    result = joined(*counts)
    assert [(one.kind, one.minutes_before, one.before, one.after) for one in result.groups[0].changes] == [
        ("scaling", 30, "3", "5")
    ]
    assert result.context is not None
    assert [one.replicas_change for one in result.context.recent_deployments] == ["3 → 5"]


def test_the_worst_state_counts_the_ends_of_the_workloads_containers() -> None:
    ends = [end("api-1", 1), end("api-1", 30), end("api-2", 20), end("api-2", 25, "Error", 1)]
    (group,) = joined(*ends, now=(pod("api-1", "CrashLoopBackOff", 7), pod("api-2", restarts=3))).groups
    worst = group.worst_state
    assert worst is not None
    assert (worst.status, worst.reason, worst.exit_code, worst.ends, worst.restart_count) == (
        "CrashLoopBackOff",
        "OOMKilled",
        137,
        3,
        7,
    )
    assert (worst.last_end, worst.other_ends) == (FIRED + 30 * MINUTE, 1)


def test_a_healthy_workload_has_no_worst_state() -> None:
    assert joined(now=(pod("api-1"),)).groups[0].worst_state is None


def test_the_later_sight_of_a_pod_counts() -> None:
    (group,) = joined(pod("api-1", "CrashLoopBackOff"), now=(pod("api-1", seen=MINUTE),)).groups
    assert group.worst_state is None


def test_groups_of_another_cluster_are_left_alone() -> None:
    theirs = replace(facts(), groups=(replace(facts().groups[0], cluster="other"),))
    result = joined(end("api-1", 1), base=replace(theirs, cluster="prod-eu"))
    assert (result.groups[0].workload, result.groups[0].worst_state) == (None, None)


def test_the_only_cluster_of_a_night_is_ours_where_no_name_is_set() -> None:
    theirs = replace(facts(), cluster="", groups=(replace(facts().groups[0], cluster="other"),))
    assert joined(base=theirs).groups[0].workload == API


def test_warning_events_of_one_object_and_reason_are_counted_together() -> None:
    some = [
        WarningEvent(f"e{n}", "shop", "Pod", "api-1", "BackOff", f"message {n}", n, FIRED, FIRED + n * MINUTE)
        for n in (2, 3)
    ]
    context = joined(*some).context
    assert context is not None
    (event,) = context.recent_warning_events
    assert (event.count, event.involved_object, event.message) == (5, "pod/api-1", "message 3")


def test_a_node_that_was_away_in_the_night_and_one_that_still_is_are_told() -> None:
    some = (
        NodeCondition("worker-3", "Ready", "Unknown", True, "NodeStatusUnknown", FIRED),
        NodeCondition("worker-3", "Ready", "True", False, "KubeletReady", FIRED + 35 * MINUTE),
        NodeCondition("worker-4", "MemoryPressure", "True", True, "x", START - timedelta(days=3)),
        NodeCondition("worker-5", "Ready", "True", False, "x", START - timedelta(days=3)),
    )
    context = joined(now=some).context
    assert context is not None
    assert [(one.node, one.condition, one.status) for one in context.node_conditions] == [
        ("worker-4", "MemoryPressure", "True"),
        ("worker-3", "Ready", "Unknown"),
        ("worker-3", "Ready", "True"),
    ]


def test_the_time_line_has_changes_ends_and_first_firings_in_order() -> None:
    result = joined(
        Rollout(API, 2, FIRED - 12 * MINUTE, "reg/api:1.2.3", "reg/api:1.2.4"), end("api-1", 5), end("api-1", 9)
    )
    assert [(one.kind, one.subject, one.count) for one in result.timeline] == [
        ("rollout", "api", 1),
        ("alerts", "Alert0", 1),
        ("terminations", "api", 2),
    ]


def test_the_card_says_what_came_before_and_claims_no_cause() -> None:
    brief = build_briefing(
        joined(Rollout(API, 2, FIRED - 12 * MINUTE, "reg/api:1.2.3", "reg/api:1.2.4"), end("api-1", 5), end("api-1", 9))
    )
    # First fired at 00:00 in Berlin, which is 23:00 UTC.
    (line,) = brief.attention[0].cluster
    assert line.split("; ") == [
        "Deployment api: rolled out 1.2.3 → 1.2.4 at 23:48, 12 min before",
        "OOMKilled 2 times, exit code 137, last at 00:09",
    ]
    assert [f"{line.name}: {line.words}" for line in brief.timeline] == [
        "23:48 api (namespace-0): rolled out 1.2.3 → 1.2.4",
        "00:00 Alert0 (namespace-0): critical",
        "00:05 api (namespace-0): 2 containers ended: OOMKilled",
    ]


def test_the_cluster_now_is_told_by_kinds_of_trouble() -> None:
    observed = Observed(
        END,
        (
            pod("api-1", "CrashLoopBackOff"),
            pod("api-2", "CrashLoopBackOff"),
            pod("api-3", "Evicted"),
            NodeCondition("worker-3", "Ready", "Unknown", True, "", FIRED),
            NodeCondition("worker-3", "Ready", "True", False, "", FIRED + MINUTE),
            NodeCondition("worker-4", "Ready", "False", True, "", FIRED),
        ),
        (UnboundClaim("shop", "data", "Pending", FIRED),),
        (Usage("", "worker-4", "memory", 95), Usage("shop", "api-1", "memory", 99), Usage("shop", "api-2", "cpu", 91)),
    )
    brief = build_briefing(join(facts(), observed, ()))
    assert [(line.name, line.words) for line in brief.cluster] == [
        ("Nodes", "worker-4 is not ready"),
        ("Pods", "2 CrashLoopBackOff, 1 Evicted"),
        ("Memory near its limit", "worker-4, shop/api-1"),
        ("CPU near its limit", "shop/api-2"),
        ("Claims without a volume", "shop/data"),
    ]


def test_a_card_with_all_of_the_cluster_passes_schema_and_rules() -> None:
    pods = tuple(pod(f"api-{number}", "CrashLoopBackOff", number) for number in range(200))
    rollouts = tuple(
        Rollout(replace(API, name=f"api-{n}"), 2, START + n * MINUTE, "reg/api:1", "reg/api:2") for n in range(200)
    )
    result = join(facts(), Observed(END, (*pods, *rollouts), missing=(Missing("events", "no right"),)), ())
    card = render_card(result, digest_id="d" * 36, possible_repeat=True).card
    assert (schema_errors(card), check_card(card)) == ([], [])
    assert result.context is not None
    # 200 pods and 200 rollouts, of each of which 50 are told.
    assert result.context.left_out == 300
    assert len(result.timeline) == 40


def test_a_pod_that_only_a_snapshot_saw_is_not_told_as_now() -> None:
    gone = Pod("uid-gone", "namespace-0", "api-gone", API, "n1", "CrashLoopBackOff", False, 4, FIRED + 3 * MINUTE)
    brief = build_briefing(joined(gone, now=(pod("api-new"),)))
    assert brief.attention[0].cluster == ("Deployment api: at 00:03 CrashLoopBackOff",)
    assert brief.cluster == ()


def test_of_two_pods_of_one_name_the_later_counts_whatever_their_uids() -> None:
    for old, new in (("a", "z"), ("z", "a")):
        before = Pod(old, "namespace-0", "db-0", API, "n1", "CrashLoopBackOff", False, 4, FIRED)
        after = Pod(new, "namespace-0", "db-0", API, "n1", "Running", True, 0, END)
        result = joined(before, now=(after,))
        assert result.context is not None
        assert (result.context.problematic_pods, result.groups[0].worst_state) == ((), None)


def test_a_node_that_was_removed_or_recovered_before_the_night_is_no_trouble_now() -> None:
    removed = NodeCondition("w3", "Ready", "Unknown", True, "", FIRED)
    recovered = NodeCondition("w4", "Ready", "True", False, "", START - 120 * MINUTE)
    before = NodeCondition("w4", "Ready", "False", True, "", START - 300 * MINUTE)
    result = joined(removed, before, now=(recovered,))
    assert build_briefing(result).cluster == ()
    assert result.context is not None
    assert [one.node for one in result.context.node_conditions] == ["w3"]


def test_what_happened_after_a_past_period_is_not_told_in_it() -> None:
    past = replace(facts(), period=replace(facts().period, cut_off=END + timedelta(days=5)))
    late = replace(end("api-1", 0), at=END + timedelta(days=4))
    result = joined(late, Rollout(API, 9, END + timedelta(days=4), "a", "b"), base=past)
    assert [one.kind for one in result.timeline] == ["alerts"]
    assert result.groups[0].worst_state is None
    assert result.context is not None
    assert result.context.recent_deployments == ()


def test_many_scalings_are_one_and_hide_no_rollout() -> None:
    counts = [ReplicaCount(API, 3 + number, FIRED - (30 - number) * MINUTE) for number in range(30)]
    rollout = Rollout(API, 2, FIRED - 40 * MINUTE, "reg/api:1", "reg/api:2")
    result = joined(rollout, *counts)
    assert [(one.kind, one.before, one.after) for one in result.groups[0].changes] == [
        ("rollout", "reg/api:1", "reg/api:2"),
        ("scaling", "3", "32"),
    ]
    assert [one.kind for one in result.timeline] == ["rollout", "scaling", "alerts"]


def test_a_rollout_keeps_what_the_first_sight_knew_of_it() -> None:
    first = Rollout(API, 2, FIRED - 12 * MINUTE, "reg/api:1", "reg/api:2")
    later = replace(first, old_image="", at=first.at + MINUTE)
    for remembered, now in ((first, later), (later, first)):
        (change,) = joined(remembered, now=(now,)).groups[0].changes
        assert (change.before, change.minutes_before) == ("reg/api:1", 12)


def test_a_group_is_where_at_least_half_of_its_known_pods_were_seen_now_or_in_the_night() -> None:
    def where(*nodes: str, remembered: tuple[Observation, ...] = ()) -> tuple[str, ...]:
        names = [f"api-{number}" for number in range(4)]
        named = ResourceKind("pod", 4, tuple(Resource(name, 1, 1) for name in names))
        base = replace(facts(), groups=(replace(facts().groups[0], resources=(named,)),))
        seen = tuple(replace(pod(name), node=node) for name, node in zip(names, nodes, strict=False))
        return joined(*remembered, now=seen, base=base).groups[0].nodes

    assert where("n1", "n1", "n2", "n2") == ("n1", "n2")
    assert where("n1", "n1", "n1", "n2") == ("n1",)
    assert where("n1", "n2", "n3") == ()
    assert where("n3") == ("n3",)
    # A pod of that name was elsewhere in the night, and one of which only an end is known was there too.
    assert where("n1", "n1", remembered=(end("api-0", 0), replace(end("api-2", 0), node="n2"))) == ("n1",)
    moved = replace(pod("api-0", seen=-300 * MINUTE), uid="before", node="n9")
    assert where("n1", remembered=(moved,)) == ("n1", "n9")
    assert where() == ()


def test_pieces_that_are_missing_are_named_with_their_own_reasons() -> None:
    missing = (Missing("events", "no right"), Missing("pods", "no answer in time"), Missing("nodes", "no right"))
    brief = build_briefing(join(facts(), Observed(END, missing=missing), ()))
    assert [note for note in brief.notes if "context" in note] == [
        "The cluster's context lacks events, nodes: no right.",
        "The cluster's context lacks pods: no answer in time.",
    ]
