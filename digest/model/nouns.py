"""Nouns and states that a sentence may have, each with what in a row gives reason for it; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Backed:
    """Words of one meaning, parted by commas, and the form that the trusted cells of a row must have somewhere."""

    words: str
    evidence: str

    def phrases(self) -> list[str]:
        """Return the words one by one."""
        return [one.strip() for one in self.words.split(",")]


_PODS = r"pod|deployment|statefulset|daemonset|replica|container|crash|oom"
THINGS = (
    Backed("pod, pods, container, containers, workload", _PODS),
    Backed("deployment", r"\bdeployment"),
    Backed("statefulset", r"statefulset"),
    Backed("daemonset", r"daemonset"),
    Backed("replicas", r"replica"),
    Backed("node", r"node"),
    Backed("kubelet", r"kubelet"),
    Backed("certificate, TLS certificate", r"cert|expir|tls"),
    Backed("volume, claim, persistent volume, volume claim", r"volume|persistent|claim"),
    Backed("disk, filesystem", r"disk|filesystem|inode|volume"),
    Backed("target, scrape target", r"target"),
    Backed("job, cronjob, backup", r"job|backup|cron"),
    Backed("database", r"database|postgres|mysql|mongo|redis"),
    Backed("queue, consumer", r"queue|kafka|rabbit|lag"),
    Backed("cpu, cpu usage", r"cpu|throttl"),
    Backed("memory, memory usage", r"memory|oom"),
    Backed("latency, response time", r"latenc|slow|duration"),
    Backed("requests, error rate, requests rate", r"request|error|rate|burn"),
    Backed("instance, component", r"instance|target|down|unreachable"),
)
"""What a sentence may be about, beside the names of its row."""
CONDITIONS = (
    Backed("unreachable, out of reach, lost", r"unreachable|notready|down|lost"),
    Backed("unready, not ready, notready", r"notready|unready"),
    Backed("down, offline", r"down|unreachable|notready"),
    Backed("degraded, unhealthy", r"degraded|unhealthy|notready|mismatch"),
    Backed("unavailable", r"unavailable|absent|down|missing"),
    Backed("pending", r"pending"),
    Backed("stuck", r"stuck|pending|backoff"),
    Backed("failing, in failure", r"fail|error|crash|backoff|oom"),
    Backed("crashing, crash looping, crash-looping, in a crash loop", r"crash|backoff"),
    Backed("throttled, being throttled", r"throttl"),
    Backed("filling, filling up, nearly full, running full", r"filling|fill"),
    Backed("expiring, expiring soon, about to expire, near its expiry, close to its expiry", r"expir"),
    Backed("slow, slower than it should be", r"slow|latenc"),
    Backed("behind, lagging, delayed", r"behind|lag|delay"),
    Backed("under pressure", r"pressure"),
    Backed("high, too high", r"high|exceed|overcommit"),
    Backed("mismatched", r"mismatch"),
)
"""What something can be said to be."""
LACKS = (
    Backed("a mismatch of replicas, a replica mismatch, mismatched replicas", r"replica\w*mismatch|mismatch\w*replica"),
    Backed("unavailable replicas", r"replica\w*(?:mismatch|unavailable)|unavailable\w*replica"),
)
"""What something can be said to have."""
FAILED = (Backed("failed", r"fail|error"),)
"""What something did once and for all."""
CRASHES = (Backed("restarting, crashing", r"crash|backoff|restart"),)
"""What it keeps doing while such an alert fires."""
OUT_OF_MEMORY = re.compile("oom", re.IGNORECASE)


def backed(some: tuple[Backed, ...], trusted: str) -> Iterator[str]:
    """Yield the words that the trusted text of a row gives reason for."""
    for one in some:
        if re.search(one.evidence, trusted, re.IGNORECASE):
            yield from one.phrases()
