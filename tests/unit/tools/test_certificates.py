"""The certificates of a cluster, judged by openssl."""

import subprocess
from pathlib import Path

import yaml

from tests.programs import program
from tools.kube.certificates import authority


def verify(folder: Path, *options: str) -> bool:
    """Say whether openssl takes the certificate of a server for what it says."""
    command = [program("openssl"), "verify", "-CAfile", str(folder / "ca.crt"), *options, str(folder / "server.crt")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_certificate_is_good_for_its_names_and_no_others(tmp_path: Path) -> None:
    made = authority(tmp_path / "pki")
    made.certify("server", "/CN=server", "DNS:kubernetes.default.svc,IP:10.96.0.1")
    assert verify(made.folder, "-purpose", "sslserver", "-verify_hostname", "kubernetes.default.svc")
    assert verify(made.folder, "-purpose", "sslclient", "-verify_ip", "10.96.0.1")
    assert not verify(made.folder, "-verify_hostname", "example.com")


def test_another_authority_does_not_vouch_for_it(tmp_path: Path) -> None:
    made, other = authority(tmp_path / "one"), authority(tmp_path / "other")
    made.certify("server", "/CN=server")
    (made.folder / "ca.crt").write_bytes((other.folder / "ca.crt").read_bytes())
    assert not verify(made.folder)


def test_a_kubeconfig_has_all_that_a_client_needs(tmp_path: Path) -> None:
    made = authority(tmp_path / "pki")
    made.certify("admin", "/O=system:masters/CN=admin")
    config = yaml.safe_load(made.kubeconfig("admin", "https://10.123.0.1:6443").read_text())
    assert config["clusters"][0]["cluster"]["server"] == "https://10.123.0.1:6443"
    assert set(config["users"][0]["user"]) == {"client-certificate-data", "client-key-data"}
