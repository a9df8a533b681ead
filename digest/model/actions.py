"""What to do, as codes: the model chooses one, the words are ours."""

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
