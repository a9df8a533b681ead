"""What stands beside Alertgest: namespaces, the stand-in for Teams, Alertmanager, and a sender that never rests."""

from pathlib import Path
from typing import Any

import yaml

from tests.cluster.cluster import Cluster
from tests.cluster.diagnosis import diagnose
from tests.cluster.images import STANDINS
from tests.programs import self_signed

NEIGHBOURS = "neighbours"
TEAMS, WORKFLOWS = f"{NEIGHBOURS}/teams:8080", f"https://teams.{NEIGHBOURS}.svc"
_POD_SECURITY = "pod-security.kubernetes.io"


def make_namespace(cluster: Cluster, name: str, authority: Path) -> None:
    """Make a namespace that enforces ``restricted``, with the certificate of Teams' authority in a ConfigMap."""
    cluster.kubectl("create", "namespace", name)
    labels = [f"{_POD_SECURITY}/{mode}=restricted" for mode in ("enforce", "warn")]
    cluster.kubectl("label", "namespace", name, *labels)
    cluster.kubectl("-n", name, "create", "configmap", "authorities", f"--from-file=ca.crt={authority}")


def start_teams(cluster: Cluster, folder: Path) -> Path:
    """Start the stand-in for Teams in a namespace of its own; return the certificate that vouches for it."""
    made = self_signed(folder, f"DNS:teams.{NEIGHBOURS}.svc")
    make_namespace(cluster, NEIGHBOURS, made.alone)
    cluster.kubectl("-n", NEIGHBOURS, "create", "secret", "generic", "teams", f"--from-file=both.pem={made.with_key}")
    volume = {"name": "tls", "secret": {"secretName": "teams"}}
    start(cluster, NEIGHBOURS, "teams", ["python3", "-m", "tests.cluster.standins.teams"], [443, 8080], volume)
    return made.alone


def start_alertmanager(cluster: Cluster, namespace: str, config: str) -> None:
    """Start a real Alertmanager with this configuration."""
    body = yaml.safe_dump({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "alertmanager"},
                           "data": {"alertmanager.yml": config}})  # fmt: skip
    cluster.kubectl("-n", namespace, "apply", "-f", "-", given=body)
    command = ["alertmanager", "--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/tmp/alertmanager",
               "--cluster.listen-address=", "--web.listen-address=:9093"]  # fmt: skip
    volume = {"name": "config", "configMap": {"name": "alertmanager"}}
    start(cluster, namespace, "alertmanager", command, [9093], volume)


def start_sender(cluster: Cluster, namespace: str, url: str) -> str:
    """Start a sender that posts to ``url`` without rest; return ``namespace/service:port``."""
    start(cluster, namespace, "sender", ["python3", "-m", "tests.cluster.standins.sender", url], [8080])
    return f"{namespace}/sender:8080"


def start(
    cluster: Cluster,
    namespace: str,
    name: str,
    command: list[str],
    ports: list[int],
    volume: dict[str, Any] | None = None,
) -> None:
    """Run a pod of the stand-ins behind a Service, and wait until it is ready."""
    mounts = {"config": "/etc/alertmanager", "tls": "/tls"}
    container = {
        "name": name, "image": STANDINS, "command": command, "ports": [{"containerPort": port} for port in ports],
        "readinessProbe": {"tcpSocket": {"port": ports[0]}, "periodSeconds": 1},
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": volume["name"], "mountPath": mounts[volume["name"]]}] if volume else [],
    }  # fmt: skip
    pod = {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "automountServiceAccountToken": False, "containers": [container], "volumes": [volume] if volume else [],
            "terminationGracePeriodSeconds": 1,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        },
    }  # fmt: skip
    named = [{"name": f"p{port}", "port": port} for port in ports]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
               "spec": {"selector": {"app": name}, "ports": named}}  # fmt: skip
    cluster.kubectl("-n", namespace, "apply", "-f", "-", given=yaml.safe_dump_all([pod, service]))
    done = cluster.run("kubectl", "-n", namespace, "wait", "--for=condition=Ready", f"pod/{name}", "--timeout=30s")
    assert done.returncode == 0, "\n".join((done.stderr, *diagnose(cluster, namespace)))
