"""What Alertmanager has of each rule at one moment, as the noise report samples it; pure."""

from collections import defaultdict
from collections.abc import Iterator

from digest.confirm.model import AlertmanagerSeen, Living
from digest.noise.model import Rule
from digest.noise.samples import AlertSample


def samples_of(seen: AlertmanagerSeen, cluster_label: str) -> tuple[AlertSample, ...]:
    """Return a sample for each rule that has alerts; what a time interval mutes counts as silenced."""
    by_rule: dict[Rule, list[set[str]]] = defaultdict(list)
    for alert in seen.living:
        by_rule[_rule(alert, cluster_label)].append({one.kind for one in alert.suppressions})
    return tuple(_samples(by_rule))


def _samples(by_rule: dict[Rule, list[set[str]]]) -> Iterator[AlertSample]:
    for rule, kinds in sorted(by_rule.items(), key=lambda item: str(item[0])):
        silenced = sum(bool(one & {"silenced", "muted"}) for one in kinds)
        yield AlertSample(rule, len(kinds), silenced, sum("inhibited" in one for one in kinds))


def _rule(alert: Living, cluster_label: str) -> Rule:
    cluster, name, severity = (alert.labels.get(label, "") for label in (cluster_label, "alertname", "severity"))
    return Rule("", cluster, name, severity)
