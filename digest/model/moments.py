"""When something was, how long it lasted, how often it came: each number and time of a row in its own place; pure."""

from digest.model.grammar import NOTHING, Rule, either, maybe, name, phrase, seq, where
from digest.model.rows import Row

_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TIMES = {1: "once", 2: "twice"}


def at_first(row: Row) -> Rule:
    """Read when it first fired."""
    return seq(phrase("at"), name(row.clock(row.group.first_seen)))


def when(row: Row) -> Rule:
    """Read when something was that is told in the past."""
    first, last = name(row.clock(row.group.first_seen)), name(row.clock(row.group.last_seen))
    ended_once = row.state == "cleared" and row.group.total_occurrences == 1
    until = seq(phrase("from"), first, phrase("until", "to", "till"), last)
    between = where(ended_once, either(until, seq(phrase("between"), first, phrase("and"), last)))
    return either(seq(phrase("since", "from", "at"), first), lasting(row), between)


def since_firing(row: Row) -> Rule:
    """Read since when it fires now, also where it had fired and cleared before."""
    return seq(phrase("since"), name(row.clock(row.group.firing_since)))


def lasting(row: Row) -> Rule:
    """Read for how long it fired: in all where it came more than once, and never where it began before the night."""
    whole = row.group.first_seen >= row.period.start
    for_so_long = seq(phrase("for"), maybe(phrase("about")), span(row.group.firing_seconds))
    in_all = phrase("in all", "in total")
    return where(whole, for_so_long, maybe(in_all) if row.group.total_occurrences == 1 else in_all)


def lasted_after(row: Row) -> Rule:
    """Read after how long it cleared."""
    once = row.group.total_occurrences == 1 and row.group.first_seen >= row.period.start
    return where(once, phrase("after"), span(row.group.firing_seconds))


def span(seconds: int) -> Rule:
    """Read a duration in whole minutes, with hours where there are some."""
    hours, minutes = divmod(seconds // 60, 60)
    if not hours and not minutes:
        return phrase("less than a minute")
    whole = seq(number(hours), phrase("h", "hour", "hours")) if hours else seq()
    rest = seq(number(minutes), phrase("min", "minute", "minutes")) if minutes else seq()
    return seq(whole, maybe(phrase("and")) if hours and minutes else seq(), rest)


def times(count: int) -> Rule:
    """Read how many times."""
    word = phrase(_TIMES[count]) if count in _TIMES else NOTHING
    return either(word, seq(number(count), phrase("times", "time")))


def number(count: int) -> Rule:
    """Read a number, in digits or as a word."""
    return phrase(str(count), *(_NUMBERS[count : count + 1] if count else ()))
