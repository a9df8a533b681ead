"""What the cluster says, in words: order in time and counts, never a cause. Names are untrusted and cleaned; pure."""

from collections import Counter
from collections.abc import Iterator

from digest.cluster.context import Change, Context, Moment, WorstState
from digest.cluster.model import Workload
from digest.facts import Group, Period
from digest.wording import Line, clean, clock, count, names

_MOST_CHANGES = 2


def cluster_lines(group: Group, period: Period) -> tuple[str, ...]:
    """Return what is known of a group's workload: which it is, what changed shortly before, the worst that was seen."""
    if group.workload is None:
        return ()
    told = [*_changes(group, period), *_worst(group.worst_state, period)]
    return (f"{_name(group.workload)}: {'; '.join(told)}",) if told else ()


def cluster_now(context: Context) -> tuple[Line, ...]:
    """Return how the cluster is at the end of the period: a line for each kind of trouble, none where there is none."""
    unwell = (pod for pod in context.problematic_pods if pod.seen_at == context.collection_time)
    pods = Counter(pod.status for pod in unwell if pod.status not in {"", "Running", "Succeeded"})
    present = (one for one in context.node_conditions if one.bad and one.present)
    bad = [f"{one.node} {_condition(f'{one.condition} {one.status}')}" for one in present]
    claims = [f"{one.namespace}/{one.name}" for one in context.unbound_claims]
    jobs = [f"{one.namespace}/{one.workload.name}" for one in context.failed_jobs]
    events = [f"{one.reason} {one.involved_object}" for one in context.recent_warning_events]
    pressure = context.resource_pressure
    told = (
        ("Nodes", names(bad, longest=60)),
        ("Pods", ", ".join(f"{number:,} {clean(status, 40)}" for status, number in pods.most_common(4))),
        ("Memory near its limit", names((*pressure.high_memory_nodes, *pressure.high_memory_pods), longest=60)),
        ("CPU near its limit", names((*pressure.high_cpu_nodes, *pressure.high_cpu_pods), longest=60)),
        ("Claims without a volume", names(claims, longest=60)),
        ("Failed Jobs", names(jobs, longest=60)),
        ("Most warnings", names(events, longest=60)),
    )
    return tuple(Line(name, words) for name, words in told if words)


def moment_line(moment: Moment, period: Period) -> Line:
    """Return the line of the time line: 22:30 checkout-api (shop) rolled out 1.2.3 → 1.2.4."""
    where = f" ({clean(moment.namespace, 40)})" if moment.namespace else ""
    return Line(f"{clock(moment.at, period)} {clean(moment.subject, 60)}{where}", _happened(moment))


def _happened(moment: Moment) -> str:
    detail = clean(_short(moment.detail), 100)
    words = {
        "rollout": f"rolled out {detail}".rstrip(),
        "rollback": f"rolled back {detail}".rstrip(),
        "scaling": f"replicas {detail}",
        "node": _condition(detail),
        "terminations": f"{count(moment.count, 'container')} ended: {detail}",
        "job": f"Job failed: {detail}",
        "alerts": (detail or "no severity") + (f", the first of {moment.count:,} alerts" if moment.count > 1 else ""),
    }
    return words[moment.kind]


def _condition(detail: str) -> str:
    condition, _, status = detail.partition(" ")
    if condition == "Ready":
        return {"True": "is ready", "False": "is not ready"}.get(status, "is out of reach")
    return condition if status == "True" else f"no {condition} any more"


def _name(workload: Workload) -> str:
    guessed = " (by the name of its pods)" if workload.guessed else ""
    return f"{workload.kind} {clean(workload.name, 60)}{guessed}"


def _changes(group: Group, period: Period) -> Iterator[str]:
    for change in group.changes[:_MOST_CHANGES]:
        yield f"{_what(change)} at {clock(change.at, period)}, {_before(change.minutes_before)}"


def _what(change: Change) -> str:
    before, after = clean(_tag(change.before), 40), clean(_tag(change.after), 40)
    if change.kind == "scaling":
        return f"replicas {before} → {after}"
    verb = "rolled back" if change.kind == "rollback" else "rolled out"
    if change.before == change.after:
        return f"{verb} without a new image"
    return f"{verb} {before} → {after}" if before else f"{verb} {after}"


def _before(minutes: int) -> str:
    return f"{minutes} min before" if minutes else "in the same minute"


def _worst(worst: WorstState | None, period: Period) -> Iterator[str]:
    if worst is None:
        return
    if worst.status and worst.seen_at:
        when = "now" if worst.seen_at >= period.limit else f"at {clock(worst.seen_at, period)}"
        yield f"{when} {clean(worst.status, 40)}"
    if worst.ends and worst.last_end:
        code = f", exit code {worst.exit_code}" if worst.exit_code is not None else ""
        others = f", and {count(worst.other_ends, 'other end')}" if worst.other_ends else ""
        ends = count(worst.ends, "time")
        yield f"{clean(worst.reason, 40)} {ends}{code}, last at {clock(worst.last_end, period)}{others}"


def _tag(image: str) -> str:
    """Return what tells two images of one repository apart: the tag, or the start of the digest."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag or digest[:19] or image


def _short(detail: str) -> str:
    before, arrow, after = detail.partition(" → ")
    return f"{_tag(before)} → {_tag(after)}" if arrow else detail
