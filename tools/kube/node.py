"""A whole one-node Kubernetes, as seen from inside namespaces of its own (``tools.kube.machine`` makes them).

Network, mounts and processes are this node's alone, so all of it is gone with its first process. The network has no
way out. Settings that a machine without systemd, with cgroup v1 or without all capabilities needs are in ``files/``.
The process ends when its standard input does.
"""

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.binaries import binary
from tools.kube.certificates import authority
from tools.kube.layout import ADDRESS, FIRST_SERVICE, NODE, READY, SERVER, SERVICES, VOLUMES, Layout

_SYSCTLS = {"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
            "kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000"}  # fmt: skip
"""What a kubelet sets for the whole machine: here it finds files of its own that say that it is so."""
_WRITTEN = ("/var", "/etc", "/opt", "/usr")
"""Where containerd, a kubelet and the plugins of the network write: into memory here, over what the machine has."""
_WAIT_SECONDS = 120


class NodeError(Exception):
    """A part of the node does not start; the message names its log."""


@dataclass
class Node:
    """The parts of a node and what is running of them."""

    layout: Layout
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Start a program in the background, with a log of its own."""
        with (self.layout.logs / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603 - built here
                (binary(name), *arguments), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.layout.state
            )

    def wait(self, name: str, ready: Callable[[], bool]) -> None:
        """Wait until a program says that it is ready; raises NodeError when it ends or takes too long."""
        end = time.monotonic() + _WAIT_SECONDS
        while not ready():
            if self.running[name].poll() is not None or time.monotonic() > end:
                raise NodeError(f"{name} is not ready; see {self.layout.logs / name}.log")
            time.sleep(0.1)

    def kubectl(self, *arguments: str, given: str = "") -> bool:
        """Run kubectl as the administrator and say whether that went well."""
        command = (str(binary("kubectl")), f"--kubeconfig={self.layout.kubeconfig}", *arguments)
        return subprocess.run(command, input=given, text=True, capture_output=True, check=False).returncode == 0  # noqa: S603


def run(layout: Layout) -> None:
    """Start everything, say that it is ready, and go on until the standard input ends."""
    _mount()
    _network()
    _write_files(layout)
    node = Node(layout)
    node.start("containerd", "--config", str(layout.state / "containerd.toml"))
    _control_plane(node)
    _import_images(node)
    _workers(node)
    print(READY, flush=True)  # noqa: T201 - the outside waits for it
    sys.stdin.read()


def _mount() -> None:
    """Give pods' mounts a way into containers, and the node folders and settings of the kernel of its own."""
    _command("mount", "--make-rshared", "/")
    _command("mount", "-t", "tmpfs", "tmpfs", "/run")
    for top in _WRITTEN:
        upper, work = Path(f"/run/over{top}/upper"), Path(f"/run/over{top}/work")
        upper.mkdir(parents=True)
        work.mkdir()
        _command("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={top},upperdir={upper},workdir={work}", top)
    for name, value in _SYSCTLS.items():
        if (target := Path("/proc/sys") / name).exists():
            shown = Path("/run/sysctl") / name
            shown.parent.mkdir(parents=True, exist_ok=True)
            shown.write_text(f"{value}\n")
            _command("mount", "--bind", str(shown), str(target))


def _network() -> None:
    for line in (
        "link set lo up",
        "link add kube0 type bridge",
        f"addr add {ADDRESS}/32 dev kube0",
        "link set kube0 up",
    ):
        _command("ip", *line.split())
    for name in ("ipv4/ip_forward", "bridge/bridge-nf-call-iptables"):
        Path(f"/proc/sys/net/{name}").write_text("1\n")


