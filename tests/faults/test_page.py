"""docs/reliability.md tells the faults that this suite makes, no more and no fewer."""

import os

import pytest

from tests.faults.tally import Fault, named


def test_the_page_tells_the_faults_of_this_suite(request: pytest.FixtureRequest, faults: list[Fault]) -> None:
    folder = request.path.parent
    if {item.path for item in request.session.items} != set(folder.glob("test_*.py")):
        pytest.skip("only a part of the suite runs")
    if os.environ.get("ALERTGEST_WRITE_RELIABILITY"):
        pytest.skip("the page is written anew")
    made = {(fault.where, fault.name, fault.seen) for fault in faults}
    assert made - named() == set()
    if os.environ.get("CI"):  # a laptop skips what it cannot do
        assert named() - made == set()


def test_nothing_that_was_acknowledged_is_lost(faults: list[Fault]) -> None:
    assert {fault.name: fault.lost for fault in faults if fault.lost} == {}
