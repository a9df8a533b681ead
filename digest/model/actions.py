"""What to do, as codes: the model chooses one, the words are ours, and a row must give reason for it; pure."""

import re

from digest.model.rows import Row

ACTIONS = {
    "check_capacity": "check its requests, limits and what the node has left",
    "check_certificate": "renew the certificate and see why it was not renewed",
    "check_config": "compare its configuration with that of the last good revision",
    "check_dependency": "look at what it depends on first",
    "check_logs": "read the logs of the last failed container",
    "check_network": "test name resolution and the way to it",
    "check_node": "look at its node: conditions, pressure, the kubelet",
    "check_rollout": "compare the revision before with the present one",
    "check_storage": "see what fills the volume, or enlarge it",
    "none": "",
    "open_runbook": "open its runbook",
    "tune_alert": "lengthen its “for” or move its threshold",
}
"""In the order of the alphabet, as the model is offered them."""
_REASONS = {
    "check_capacity": r"oom|memory|cpu|throttl|capacity|pressure|quota|overcommit|pending|unschedul|evict",
    "check_certificate": r"cert|expir|tls",
    "check_network": r"network|dns|connect|conntrack|down|unreachable|latenc|timeout|target|probe",
    "check_node": r"node|kubelet|pressure|evict",
    "check_storage": r"volume|disk|filesystem|persistent|storage|inode|filling",
}


def founded(code: str, row: Row) -> bool:
    """Say whether a row gives reason for an action: nobody is sent to compare revisions where nothing was changed."""
    if code in {"check_rollout", "check_config"}:
        return bool(row.group.changes)
    if code == "check_logs":
        return bool(row.group.workload or row.group.worst_state)
    if code == "tune_alert":
        return row.state == "cleared"
    return code not in _REASONS or bool(
        re.search(_REASONS[code], f"{row.trusted} {' '.join(row.labels)}", re.IGNORECASE)
    )
