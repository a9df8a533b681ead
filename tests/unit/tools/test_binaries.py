"""What is built is pinned, and knows its version."""

import re

import pytest

from tools.binaries import GROUPS, MODULES, linker_flags


@pytest.mark.parametrize("group", sorted(set(GROUPS.values())))
def test_each_module_has_a_version_and_checksums(group: str) -> None:
    assert re.search(r"^tool ", (MODULES / group / "go.mod").read_text(), re.MULTILINE)
    assert "h1:" in (MODULES / group / "go.sum").read_text()


def test_kubernetes_is_told_the_version_that_is_pinned() -> None:
    pinned = re.search(r"k8s.io/kubernetes v(\d+)\.(\d+)\.(\d+)", (MODULES / "kube/kubernetes/go.mod").read_text())
    assert pinned
    major, minor, patch = pinned.groups()
    flags = linker_flags("kube/kubernetes")
    for told in (f"gitVersion=v{major}.{minor}.{patch}", f"gitMajor={major}", f"gitMinor={minor}"):
        assert f"component-base/version.{told}" in flags


def test_its_libraries_have_the_version_that_belongs_to_it() -> None:
    text = (MODULES / "kube/kubernetes/go.mod").read_text()
    pinned = re.search(r"k8s.io/kubernetes v1\.(\d+\.\d+)", text)
    assert pinned
    versions = set(re.findall(r"=> k8s.io/\S+ v0\.(\S+)", text))
    assert versions == {pinned[1]}
