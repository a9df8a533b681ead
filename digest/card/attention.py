"""The stories that require attention: three with what one must know of them, the next ones in a line each."""

from collections.abc import Iterator

from digest.briefing import Briefing, Item
from digest.card.elements import Element, container, quote, rich, run, text
from digest.wording import count

MOST_WHOLE, MOST_SHORT = 3, 6
LONGEST_LINK = 600
"""Characters of a link on a card; longer ones are shown where there is room, as a text or a page."""
_SMALL = {"size": "Small"}
_DOT = run(" · ", isSubtle=True, **_SMALL)


def attention(brief: Briefing, show: str, dropped: frozenset[str]) -> Iterator[Element]:
    """Yield the section; ``show`` is the command that prints what does not fit."""
    cleared = " · critical, but cleared" if brief.attention and brief.mood != "attention" else ""
    yield text(f"Requires attention{cleared}", weight="Bolder", size="Small", spacing="Small", style="heading")
    if not brief.attention:
        yield text("Nothing.", spacing="None", size="Small")
    whole = () if "Requires attention" in dropped else brief.attention[:MOST_WHOLE]
    short = () if "short" in dropped else brief.attention[len(whole) : len(whole) + MOST_SHORT]
    yield from map(_whole, whole)
    if short:
        yield container(*map(_short, short), separator=True, spacing="Small")
    more = brief.more_attention + len(brief.attention) - len(whole) - len(short)
    if more:
        yield text(f"and {more:,} more: {show} lists them", isSubtle=True, **_SMALL)


def _whole(item: Item) -> Element:
    reason = _reason(item)
    runbook = [part for url in _runbook(item) for part in (_DOT, run("Runbook", url=url, color="Accent", **_SMALL))]
    rows = [
        rich(run(f"{item.mark} {item.title}", weight="Bolder")),
        rich(*_second(item), *([] if reason else runbook), spacing="None"),
        *([rich(*reason, *runbook, spacing="None")] if reason else []),
        *([rich(run(item.followers, isSubtle=True, **_SMALL), spacing="None")] if item.followers else []),
    ]
    return container(*rows, separator=True, spacing="Small")


def _reason(item: Item) -> list[Element]:
    """Return what the cluster says of it, or else the alert itself."""
    if item.cluster:
        return [run(item.cluster[0], **_SMALL)]
    return [quote(item.summary, **_SMALL)] if item.summary else []


def _second(item: Item) -> Iterator[Element]:
    """Yield what it is, since when, how usual that is, where, and whose."""
    told = (item.severity, item.state, item.compared, item.place)
    yield run(" · ".join(part for part in told if part), isSubtle=True, **_SMALL)
    if item.owner:
        yield _DOT
        yield run("owner\u00a0", isSubtle=True, **_SMALL)
        yield quote(item.owner, weight="Bolder", **_SMALL)


def _runbook(item: Item) -> list[str]:
    return [url for name, url in item.links if name == "Runbook" and len(url) <= LONGEST_LINK]


def _short(item: Item) -> Element:
    follow = count(item.following, "alert follows", "alerts follow") if item.following else ""
    told = " · ".join(part for part in (item.state, follow) if part)
    return rich(
        run(f"{item.mark} {item.title}  ", weight="Bolder", **_SMALL),
        run(told, isSubtle=True, **_SMALL),
        spacing="Small",
    )
