"""Nights for the page: each with another of the things that a page can hold."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from digest.cluster.context import Moment
from digest.compare.model import Comparison, GroupComparison, NightComparison, NightCount, Volume
from digest.episode import Episode
from digest.facts import Facts, Group
from digest.health.model import Absence, Span
from digest.model.phrasing import GroupText, LinkText, Phrasing
from digest.stories.find import with_stories
from tests import model_night
from tests.facts_factory import END, START, night

HOSTILE = "<at>x</at>**[x](javascript:alert)** # <b onload=alert(1)>\u202e\x07</svg></style>" * 2
_MINUTE = timedelta(minutes=1)


def fired(groups: Iterable[Group]) -> tuple[Group, ...]:
    """Return groups with spans and episodes: each a little later than the one before, every third fires on."""
    return tuple(_fired(number, group) for number, group in enumerate(groups))


def _fired(number: int, group: Group) -> Group:
    starts = [START + timedelta(minutes=(37 * number + 150 * again) % 820) for again in range(1 + number % 4)]
    starts.sort()
    spans = tuple(Span(start, start + timedelta(minutes=1 + 7 * (number % 6))) for start in starts)
    if group.firing_count:
        spans = (*spans[:-1], Span(spans[-1].start, END))
    episodes = tuple(
        Episode(
            one.start,
            None if one.end == END else one.end,
            "firing" if one.end == END else "cleared",
            (("pod", f"payments-api-7d9f8b6c5-{number:05}"), ("zone", "eu-west-1b")),
        )
        for one in reversed(spans)
    )
    return replace(group, fired=spans, fired_merged=3 if number % 5 == 4 else 0, episodes=episodes)


def busy(groups: int = 36) -> Facts:
    """Return a night of so many groups, with a receiver that was away, two rollouts and a node."""
    facts = night(groups, 17)
    moments = (
        Moment(START + 200 * _MINUTE, "rollout", "checkout-api", "shop", "reg/c:v1.2.3 → reg/c:v1.2.4", 1),
        Moment(START + 205 * _MINUTE, "scaling", "checkout-api", "shop", "3 → 5", 1),
        Moment(START + 212 * _MINUTE, "terminations", "checkout-api", "shop", "OOMKilled", 4),
        Moment(START + 600 * _MINUTE, "node", "worker-3", "", "Ready False", 1),
    )
    away = Absence((Span(START + 300 * _MINUTE, START + 335 * _MINUTE),), 0, 2100)
    told = replace(facts, groups=fired(facts.groups), timeline=moments)
    return with_stories(replace(told, capture=replace(facts.capture, receiver_away=away)))


def hostile() -> Facts:
    """Return a night in which every text of others attacks the page."""
    facts = night(12, name=HOSTILE)
    groups = tuple(
        replace(
            group,
            namespace=HOSTILE,
            owner=HOSTILE,
            severity=HOSTILE,
            summary=HOSTILE,
            common_labels=((HOSTILE, HOSTILE),),
            episodes=tuple(replace(one, labels=((HOSTILE, HOSTILE),)) for one in group.episodes),
        )
        for group in fired(facts.groups)
    )
    moment = Moment(START + _MINUTE, "rollout", HOSTILE, HOSTILE, HOSTILE, 1)
    return with_stories(replace(facts, groups=groups, timeline=(moment,), cluster=HOSTILE))


def model() -> Facts:
    """Return the model's night with a sentence that passed, an action, and a link that was taken for possible."""
    facts = model_night.facts()
    texts = (GroupText("g1", model_night.TRUE, "check_rollout"), GroupText("g2", "", "check_node"))
    link = LinkText(("g1", "g3"), "same_namespace", "payments", 6, "")
    phrasing = Phrasing("qwen2.5-coder:1.5b", texts, (link,), left_out=1)
    return with_stories(replace(facts, groups=fired(facts.groups), phrasing=phrasing))


def compared() -> Facts:
    """Return a night with seven nights before it, one of them unknown."""
    facts = night(6, 12)
    volumes: tuple[Volume | None, ...] = ("worse", "better", "usual", "worse", "usual", None)
    usual = (4.0, 40.0, 11.0, 0.0, 12.5, None)
    groups = tuple(
        GroupComparison(
            group.id, group.id, 1, "chronic", volume, fired_nights=6, of_nights=7, usual=number, spread=1.0, last_week=9
        )
        for group, volume, number in zip(facts.groups, volumes, usual, strict=True)
    )
    counts = (41, 38, None, 52, 44, 40, 72)
    nights = tuple(NightCount(END - timedelta(days=6 - n), number) for n, number in enumerate(counts))
    whole = NightComparison("louder", 28, 41.0, 4.0, 44, nights)
    return with_stories(replace(facts, groups=fired(facts.groups), comparison=Comparison(42, 28, groups, whole)))


def weekend() -> Facts:
    """Return a night of 62 hours."""
    facts = busy(12)
    period = replace(facts.period, end=START + timedelta(hours=62), cut_off=START + timedelta(hours=62))
    return replace(facts, period=period)


NIGHTS = {
    "quiet": night(0),
    "silent": night(0, received=False),
    "busy": busy(),
    "hostile": hostile(),
    "model": model(),
    "compared": compared(),
    "weekend": weekend(),
    "of an older release": night(12),
}
