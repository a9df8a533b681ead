"""One version in every place that names it, and a changelog that has a section for it or says that it is to come."""

import re
import tomllib
from datetime import date

import pytest
import yaml

from tests.cluster.images import RELEASE
from tests.documented import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
CHART = yaml.safe_load((ROOT / "charts" / "alertgest" / "Chart.yaml").read_text(encoding="utf-8"))
HEADINGS = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_chart_is_of_the_version_of_the_programs() -> None:
    assert (CHART["version"], CHART["appVersion"]) == (VERSION, VERSION)


def test_the_chart_tells_the_images_of_that_version() -> None:
    images = {one["name"]: one["image"] for one in yaml.safe_load(CHART["annotations"]["artifacthub.io/images"])}
    assert images["ingest"] == f"ghcr.io/alertgest/ingest:{VERSION}"
    assert images["digest"] == f"ghcr.io/alertgest/digest:{VERSION}"


@pytest.mark.parametrize("program", ["ingest", "digest"])
def test_an_image_that_is_built_by_hand_says_that_version(program: str) -> None:
    assert f"ARG VERSION={VERSION}\n" in (ROOT / f"Dockerfile.{program}").read_text(encoding="utf-8")


def test_the_images_of_the_cluster_ring_are_of_that_version() -> None:
    assert RELEASE == VERSION


def test_the_changelog_begins_with_what_is_to_come_or_with_that_version() -> None:
    assert HEADINGS[0] == "Unreleased" or HEADINGS[0].split(" ")[0] == VERSION


def test_releases_stand_in_the_changelog_newest_first_with_their_days() -> None:
    found = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) \((\d{4}-\d\d-\d\d)\)", one) for one in HEADINGS if one != "Unreleased"]
    assert None not in found
    told = [(tuple(map(int, one.groups()[:3])), date.fromisoformat(one[4])) for one in found if one]
    assert told == sorted(told, reverse=True)


def test_the_checklist_names_every_place() -> None:
    page = (ROOT / "docs" / "releasing.md").read_text(encoding="utf-8")
    places = ("pyproject.toml", "charts/alertgest/Chart.yaml", "ARG VERSION", "tests/cluster/images.py", "CHANGELOG.md")
    assert [place for place in places if place not in page] == []
