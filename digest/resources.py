"""Which labels name what an alert is about, as kube-state-metrics and the usual exporters call them."""

EXPORTED = "exported_"
"""What Prometheus puts before the label of a target that it overrides; then the plain one names the exporter.

Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (``honor_labels``).
"""
RESOURCE_LABELS = (
    "pod",
    "deployment",
    "statefulset",
    "daemonset",
    "node",
    "persistentvolumeclaim",
    "job_name",
    "instance",
)
ASKED_LABELS = (*RESOURCE_LABELS, *(f"{EXPORTED}{label}" for label in RESOURCE_LABELS))
"""What the queries count the values of."""
