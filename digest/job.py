"""What a Job is to do: settings that a person gives one Job, and what its name tells without any rights."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from store.environment import Setting, choice, optional, text

Kind = Literal["scheduled", "adhoc"]
_FROM_SCHEDULE = re.compile(r"-\d{8,}$")


def moment(value: str) -> datetime:
    """Take an ISO date and time; it stays without a zone where it names none."""
    try:
        return datetime.fromisoformat(value).replace(microsecond=0)
    except ValueError:
        raise ValueError(f"must be a time such as 2026-11-24T18:00, not {value!r}") from None


DIGEST_KIND = Setting(
    "DIGEST_KIND",
    choice("auto", "scheduled", "adhoc"),
    "Which digest a run makes; auto learns it from the name of its Job.",
    chart="digest.kind",
    example="adhoc",
    default="auto",
)
JOB_NAME = Setting(
    "JOB_NAME",
    text,
    "The name of the Job that the program runs in; the chart takes it from the pod.",
    chart="set by the chart",
    example="alertgest-digest-29384720",
    default="",
)
JOB_UID = Setting(
    "JOB_UID",
    text,
    "The UID of that Job: a further pod of it takes its claim over at once; the chart takes it from the pod.",
    chart="set by the chart",
    example="1d0c9a52-8f0e-4c4f-9f5e-0e3d5a7f2b11",
    default="",
)
POD_NAMESPACE = Setting(
    "POD_NAMESPACE",
    text,
    "The namespace that the program runs in; the chart takes it from the pod.",
    chart="set by the chart",
    example="alertgest",
    default="",
)
DIGEST_FROM = Setting(
    "DIGEST_FROM",
    optional(moment),
    "Start of an ad-hoc digest as an ISO time, in the zone of the windows unless it names one; as --from.",
    chart="digest.extraEnv",
    example="2026-11-24T18:00",
    default="",
)
DIGEST_TO = Setting(
    "DIGEST_TO",
    optional(moment),
    "End of an ad-hoc digest as an ISO time; now if not set; as --to.",
    chart="digest.extraEnv",
    example="2026-11-25T08:00",
    default="",
)


def kind_of(wish: str, job_name: str, made_by_hand: Callable[[], bool | None]) -> Kind:
    """Return ``wish`` unless it is ``auto``; then a Job that its CronJob made is scheduled, one made by hand is not.

    ``made_by_hand`` asks the Job itself, and is asked only where that decides; where it does not know, the name tells:
    the controller names its Jobs ``<cronjob>-<minutes since 1970>``. Outside a Job, ``auto`` means scheduled.
    """
    if wish in {"adhoc", "scheduled"}:
        return "adhoc" if wish == "adhoc" else "scheduled"
    if not job_name:
        return "scheduled"
    known = made_by_hand()
    by_hand = not _FROM_SCHEDULE.search(job_name) if known is None else known
    return "adhoc" if by_hand else "scheduled"
