"""Which words a row must give reason for: true words can still form a false sentence; pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from digest.model.rows import Row


@dataclass(frozen=True)
class Family:
    """Words of one meaning, when a row gives reason for them, and what the model is told where none does."""

    words: frozenset[str]
    holds: Callable[[Row], bool]
    fault: str


def _family(words: str, holds: Callable[[Row], bool], fault: str) -> Family:
    return Family(frozenset(words.split()), holds, fault)


def _about(words: str, evidence: str, topic: str) -> Family:
    form = re.compile(evidence, re.IGNORECASE)
    return _family(words, lambda row: bool(form.search(row.words)), f"the row says nothing of {topic}")


def _repeats(row: Row) -> bool:
    worst = row.group.worst_state
    return row.group.total_occurrences > 1 or bool(worst and worst.ends > 1)


FAMILIES = (
    _family(
        "cleared clears clear clearing resolved resolves resolve recovered recovers recover recovery "
        "stopped stops stop",
        lambda row: row.state == "cleared",
        "it has not cleared; do not say that it is over",
    ),
    _family(
        "ended ends end ending",
        lambda row: row.state == "cleared" or bool(row.group.worst_state and row.group.worst_state.ends),
        "nothing of it has ended",
    ),
    _family(
        "still continues continue continuing remains remain remaining persists persist persisting ongoing active open "
        "now currently current",
        lambda row: row.state == "firing",
        "it does not fire now; do not say that it goes on",
    ),
    _family(
        "repeated repeatedly repeats repeating recurring recurred recurs intermittent intermittently flapping flapped "
        "flaps unstable again loop loops looping times",
        _repeats,
        "it came only once",
    ),
    _family(
        "several multiple many together both",
        lambda row: row.group.series_count > 1 or _repeats(row),
        "it is only one alert",
    ),
    _family(
        "rollout rollouts rolled roll rolling rollback revision revisions version versions image images release "
        "released deployed scaled scaling change changed changes update updated",
        lambda row: bool(row.group.changes),
        "the row has no change before it",
    ),
    _family("rollback", lambda row: any(one.kind == "rollback" for one in row.group.changes), "it was no rollback"),
    _family(
        "scaled scaling",
        lambda row: any(one.kind == "scaling" for one in row.group.changes),
        "the row has no change of replicas",
    ),
    _about("unavailable missing", r"unavailable|missing|absent|mismatch|notready|down", "something that is away"),
    _about("unreachable", r"unreachable|notready|down|lost|unknown", "something out of reach"),
    _about("degraded unhealthy unready", r"degraded|unhealthy|unready|notready|mismatch", "something degraded"),
    _about("stuck pending", r"stuck|pending|backoff", "something that is stuck"),
    _family(
        "is are fires fire keeps since",
        lambda row: row.state == "firing",
        "it does not fire now; tell it in the past",
    ),
    _about("failing failed fails fail failure failures", r"fail|error|crash|backoff|oom|down|unknown", "failures"),
    _about("delayed delay delays behind", r"delay|lag|behind|slow|latenc|stuck", "delays"),
    _about(
        "high higher highest exceeds exceeded exceed exceeding reaches reached reaching rising rose growing grew above",
        r"high|exceed|pressure|usage|overcommit|throttl|filling|burn|latenc|above|too",
        "something high or growing",
    ),
    _about(
        "pod pods container containers replica replicas replicaset deployment statefulset daemonset",
        r"pod|deployment|statefulset|daemonset|replica|container|crash|oom|job",
        "pods",
    ),
    _about("memory", r"memory|oom", "memory"),
    _about("cpu throttling throttled", r"cpu|throttl", "CPU"),
    _about("limit limits quota capacity pressure", r"limit|quota|capacity|pressure|oom|cpu|memory|filling", "limits"),
    _about(
        "volume volumes claim claims disk disks storage filesystem space filling fills filled fuller",
        r"volume|disk|filesystem|persistent|storage|inode",
        "storage",
    ),
    _about(
        "certificate certificates expire expires expired expiring expiry expiration renewal",
        r"cert|expir|tls",
        "certificates",
    ),
    _about("expired", r"expired", "an expiry that has come"),
    _about("ran out", r"oom|memory|filling|space|volume|disk|quota", "something that ran out"),
    _family("news heard", lambda row: row.state == "no news", "there was news of it"),
    _about("network connection connections traffic bandwidth", r"network|connect|dns|conntrack", "the network"),
    _about("latency slow slower slowly timeout timeouts", r"latenc|slow|timeout|duration|burn", "latency"),
    _about("database databases", r"database|postgres|mysql|mongo|redis|\bdb\b|-db|db-", "a database"),
    _about("queue queues", r"queue|kafka|rabbit|lag", "a queue"),
    _about("requests errors error rate", r"request|error|rate|burn|exit", "errors"),
    _about("job jobs cronjob cronjobs backup backups schedule scheduled", r"job|backup|cron|schedul", "jobs"),
    _about("node nodes kubelet", r"node|kubelet", "a node"),
    _about(
        "crash crashes crashed crashing restart restarts restarted restarting killed kill kills evicted eviction "
        "terminated termination terminations exit exited exits",
        r"crash|restart|oom|backoff|kill|evict|terminat|error",
        "containers that ended",
    ),
    _about("heartbeat", r"watchdog|heartbeat|deadman", "heartbeats"),
)


_OVER = frozenset({"cleared", "resolved", "recovered", "news"})
"""With one of these, a sentence about what does not fire now may say since when it had been so."""


def unsupported(words: Iterable[str], about: Iterable[Row]) -> str:
    """Return the fault of the first family that one of the rows gives no reason for; empty where all are supported."""
    told, rows = set(words), list(about)
    if told & _OVER:
        told -= {"since", "is", "are"}
    for family in FAMILIES:
        if told & family.words and not all(family.holds(row) for row in rows):
            return family.fault
    return ""
