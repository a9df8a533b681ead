"""Which labels name what an alert is about, as kube-state-metrics and the usual exporters call them."""

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
