"""Whatever the Teams workflow does: what the program says and ends with, which cards come, what a later run does.

Each case is a night. Times that the program would wait are noted and not waited for.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from tests.faults.deliveries import EXIT_CODES, assert_recorded, assert_said, marks, run
from tests.faults.stations import Station, Stations
from tests.faults.tally import Fault
from tests.faults.workflows import (
    Does,
    redirects_hugely,
    refuses,
    resets_unread,
    takes,
    takes_and_babbles,
    takes_and_drips_a_body,
    takes_and_drips_a_head,
    takes_and_hangs,
    takes_and_resets,
    takes_hugely,
    workflow,
)

Report = Callable[[Fault], None]
LARGEST_READ = 50 * 2**20
"""Of 100 MB that are offered; the buffers of two sockets hold some of them."""


@dataclass(frozen=True)
class Case:
    """What the workflow does, and what is to come of it."""

    name: str
    does: list[Does]
    outcome: str
    says: str
    cards: list[bool] = field(default_factory=list)
    """The cards that the workflow took from the run: whether each is marked as a possible repeat."""
    next_marked: bool = False
    """Whether the card of the next run is marked, where the first one did not see its card taken."""
    patience: str = "60"
    """How many seconds the program has patience: fewer only where it is to lose it."""


def once(name: str, does: Does, cards: list[bool]) -> Case:
    """Return a case in which the second try succeeds."""
    return Case(name, [does], "sent", "accepted with 202 (2 tries).", cards)


def settled(name: str, does: Does, status: int) -> Case:
    """Return a case in which no second try is made."""
    return Case(name, [does], "refused", f"answered {status}.")


def silent(name: str, does: Does, says: str, cards: list[bool]) -> Case:
    """Return a case in which no try is answered."""
    return Case(name, [does] * 3, "unreachable", f"no answer ({says}) (3 tries).", cards, next_marked=True)


def impatient(case: Case) -> Case:
    return replace(case, patience="3")


CASES = [
    Case("202", [], "sent", "accepted with 202.", [False]),
    Case("200 with a text of no meaning", [takes(200, b"\xff\x00<p>")], "sent", "accepted with 200.", [False]),
    Case("200 with the text of an error", [refuses(200, b"Webhook message delivery failed with error: HTTP error 413")],
         "refused", "answered 200, but its body tells of an error."),
    *(settled(str(status), refuses(status, b"sig=secret"), status) for status in (400, 401, 404, 413)),
    Case("429 for ever", [refuses(429)] * 3, "unreachable", "answered 429 (3 tries)."),
    once("500 once", refuses(500), [False]),
    Case("500 for ever", [refuses(500)] * 3, "unreachable", "answered 500 (3 tries)."),
    Case("502 with a page of HTML", [refuses(502, b"<html>sig=secret</html>")] * 3, "unreachable",
         "answered 502 (3 tries)."),
    Case("504 although it took the card", [takes(504)] * 3, "unreachable", "answered 504 (3 tries).",
         [False, True, True], next_marked=True),
    silent("reset before the card was read", resets_unread, "ConnectionError", []),
    once("reset after the card was read, once", takes_and_resets, [False, True]),
    silent("reset after the card was read", takes_and_resets, "ConnectionError", [False, True, True]),
    silent("an answer that is no HTTP", takes_and_babbles, "ConnectionError", [False, True, True]),
    impatient(once("no answer, once", takes_and_hangs, [False, True])),
    impatient(silent("no answer", takes_and_hangs, "ReadTimeout", [False, True, True])),
    impatient(once("a head without end, a byte at a time", takes_and_drips_a_head, [False, True])),
    impatient(Case("a body without end, a byte at a time", [takes_and_drips_a_body], "sent", "accepted with 200.",
                   [False])),
    Case("an answer of 100 MB", [takes_hugely], "sent", "accepted with 200.", [False]),
    settled("a redirect of 100 MB", redirects_hugely, 302),
]  # fmt: skip


def tried(station: Station, case: Case) -> int:
    """Try a case; return how many cards came in all."""
    with workflow(*case.does) as teams:
        station.night.begin()
        assert_said(run(station, teams.url, case.patience), case.outcome, case.says)
        assert_recorded(station, case.outcome, case.says)
        assert (marks(teams), teams.will, teams.written < LARGEST_READ) == (case.cards, [], True)
        assert run(station, teams.url).code == 0
        again = [] if case.outcome == "sent" else [case.next_marked]
        assert marks(teams) == [*case.cards, *again]
        station.night.assert_told_once()
        return len(teams.cards)


def tried_named(station: Station, case: Case) -> int:
    try:
        return tried(station, case)
    except AssertionError as error:
        error.add_note(f"Teams: {case.name}")
        raise


def seen(case: Case) -> str:
    """Return the words of the table."""
    now = f"exit code {EXIT_CODES[case.outcome]}, {case.says.rstrip('.')}"
    return now if case.outcome == "sent" else f"{now}; a later card is {'' if case.next_marked else 'not '}marked"


def test_whatever_the_workflow_answers(both: Stations, report: Report) -> None:
    def work(station: Station, cases: list[Case]) -> list[int]:
        return [tried_named(station, case) for case in cases]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, both, (CASES[::2], CASES[1::2]))
    counts = {CASES[number].name: (first, second)[number % 2][number // 2] for number in range(len(CASES))}
    for case in CASES:
        report(Fault("Teams", case.name, len(case.does) or 1, counts[case.name], 0, seen(case)))


RETRY_AFTER = {
    "7": 7.0,
    "99999999999999999999": 30.0,
    "Thu, 02 Jul 2026 08:05:12 GMT": 12.0,
    "Thu, 02 Jul 9999 08:05:12 GMT": 30.0,
}
NO_TIME = ("", "0", "-5", "soon", "Thu, 99 Jul 2026 08:05:12 GMT", "Mon, 01 Jan 0001 00:00:00 +2359", "\u00b2")
"""What names no time to come: the program waits as it does by itself, half a second to one and a half."""


def test_a_429_says_how_long_to_wait_within_reason(both: Stations, report: Report) -> None:
    def waited(value: str) -> float:
        station = both[0]
        with workflow(refuses(429, Retry_After=value)) as teams:
            station.night.begin()
            ended = run(station, teams.url)
            assert_said(ended, "sent", "accepted with 202 (2 tries).")
            assert (marks(teams), len(ended.waits)) == ([False], 1)
            return ended.waits[0]

    assert {value: waited(value) for value in RETRY_AFTER} == RETRY_AFTER
    for value in NO_TIME:
        assert 0.5 <= waited(value) <= 1.5, value
    count = len(RETRY_AFTER) + len(NO_TIME)
    report(
        Fault("Teams", "429 once, with a Retry-After in seconds, as a date, absurd, negative, or none", count, count, 0,
              "waits as it is told, 30 s at most, and sends the card")
    )  # fmt: skip
