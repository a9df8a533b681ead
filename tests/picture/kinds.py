"""Every kind of card, each as a night that an engineer would meet; what the tests draw and ``make pictures`` keeps."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from digest.card import render_card, test_card
from digest.cluster.model import Missing
from digest.confirm.model import Confirmation
from digest.facts import Facts, Period
from digest.model.phrasing import GroupText, LinkText, Phrasing
from digest.noise.model import Proposal, Rule, RuleVerdict, VerdictKind
from digest.rows import HealthRow
from tests.facts_factory import night as made_up
from tests.noise_factory import judged
from tests.picture.made_nights import (
    EVENING,
    MORNING,
    NIGHT,
    Fired,
    Past,
    compared,
    from_rows,
    healthy,
    late,
    not_told,
    rows_of,
    silenced,
    told,
    watchdog,
    with_cluster,
)

Card = dict[str, Any]
DIGEST = "ded2bb8e-321e-4edd-90ac-00aa829b277a"
MODEL = "qwen2.5-coder:1.5b"
CRASHING = Fired(
    "KubePodCrashLooping", 283, severity="critical", namespace="payments", series=3, firing=3, times=3,
    summary="Pod payments/payments-api-7d9f8b6c5-x2k0z restarts again and again.",
    labels={"pod": ",".join(f"payments-api-7d9f8b6c5-x2k{number}z" for number in range(3)), "team": "payments"},
)  # fmt: skip
VOLUME = Fired(
    "KubePersistentVolumeFillingUp", 540, severity="critical", namespace="monitoring",
    summary="The volume is 91 % full and will be full within four days.",
    labels={"persistentvolumeclaim": "prometheus-db-0", "team": "platform"},
)  # fmt: skip
CERTIFICATE = Fired(
    "CertificateExpiringSoon", 720, namespace="ingress", summary="The certificate of shop.example expires in 6 days.",
    labels={"team": "platform"}, runbook=False,
)  # fmt: skip
BACKUP = Fired("KubeJobFailed", 30, 40, stale=True, namespace="backup", labels={"job_name": "backup-28391"})
CPU = Fired("NodeCPUHigh", 20, 800, severity="warning", namespace="monitoring", series=4, times=61, minutes=180)
THROTTLED = Fired("CPUThrottlingHigh", 5, 830, severity="info", series=90, times=204, minutes=400)
LATENCY = Fired("ShopLatencyHigh", 290, 420, series=2, times=2, labels={"team": "shop"})
DISK = Fired(
    "NodeDiskSlow", 100, namespace="monitoring", labels={"node": "worker-7"}, correction=silenced(1),
    summary="Writes to the disk of worker-7 take 40 ms.",
)  # fmt: skip
BUSY = (CRASHING, VOLUME, CERTIFICATE, BACKUP, CPU, THROTTLED, LATENCY, DISK)


def _quiet() -> Facts:
    return compared(told(()), "quieter", {}, (41, 38, 40, 44, 39, 52))


def _silent() -> Facts:
    return from_rows(replace(rows_of(()), received=False, heartbeats=(), confirmation=None, health=HealthRow()))


def _busy() -> Facts:
    past = {
        "KubePodCrashLooping": Past("new"),
        "KubePersistentVolumeFillingUp": Past("back", days=23),
        "NodeCPUHigh": Past("chronic", "worse", 7, 20.0),
        "CPUThrottlingHigh": Past("chronic", "usual", 7, 190.0),
    }
    return compared(with_cluster(told(BUSY)), "louder", past, (41, 38, 12, 9, 44, 52))


def _weekend() -> Facts:
    """Return the digest of Friday to Monday that also tells of windows without one, and of the worst rules."""
    start = EVENING - timedelta(days=4)
    period = Period(start, start + timedelta(hours=62), start + timedelta(hours=62), "Europe/Berlin")
    before = tuple(
        Period(start - timedelta(days=days), start - timedelta(days=days, hours=-14), start, "Europe/Berlin")
        for days in (3, 2, 1)
    )
    fired = (
        replace(VOLUME, begin=3000),
        replace(CRASHING, begin=1700, end=2100, times=14),
        replace(CPU, end=3400, times=180),
        replace(THROTTLED, end=3600, times=612),
    )
    noise = (
        _noisy("CPUThrottlingHigh", "too_sensitive", Proposal("for", 612, 71, 600, later=3)),
        _noisy("NodeCPUHigh", "flapping", Proposal("keep_firing_for", 180, 44, 900)),
        _noisy("KubeQuotaFullyUsed", "stale", Proposal("delete_or_fix", 9, 0)),
    )
    return replace(told(fired, period), skipped=before, noise=noise)


def _noisy(name: str, verdict: VerdictKind, proposal: Proposal) -> RuleVerdict:
    return judged(
        verdict, proposal, rule=Rule("default", "prod-eu", name, "warning"), firings=proposal.before,
        firing_seconds=2_300_000, span_seconds=2_400_000,
    )  # fmt: skip


def _degraded() -> Facts:
    """Return a night of which nearly everything is in doubt: the receiver, the heartbeat, the sources, the cluster."""
    full = healthy(NIGHT, 96)
    first, end = full.alive[0]
    health = replace(
        full, alive=((first, first + 300), (first + 347, end)), database_away=((first + 500, first + 504),),
        answers=((200, 96), (413, 4), (503, 11)),
    )  # fmt: skip
    beat = watchdog(NIGHT)
    rows = replace(
        rows_of((CRASHING, VOLUME, LATENCY, replace(CPU, correction=not_told(9, 4)))),
        truncated=37, quarantined=2, health=health,
        heartbeats=(replace(beat, minutes=tuple(one for one in beat.minutes if not 300 <= one - first < 347)),),
        confirmation=Confirmation(
            "failed", "partly",
            ("Alertmanager could not be asked: alertmanager-operated.monitoring did not answer in 10 s",
             "Prometheus gave a part of its answer: results were truncated"), 30,
        ),
        late=(late("KubeNodeNotReady", "critical"),),
    )  # fmt: skip
    missing = tuple(Missing(piece, "not allowed to list them") for piece in ("events", "nodes"))
    return with_cluster(from_rows(rows), missing=missing)


def _late() -> Facts:
    return from_rows(replace(rows_of(()), late=(late("KubeNodeNotReady", "critical"), late("TargetDown", "warning"))))


def _from_sources() -> Facts:
    """Return a night that only Prometheus and Alertmanager told, as ``preview --prometheus-url`` does."""
    sources = Confirmation("answered", "answered", (), 30, webhooks=False)
    return from_rows(replace(rows_of((CRASHING, DISK, CPU)), heartbeats=(), confirmation=sources, health=HealthRow()))


def _no_model() -> Facts:
    return replace(_busy(), phrasing=Phrasing("", reason="Ollama did not answer within 80 s"))


def _with_model() -> Facts:
    facts = _busy()
    ids = {group.alertname: group.id for group in facts.groups}
    crashing, filling = ids["KubePodCrashLooping"], ids["KubePersistentVolumeFillingUp"]
    texts = (
        GroupText(crashing, "It fires since 22:43, 12 minutes after payments-api was rolled out.", "check_rollout"),
        GroupText(filling, "It fires since 03:00 and has not fired for 23 days before.", "open_runbook"),
    )
    links = (LinkText((crashing, ids["ShopLatencyHigh"]), "rollout", "payments-api", 12, ""),)
    return replace(facts, phrasing=Phrasing(MODEL, texts, links, left_out=3))


def _over_budget() -> Facts:
    return made_up(300, 17, name="ErrorBudgetBurnÜberschritten")


def _adhoc() -> Facts:
    period = replace(NIGHT, end=EVENING + timedelta(hours=5), cut_off=EVENING + timedelta(hours=5))
    fired = (
        replace(CRASHING, begin=270),
        replace(CPU, end=200, times=9),
        replace(THROTTLED, end=280, series=20, times=31),
    )
    return replace(told(fired, period), kind="adhoc")


def _cleared() -> Facts:
    return told((replace(CRASHING, end=410), replace(LATENCY, end=400), THROTTLED))


def _stories() -> Facts:
    """Return a night with a node that took others down, a namespace in which all fell at once, and a rollout."""
    node = Fired(
        "KubeNodeNotReady", 480, 521, severity="critical", namespace="monitoring", labels={"node": "worker-3"},
        summary="Node worker-3 is not ready.",
    )  # fmt: skip
    pods = (
        Fired(name, begin, end, namespace=space, series=series, labels={"node": "worker-3"})
        for name, begin, end, space, series in (
            ("KubePodNotReady", 484, None, "shop", 9), ("TargetDown", 485, 530, "monitoring", 3),
            ("KubeDaemonSetRolloutStuck", 500, 540, "kube-system", 1), ("PodEvicted", 490, 495, "search", 14),
        )
    )  # fmt: skip
    storm = (
        Fired(f"Queue{name}", 200 + number, 260, namespace="mail", severity=severity)
        for number, (name, severity) in enumerate(
            (("Growing", "critical"), ("ConsumerLag", "warning"), ("Dead", "warning"))
        )
    )
    return with_cluster(told((node, *pods, *storm, CRASHING, replace(LATENCY, namespace="payments"))))


def _right_to_left() -> Facts:
    arabic = replace(
        VOLUME, name="امتلاء القرص", namespace="المراقبة", summary="القرص prometheus-db-0 ممتلئ بنسبة 91%.",
        labels={"persistentvolumeclaim": "prometheus-db-0", "team": "فريق المنصة"},
    )  # fmt: skip
    hebrew = replace(
        CRASHING, name="הפוד קורס שוב ושוב", namespace="תשלומים", summary="הפוד payments-api-7d9f הופעל מחדש 17 פעמים.",
        labels={"team": "צוות תשלומים"}, runbook=False,
    )  # fmt: skip
    follower = Fired("זמן תגובה גבוה", 284, 420, namespace="תשלומים", series=2)
    cleared = Fired("انتهاء الشهادة", 100, 130, namespace="المدخل", severity="critical")
    return told((arabic, hebrew, follower, cleared, CPU))


def _long_names() -> Facts:
    name = "ThePrometheusOperatorReconciliationOfAnAlertmanagerConfigurationHasFailedRepeatedly"
    facts = made_up(9, name=name)
    groups = tuple(
        replace(group, namespace="n" * 63, owner="o" * 60, severity="s" * 30, summary="w" * 300)
        for group in facts.groups
    )
    return replace(facts, groups=groups)


def _card(facts: Callable[[], Facts], *, repeat: bool = False) -> Callable[[], Card]:
    return lambda: render_card(facts(), digest_id=DIGEST, possible_repeat=repeat).card


KINDS: Mapping[str, Callable[[], Card]] = {
    "quiet": _card(_quiet),
    "no-webhooks": _card(_silent),
    "busy": _card(_busy),
    "cleared": _card(_cleared),
    "weekend": _card(_weekend),
    "degraded": _card(_degraded),
    "late": _card(_late),
    "from-sources": _card(_from_sources),
    "no-model": _card(_no_model),
    "with-model": _card(_with_model),
    "over-budget": _card(_over_budget),
    "ad-hoc": _card(_adhoc),
    "possible-repeat": _card(_adhoc, repeat=True),
    "stories": _card(_stories),
    "right-to-left": _card(_right_to_left),
    "long-names": _card(_long_names),
    "millions": _card(lambda: made_up(12, 9_999_999)),
    "hostile": _card(lambda: made_up(12, name="<at>x</at>**[x](javascript:alert)** # <b>\u202e\x07" * 3)),
    "send-test": lambda: test_card(EVENING + timedelta(minutes=MORNING)),
}
"""By the name that its pictures get."""
