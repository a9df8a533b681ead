"""What the API server was asked: nothing that it refused, and nothing granted that was never asked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.release import Release, rights

Right = tuple[str, str, str]
"""API group, resource and verb."""
_WHO = "system:serviceaccount:alerts:alertgest-digest"
_OWN = ("authorization.k8s.io", "selfsubjectaccessreviews", "create")
"""What everybody may ask: what it may do."""


@pytest.fixture(scope="module")
def asked(release: Release) -> list[dict[str, Any]]:
    """Return what a digest, a snapshot and a check asked, as the API server saw it."""
    audit = release.cluster.audit
    if audit is None:
        pytest.skip("no audit log: this cluster is not ours")
    before = audit.stat().st_size
    for job, cronjob, more in (("right-run", "digest", {}), ("right-look", "snapshot", {}),
                               ("right-check", "digest", {"DIGEST_COMMAND": "check"})):  # fmt: skip
        release.create_job(job, cronjob, **more)
        assert release.finished(job) == "Complete", release.log(job)
    return list(_entries(audit, before))


def _entries(audit: Path, start: int) -> Iterator[dict[str, Any]]:
    with audit.open() as lines:
        lines.seek(start)
        for line in lines:
            entry = json.loads(line)
            if entry["user"]["username"] == _WHO:
                yield entry


def right(entry: dict[str, Any]) -> Right:
    about = entry.get("objectRef", {})
    return about.get("apiGroup", ""), about.get("resource", entry["requestURI"]), entry["verb"]


def test_nothing_was_asked_that_is_refused(asked: list[dict[str, Any]]) -> None:
    refused = [right(one) for one in asked if one["annotations"]["authorization.k8s.io/decision"] != "allow"]
    assert refused == []


def test_everything_that_is_granted_was_asked_for_and_the_reverse(
    release: Release, asked: list[dict[str, Any]]
) -> None:
    own = rights(release.cluster.get("-n", "alerts", "role", "alertgest-own-job"))
    assert {right(one) for one in asked} - {_OWN} == release.granted() | own


def test_the_receiver_asked_nothing(release: Release) -> None:
    audit = release.cluster.audit
    if audit is None:
        pytest.skip("no audit log: this cluster is not ours")
    names = {json.loads(line)["user"]["username"] for line in audit.read_text().splitlines()}
    assert _WHO in names, "the log tells of those who ask"
    assert "system:serviceaccount:alerts:alertgest-ingest" not in names
