"""Twenty minutes of mixed load with faults at random, then every count: ``make soak``.

Two receivers on one PostgreSQL; ``SOAK_SECONDS`` and ``SOAK_SEED`` are its length and what the faults and the webhooks
are drawn from. Prints a table; ends with 1 where anything that was acknowledged is missing or wrong, where memory,
files or connections grow, or where a program did not end as it should.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from threading import Event

import requests

from bench.soak.counts import Count, of_database, of_metrics, old_rows
from bench.soak.samples import Course, Sample, course, sampling
from bench.soak.schedule import plan
from bench.soak.senders import Books, sending
from bench.soak.site import Ends, Site, site

SECONDS = int(os.environ.get("SOAK_SECONDS") or 1200)
SEED = int(os.environ.get("SOAK_SEED") or 1)
SENDERS = 8
_MEMORY_SLACK_KIBIBYTES, _FILES_SLACK, _CONNECTIONS_SLACK = 5 * 1024, 8, 8
_AWAY = 4
"""What the digest ends with where the database is away."""


def main() -> int:
    """Soak, count, print; return the exit code."""
    with site() as running:
        steady = running.steady.address
        with (
            sampling(lambda: running.steady.pid, running.url) as (samples, connections),
            sending((steady, running.other.address), SENDERS, SEED) as books,
        ):
            made = _faults(running)
        metrics = requests.get(f"{steady}/metrics", timeout=60).text
        ends = running.ends()
        counts = [*of_database(running.url, books.model), *_answers(books, steady, metrics), *_programs(ends)]
        counts.append(Count("rows left that retention takes", "0", f"{old_rows(running.url):,}", old_rows(running.url)))
        counts += _courses(samples, connections)
    _print(books, made, ends, counts)
    return 1 if any(count.wrong for count in counts) else 0


def _faults(running: Site) -> Counter[str]:
    begun, made = time.monotonic(), Counter[str]()
    for fault in plan(SECONDS, SEED):
        Event().wait(max(0.0, begun + fault.at - time.monotonic()))
        if time.monotonic() - begun > SECONDS:
            break
        print(f"{time.monotonic() - begun:6.0f} s  {fault.name}", file=sys.stderr, flush=True)
        running.make(fault)
        made[fault.name] += 1
    Event().wait(max(0.0, begun + SECONDS - time.monotonic()))
    return made


def _answers(books: Books, steady: str, metrics: str) -> Iterator[Count]:
    answers = {answer: number for (address, answer), number in books.answers.items() if address == steady}
    errors = sum(number for answer, number in answers.items() if not answer.isdigit())
    yield Count("webhooks never acknowledged", "0", f"{books.given_up:,}", books.given_up)
    yield Count("attempts without an answer of the receiver that lived", "0", f"{errors:,}", errors)
    codes = {answer: number for answer, number in answers.items() if answer.isdigit()}
    strange = sum(number for code, number in codes.items() if code not in {"200", "400", "503"})
    yield Count("its answers but 200, 400 and 503", "0", f"{strange:,}", strange)
    yield from of_metrics(metrics, codes, books.alerts[steady])


def _programs(ends: Ends) -> Iterator[Count]:
    yield _codes("exit codes of receivers after SIGTERM", ends.receivers, {0})
    yield _codes("exit codes of digest runs", ends.digests, {0, _AWAY})
    yield _codes("exit codes of retention runs", ends.retentions, {0, _AWAY})
    done = ends.digests.count(0)
    yield Count(
        "cards of digest runs that ended with 0", f"{done:,} or more", f"{ends.cards:,}", max(0, done - ends.cards)
    )


def _codes(what: str, codes: list[int], right: set[int]) -> Count:
    told = ", ".join(f"{number} x {code}" for code, number in sorted(Counter(codes).items()))
    expected = " or ".join(map(str, sorted(right)))
    return Count(what, expected, told or "none", sum(code not in right for code in codes))


def _courses(samples: list[Sample], connections: list[int]) -> Iterator[Count]:
    yield _flat("memory, KiB", course([one.memory for one in samples]), _MEMORY_SLACK_KIBIBYTES)
    yield _flat("open files and sockets", course([one.files for one in samples]), _FILES_SLACK)
    yield _flat("connections of PostgreSQL", course(connections), _CONNECTIONS_SLACK)


def _flat(what: str, seen: Course, slack: float) -> Count:
    found = f"{seen.late:,.0f} (most {seen.most:,.0f})"
    return Count(f"{what}: second and last fifth", f"{seen.early:,.0f}", found, int(not seen.flat(slack)))


def _print(books: Books, made: Counter[str], ends: Ends, counts: list[Count]) -> None:
    known, answers = books.model.counts, Counter[str]()
    for (_, answer), number in books.answers.items():
        answers[answer] += number
    print(f"{SECONDS} s, seed {SEED}: {known['webhooks']:,} webhooks with {known['alerts']:,} alerts acknowledged,")
    print(
        f"{known['repeated']:,} attempts more; answers: {', '.join(f'{n:,} x {a}' for a, n in answers.most_common())}"
    )
    print(f"faults: {', '.join(f'{number} x {name}' for name, number in made.most_common())}; {ends.cards} cards\n")
    print(f"{'what':<56} {'expected':>22} {'found':>26} {'wrong':>6}")
    for count in counts:
        print(f"{count.what:<56} {count.expected:>22} {count.found:>26} {count.wrong:>6,}")


if __name__ == "__main__":
    sys.exit(main())
