"""Where the address of the workflow leads elsewhere or nowhere: nobody else gets the card or the secret in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.deliveries import assert_recorded, assert_said, marks, run
from tests.faults.stations import Stations
from tests.faults.tally import Fault
from tests.faults.workflows import refuses, workflow
from tests.programs import self_signed

Report = Callable[[Fault], None]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(both: Stations, report: Report, status: int) -> None:
    station = both[0]
    with workflow() as other, workflow() as teams:
        for target in (teams.url, other.url, "http://["):
            teams.will.append(refuses(status, Location=target))
            station.night.begin()
            assert_said(run(station, teams.url), "refused", f"answered {status}.")
            assert_recorded(station, "refused", f"answered {status}.")
        assert (other.cards, teams.cards) == ([], [])
        assert run(station, teams.url).code == 0
        assert marks(teams) == [False]
    report(
        Fault("Teams", f"{status} to itself, to another host, to no address", 3, 1, 0,
              "exit code 5; nobody gets the secret address; a later card is not marked")
    )  # fmt: skip


@contextmanager
def unreachable(kind: str, folder: Path) -> Iterator[str]:
    """Yield an address at which no card arrives."""
    with ExitStack() as stack:
        if kind == "a certificate of nobody":
            teams = stack.enter_context(workflow(certificate=self_signed(folder).with_key))
            yield teams.url
            assert teams.cards == []
        else:
            yield {
                "a name that does not resolve": "https://teams.invalid/workflow?sig=secret",
                "a port at which nobody listens": "https://127.0.0.1:9/workflow?sig=secret",
            }[kind]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("a certificate of nobody", "SSLError"),
        ("a name that does not resolve", "ConnectionError"),
        ("a port at which nobody listens", "ConnectionError"),
    ],
)
def test_what_cannot_be_reached_gets_nothing_and_the_later_card_is_not_marked(
    both: Stations, report: Report, tmp_path: Path, kind: str, says: str
) -> None:
    station, told = both[0], f"no answer ({says}) (3 tries)."
    station.night.begin()
    with unreachable(kind, tmp_path) as url:
        assert_said(run(station, url), "unreachable", told)
    assert_recorded(station, "unreachable", told)
    assert station.run("run").code == 0
    assert station.night.repeats() == [False]
    station.night.assert_told_once()
    report(Fault("Teams", kind, 3, 1, 0, "exit code 4; a later card is not marked"))
