"""The certificates of a cluster: an authority of its own, and one certificate for each part."""

import base64
import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Template

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_KUBECONFIG = Template("""apiVersion: v1
kind: Config
current-context: cluster
contexts: [{name: cluster, context: {cluster: cluster, user: user}}]
clusters: [{name: cluster, cluster: {server: "$server", certificate-authority-data: $authority}}]
users: [{name: user, user: {client-certificate-data: $certificate, client-key-data: $key}}]
""")


@dataclass(frozen=True)
class Authority:
    """An authority whose files are in ``folder``: ``ca.crt``, and for each name ``NAME.crt`` and ``NAME.key``."""

    folder: Path

    def certify(self, name: str, subject: str, alternative_names: str = "") -> None:
        """Make a certificate for servers and clients, with names as openssl writes them (``DNS:…,IP:…``)."""
        about = ["extendedKeyUsage=serverAuth,clientAuth"]
        if alternative_names:
            about.append(f"subjectAltName={alternative_names}")
        added = [word for one in about for word in ("-addext", one)]
        signed_by = ["-CA", str(self.folder / "ca.crt"), "-CAkey", str(self.folder / "ca.key")]
        self._request(name, subject, *signed_by, *added)

    def kubeconfig(self, name: str, server: str) -> Path:
        """Write the kubeconfig of a certified name and return its path."""
        path = self.folder / f"{name}.conf"
        files = {"authority": "ca.crt", "certificate": f"{name}.crt", "key": f"{name}.key"}
        data = {word: base64.b64encode((self.folder / file).read_bytes()).decode() for word, file in files.items()}
        path.write_text(_KUBECONFIG.substitute(data, server=server))
        return path

    def _request(self, name: str, subject: str, *more: str) -> None:
        files = ["-keyout", str(self.folder / f"{name}.key"), "-out", str(self.folder / f"{name}.crt")]
        openssl("req", "-x509", *_KEY, "-days", "7", "-subj", subject, *files, *more)


def authority(folder: Path) -> Authority:
    """Make an authority, and the keys by which accounts of pods are told (``accounts.key``, ``accounts.pub``)."""
    folder.mkdir(parents=True)
    made = Authority(folder)
    made._request("ca", "/CN=kubernetes-ca")  # noqa: SLF001 - the authority certifies itself
    openssl(
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", str(folder / "accounts.key")
    )
    openssl("pkey", "-in", str(folder / "accounts.key"), "-pubout", "-out", str(folder / "accounts.pub"))
    return made


def openssl(*arguments: str) -> None:
    """Run openssl; raises CalledProcessError."""
    subprocess.run(("openssl", *arguments), check=True, capture_output=True)  # noqa: S603, S607 - the machine's own
