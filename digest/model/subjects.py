"""What a sentence of a row may be about, and where that is; pure."""

from digest.model import nouns
from digest.model.grammar import Rule, either, many, maybe, name, phrase, seq, where
from digest.model.moments import number
from digest.model.nouns import backed
from digest.model.rows import Row

ARTICLE = maybe(phrase("the", "a", "an", "this", "its", "one"))


def subject(row: Row) -> Rule:
    """Read what a sentence is about: the alert, or a thing that the row's alert is about."""
    return either(alert(row), thing(row), phrase("it"))


def alert(row: Row) -> Rule:
    """Read the alert of a row: "the critical alert KubePodCrashLooping in payments"."""
    called = name(row.alertname)
    kind = maybe(either(called, phrase(*backed(nouns.THINGS, row.trusted))))
    titled = seq(maybe(phrase(row.severity)), kind, phrase("alert"), maybe(called))
    several = seq(maybe(phrase("the")), maybe(called), phrase("alerts"))
    alike = row.group.series_count > 1 and row.group.firing_count in {0, row.group.series_count}
    some = either(seq(ARTICLE, either(titled, called)), where(alike, several))
    return seq(some, maybe(phrase("of", "for", "on", "about"), thing(row)), many(place(row)))


def counted_alerts(row: Row) -> Rule:
    """Read how many alerts a row has: "the 5 alerts in payments"."""
    some = seq(maybe(phrase("all", "the")), number(row.group.series_count), phrase("alerts"), many(place(row)))
    return where(row.group.series_count > 1, some)


def thing(row: Row) -> Rule:
    """Read a thing: "the payments-api pods in payments", "node worker-3"."""
    noun, about = phrase(*backed(nouns.THINGS, row.trusted)), name(*row.about)
    several = where(row.group.series_count > 1, phrase("several", "some"))
    named = seq(maybe(about), noun, maybe(noun), maybe(about))
    return seq(either(ARTICLE, several), either(named, about), many(place(row)))


def workload(row: Row) -> Rule:
    """Read what a change was made of: "the deployment payments-api"."""
    kind = row.group.workload.kind.lower() if row.group.workload else ""
    noun, about = phrase("workload", *([kind] if kind else [])), name(*row.about)
    named = either(seq(maybe(about), noun, maybe(about)), about)
    return seq(ARTICLE, named, many(place(row)))


def place(row: Row) -> Rule:
    """Read where: "in the namespace payments", "of payments-api", "on node worker-3"."""
    noun = maybe(phrase("namespace", "node", *backed(nouns.THINGS, row.trusted)))
    where_ = seq(phrase("in", "of", "on", "for"), maybe(phrase("the")), noun)
    return seq(where_, name(*row.places), maybe(phrase("namespace")))
