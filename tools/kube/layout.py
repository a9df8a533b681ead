"""What the inside and the outside of a node agree on: addresses, where files lie, and what is said when it is ready."""

from dataclasses import dataclass
from pathlib import Path
from string import Template

ADDRESS, NODE = "10.123.0.1", "node1"
PODS, SERVICES, FIRST_SERVICE = "10.244.0.0/24", "10.96.0.0/16", "10.96.0.1"
SERVER = f"https://{ADDRESS}:6443"
VOLUMES = 24
READY = "ready"
"""The line that the node prints once it can be used."""
_FILES = Path(__file__).parent / "files"


@dataclass(frozen=True)
class Layout:
    """Where a node keeps what: ``state`` is gone with the node, ``logs`` stays."""

    state: Path
    logs: Path
    images: Path
    """A folder with archives of images in the layout of OCI."""
    cgroup: str
    """Name of the control group that holds the pods, of this node alone."""

    @property
    def kubeconfig(self) -> Path:
        """Return the path of the administrator's kubeconfig."""
        return self.state / "pki" / "admin.conf"

    @property
    def audit(self) -> Path:
        """Return the path of the API server's audit log: what accounts of pods asked, one JSON object a line."""
        return self.logs / "audit.log"

    def fill(self, name: str, **more: object) -> str:
        """Return a file of ``files/`` with its blanks filled in."""
        known = {"state": self.state, "address": ADDRESS, "node": NODE, "pods": PODS, "cgroup": self.cgroup}
        return Template((_FILES / name).read_text()).substitute(known | more)
