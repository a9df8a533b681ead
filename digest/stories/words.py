"""Stories in words: what follows a headline and what it shares with it, never a cause. Names are untrusted; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from digest.facts import Group, Period
from digest.stories.model import Joined, Story
from digest.wording import Line, clean, clock, count, group_name, mark, moment, names

_MOST_REASONS = 2


def story_lines(stories: Iterable[Story], by_id: Mapping[str, Group], period: Period) -> tuple[Line, ...]:
    """Return a line for each story of several groups: its headline, when it was, what follows and what they share."""
    return tuple(story_line(story, by_id, period) for story in stories if story.reasons)


def story_line(story: Story, by_id: Mapping[str, Group], period: Period) -> Line:
    """Return a story in a line: 🟠 KubeNodeNotReady · worker-3: since 02:00, and 14 alerts follow: … (same node a).

    The place is what the headline shares with others, or else its namespace; the time is that of the headline, which
    followers may be before or after.
    """
    first = by_id[story.headline]
    place = clean(_place(story, first), 40)
    name = " · ".join(part for part in (clean(first.alertname, 60), place) if part)
    follow = followers_words(story, by_id)
    told = (told_time(first, period), f"and {follow}" if follow else "", still_words(story, by_id))
    return Line(f"{mark(first.level)} {name}", ", ".join(part for part in told if part))


def _place(story: Story, first: Group) -> str:
    own = {(one.by, one.subject) for one in story.reasons if one.with_group == story.headline}
    shares = (story.kind, story.subject) in own or (story.kind == "alone" and story.subject != first.alertname)
    return _short(story.subject) if shares else first.namespace


def told_time(group: Group, period: Period) -> str:
    """Return when a group fired: 02:00 to 02:41; since 02:00 where it still does; from 02:00, no news since 05:00.

    What began before the period is told as "before" its start.
    """
    begun = group.firing_since or group.first_seen
    start = clock(begun, period) if begun >= period.start else f"before {clock(period.start, period)}"
    if group.firing_since:
        return f"since {start}"
    if group.last_news:
        return f"from {start}, no news since {moment(group.last_news, period)}"
    return f"{start} to {moment(group.last_seen, period)}"


def followers_words(story: Story, by_id: Mapping[str, Group]) -> str:
    """Return how many alerts follow, which and why: 14 alerts follow: KubePodNotReady and 3 more (same node a).

    Alerts are series; empty for a story of one.
    """
    if not story.reasons:
        return ""
    some = names(by_id[one].alertname for one in story.groups[1:])
    follow = count(story.following_series, "alert follows", "alerts follow")
    return f"{follow}: {some} ({why(story.reasons)})"


def still_words(story: Story, by_id: Mapping[str, Group]) -> str:
    """Return how many alerts of the followers still fire: 2 of them still firing; all still firing; empty for none."""
    firing = story.firing_count - by_id[story.headline].firing_count
    if firing == story.following_series:
        return "all still firing" if firing > 1 else "still firing" if firing else ""
    return f"{firing:,} of them still firing" if firing else ""


def why(reasons: Sequence[Joined]) -> str:
    """Return what followers share, the most frequent first: same node worker-3, same workload api and 1 more."""
    counts = Counter(shared(one) for one in reasons)
    return names((words for words, _ in counts.most_common()), most=_MOST_REASONS, longest=60)


def shared(reason: Joined) -> str:
    """Return what a follower shares: same node worker-3; the namespace is left out of the name of an object."""
    return f"same {reason.by} {clean(_short(reason.subject), 40)}"


def follower_lines(story: Story, by_id: Mapping[str, Group], period: Period) -> tuple[Line, ...]:
    """Return a line for each follower: 🟠 KubePodNotReady · shop: 12 alerts from 02:04, 3 firing, same node a."""
    return tuple(_follower(by_id[reason.group], reason, period) for reason in story.reasons)


def _follower(group: Group, reason: Joined, period: Period) -> Line:
    began = f"from {clock(group.first_seen, period)}" if group.first_seen >= period.start else "from before"
    state = f"{group.firing_count:,} firing" if group.firing_count else "no news" if group.stale_count else "cleared"
    return Line(group_name(group), f"{count(group.series_count, 'alert')} {began}, {state}, {shared(reason)}")


def _short(subject: str) -> str:
    """Return the last part of a name: the object without its namespace, an image without its registry."""
    return subject.rpartition("/")[2]
