"""What a model wrote, in the words of every renderer, and always marked as such; pure."""

from collections.abc import Iterator, Mapping

from digest.facts import Group
from digest.model.actions import ACTIONS
from digest.model.phrasing import GroupText, LinkText, Phrasing
from digest.wording import Line, clean, count, names

SIGN = "✎"


def marked(text: str) -> str:
    """Return a sentence of a model with the sign that says so; empty where there is none."""
    return f"{SIGN} {clean(text, 240)}" if text else ""


def advised(written: GroupText | None, group: Group) -> str:
    """Return our words for the action that a model chose; empty for none, and where the advice says it already."""
    if written is None or written.action in {"", "none", "open_runbook"} or group.attention == "stale":
        return ""
    return marked(ACTIONS.get(written.action, ""))


def link_lines(phrasing: Phrasing | None, by_id: Mapping[str, Group]) -> Iterator[Line]:
    """Yield the links that code proposed and a model took for possible."""
    for link in phrasing.links if phrasing else ():
        if all(group in by_id for group in link.groups):
            yield Line(_about(link, by_id), marked(link.text or _plainly(link)))


def model_note(phrasing: Phrasing | None) -> str:
    """Return what the reader must know of the model's part."""
    if phrasing is None:
        return ""
    if not phrasing.model:
        return f"Without model text: {clean(phrasing.reason, 160)}."
    left = f" It did not read {count(phrasing.left_out, 'group')}: there was no time." if phrasing.left_out else ""
    cut = f" Its answer was cut short: {clean(phrasing.reason, 160)}." if phrasing.reason else ""
    return f"Lines with {SIGN} were written by {clean(phrasing.model, 60)} and may be wrong.{left}{cut}"


def _plainly(link: LinkText) -> str:
    """Return a link that a model took for possible in words of ours."""
    subject = clean(link.subject, 60)
    if link.kind == "rollout":
        return f"possibly goes with the change of {subject} {link.minutes} min before"
    shared = link.kind.removeprefix("same_")
    return f"possibly belong together: the same {shared}, {subject}, {link.minutes} min apart"


def _about(link: LinkText, by_id: Mapping[str, Group]) -> str:
    return names((by_id[group].alertname for group in link.groups), most=2, longest=50)