def _write_files(layout: Layout) -> None:
    for folder in ("cni", "containerd", "kubelet", "pods", *(f"volumes/{number}" for number in range(VOLUMES))):
        (layout.state / folder).mkdir(parents=True)
    runc = shutil.which("runc", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin") or "runc"
    for name in ("containerd.toml", "kubelet.yaml", "Corefile", "audit.yaml"):
        (layout.state / name).write_text(layout.fill(name, runc=runc))
    for name in ("kube-proxy.yaml", "10-bridge.conflist"):
        (layout.state / name).write_text(layout.fill(name))
    (layout.state / "10-bridge.conflist").rename(layout.state / "cni" / "10-bridge.conflist")
    (layout.state / "resolv.conf").touch()
    made = authority(layout.state / "pki")
    names = "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
    made.certify("kube-apiserver", "/CN=kube-apiserver", f"{names},IP:{FIRST_SERVICE},IP:{ADDRESS}")
    made.certify("kubelet", f"/O=system:nodes/CN=system:node:{NODE}", f"DNS:{NODE},IP:{ADDRESS}")
    made.certify("front-proxy", "/CN=front-proxy")
    made.certify("admin", "/O=system:masters/CN=admin")
    for part in ("kube-controller-manager", "kube-scheduler", "kube-proxy"):
        made.certify(part, f"/CN=system:{part}")
    for name in ("admin", "kubelet", "kube-controller-manager", "kube-scheduler", "kube-proxy"):
        made.kubeconfig(name, SERVER)


def _control_plane(node: Node) -> None:
    state, pki = node.layout.state, node.layout.state / "pki"
    etcd = "http://127.0.0.1:2379"
    node.start("etcd", f"--data-dir={state}/etcd", f"--listen-client-urls={etcd}", f"--advertise-client-urls={etcd}",
               "--listen-peer-urls=http://127.0.0.1:2380", "--unsafe-no-fsync", "--log-level=warn")  # fmt: skip
    node.start(
        "kube-apiserver", f"--etcd-servers={etcd}", f"--bind-address={ADDRESS}", f"--advertise-address={ADDRESS}",
        f"--service-cluster-ip-range={SERVICES}", "--authorization-mode=Node,RBAC", "--allow-privileged=true",
        "--enable-admission-plugins=NodeRestriction", f"--client-ca-file={pki}/ca.crt",
        f"--tls-cert-file={pki}/kube-apiserver.crt", f"--tls-private-key-file={pki}/kube-apiserver.key",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={pki}/accounts.pub", f"--service-account-signing-key-file={pki}/accounts.key",
        f"--kubelet-certificate-authority={pki}/ca.crt", "--kubelet-preferred-address-types=InternalIP",
        f"--kubelet-client-certificate={pki}/admin.crt", f"--kubelet-client-key={pki}/admin.key",
        f"--requestheader-client-ca-file={pki}/ca.crt", "--requestheader-allowed-names=front-proxy",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-", "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User", f"--proxy-client-cert-file={pki}/front-proxy.crt",
        f"--proxy-client-key-file={pki}/front-proxy.key", f"--audit-policy-file={state}/audit.yaml",
        f"--audit-log-path={node.layout.audit}", "--audit-log-mode=blocking",
    )  # fmt: skip
    node.wait("kube-apiserver", lambda: node.kubectl("get", "--raw", "/readyz"))
    node.start(
        "kube-controller-manager", f"--kubeconfig={pki}/kube-controller-manager.conf", "--bind-address=127.0.0.1",
        "--leader-elect=false", "--use-service-account-credentials", f"--root-ca-file={pki}/ca.crt",
        f"--service-account-private-key-file={pki}/accounts.key", f"--cluster-signing-cert-file={pki}/ca.crt",
        f"--cluster-signing-key-file={pki}/ca.key",
    )  # fmt: skip
    node.start("kube-scheduler", f"--kubeconfig={pki}/kube-scheduler.conf", "--bind-address=127.0.0.1",
               "--leader-elect=false")  # fmt: skip


def _import_images(node: Node) -> None:
    ctr = (binary("ctr"), "--address=/run/containerd/containerd.sock", "--namespace=k8s.io")

    def asked(*arguments: str) -> bool:
        return subprocess.run((*ctr, *arguments), capture_output=True, check=False).returncode == 0  # noqa: S603

    node.wait("containerd", lambda: asked("version"))
    for archive in sorted(node.layout.images.glob("*.tar")):
        if not asked("images", "import", str(archive)):
            raise NodeError(f"containerd cannot import {archive}; see {node.layout.logs}/containerd.log")


def _workers(node: Node) -> None:
    state = node.layout.state
    node.start("kubelet", f"--config={state}/kubelet.yaml", f"--kubeconfig={state}/pki/kubelet.conf",
               f"--root-dir={state}/kubelet", f"--hostname-override={NODE}", f"--node-ip={ADDRESS}")  # fmt: skip
    node.start("kube-proxy", f"--config={state}/kube-proxy.yaml")
    node.start("coredns", "-conf", f"{state}/Corefile")
    volumes = "".join(node.layout.fill("volume.yaml", number=number) for number in range(VOLUMES))
    node.wait("kubelet", lambda: node.kubectl("wait", "--for=condition=Ready", f"node/{NODE}", "--timeout=1s"))
    node.start("kube-router", "--run-firewall=true", "--run-router=false", "--run-service-proxy=false",
               f"--kubeconfig={state}/pki/admin.conf", f"--hostname-override={NODE}", "--enable-cni=false",
               f"--service-cluster-ip-range={SERVICES}", "--health-port=20244", "--metrics-port=0")  # fmt: skip
    node.wait("kube-proxy", lambda: _answers("http://127.0.0.1:10256/healthz"))
    node.wait("kube-router", lambda: _answers("http://127.0.0.1:20244/healthz"))
    node.wait("kube-controller-manager", lambda: node.kubectl("-n", "default", "get", "serviceaccount", "default"))
    node.wait(
        "kube-apiserver", lambda: node.kubectl("apply", "-f", "-", given=node.layout.fill("storage.yaml") + volumes)
    )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 - on this node
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _command(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - words of this module
    if done.returncode:
        raise NodeError(f"{' '.join(words)}: {done.stderr.strip()}")


if __name__ == "__main__":
    state_, logs_, images_, cgroup_ = sys.argv[1:]
    run(Layout(Path(state_), Path(logs_), Path(images_), cgroup_))
