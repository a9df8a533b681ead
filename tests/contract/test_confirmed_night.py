"""A night of half a minute through a real Prometheus, a real Alertmanager and the real receiver, which is away once.

Each alert of the script loses its messages in another way. With both APIs the facts are the truth of the script; with
none they are the lower bound that docs/design.md states.
"""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import requests

from demo.postgres import free_port
from store.connect import connect
from tests.card_nodes import plain
from tests.conftest import new_database
from tests.ingest_process import ingest_process, wait_until
from tests.monitoring import Gauges, Process, alertmanager, firing, known, prometheus, rule, silence, target
from tests.receiver import receiver
from tests.shell import Shell

EVALUATION = timedelta(seconds=1)


@dataclass(frozen=True)
class Night:
    """What is left of it: a shell, the servers by their variables, when it began, and what the script did."""

    shell: Shell
    urls: dict[str, str]
    start: datetime
    truth: "Truth"

    def facts(self, **sources: str) -> dict[str, Any]:
        """Return the facts of a preview of the night until now."""
        given = {"DIGEST_FROM": self.start.isoformat(), "ALERTMANAGER_SETTLE_SECONDS": "1"} | sources
        done = self.shell("preview", "--format", "facts", **given)
        assert done.returncode == 0, done.stderr
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts

    def card(self, **sources: str) -> str:
        """Return all words of the card that a digest on request posts."""
        given = {"DIGEST_FROM": self.start.isoformat(), "ALERTMANAGER_SETTLE_SECONDS": "1"} | sources
        done = self.shell("run", **given)
        assert done.returncode == 0, done.stderr
        return plain(self.shell.teams.bodies[-1])

    def sources(self, *names: str) -> dict[str, str]:
        """Return the variables that name the sources."""
        return {name: self.urls[name] for name in names}


@pytest.fixture(scope="module")
def night(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    home, gauges, port = tmp_path_factory.mktemp("night"), Gauges(), str(free_port())
    with new_database(postgres) as url, ExitStack() as stack:
        teams, scraped = stack.enter_context(receiver()), stack.enter_context(target(gauges))
        webhook = f"http://127.0.0.1:{port}/api/v1/alerts"
        manager = stack.enter_context(alertmanager(home / "alertmanager", config(webhook)))
        gauges.fire("Watchdog")
        server = stack.enter_context(prometheus(home / "prometheus", RULES, scraped, [manager.url]))
        start = datetime.now(UTC).replace(microsecond=0)
        played = Script(gauges, manager, server, stack.enter_context(connect(url)), Truth())
        with ingest_process(url, APP_PORT=port):
            played.told_and_lost_in_a_restart()
            played.held_back()
            played.prometheus_restarts()
            played.too_short()
        played.while_the_receiver_is_away()
        with ingest_process(url, APP_PORT=port):
            played.news_again()
            urls = {"PROMETHEUS_URL": server.url, "ALERTMANAGER_URL": manager.url}
            yield Night(Shell(url, teams), urls, start, played.truth)


RULES = [
    rule("Watchdog", "none"),
    rule("Inhibitor", "critical"),
    *(
        rule(name)
        for name in ("Firing", "Told", "Restart", "SilencedResolve", "Silenced", "Inhibited", "Short", "Away")
    ),
]


def config(webhook: str) -> dict[str, Any]:
    quick = {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "1s"}
    return {
        "route": {
            "receiver": "alertgest",
            "group_by": ["alertname"],
            **quick,
            "routes": [{"match": {"alertname": "Short"}, "group_wait": "1h"}],
        },
        "receivers": [{"name": "alertgest", "webhook_configs": [{"url": webhook, "send_resolved": True}]}],
        "inhibit_rules": [
            {
                "source_match": {"alertname": "Inhibitor"},
                "target_match": {"alertname": "Inhibited"},
                "equal": ["namespace"],
            }
        ],
    }


@dataclass(frozen=True)
class Truth:
    """Between which two times each alert began to fire, and between which it cleared, by what the test itself saw."""

    began: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    ended: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """The night, step by step; each step waits until the servers are where it wants them."""

    gauges: Gauges
    manager: Process
    server: Process
    conn: psycopg.Connection[Any]
    truth: Truth

    def told_and_lost_in_a_restart(self) -> None:
        """Tell one alert whole; let another clear while Alertmanager is killed, with all that it had in memory."""
        self._fire("Firing", "Told", "Restart")
        self._until_stored("Firing", "Told", "Restart")
        self._clear("Told")
        wait_until(lambda: self._status("Told") == "resolved")
        self.manager.kill()
        self._clear("Restart")
        self.manager.start()
        wait_until(lambda: "Firing" in known(self.manager.url))

    def held_back(self) -> None:
        """Silence an alert before it fires and another before it clears, and inhibit a third."""
        self._fire("SilencedResolve", "Inhibitor")
        self._until_stored("SilencedResolve", "Inhibitor")
        for name in ("SilencedResolve", "Silenced"):
            silence(self.manager.url, name)
        self._fire("Silenced", "Inhibited")
        held = ("SilencedResolve", "Silenced", "Inhibited")
        wait_until(lambda: all(known(self.manager.url).get(name) == "suppressed" for name in held))
        self._clear("SilencedResolve")
        wait_until(lambda: "SilencedResolve" not in known(self.manager.url))

    def prometheus_restarts(self) -> None:
        """Kill Prometheus; what fires goes on, though it begins anew for Alertmanager."""
        before = firing(self.server.url)
        self.server.kill()
        self.server.start()
        wait_until(lambda: firing(self.server.url) == before)

    def too_short(self) -> None:
        """Let an alert come and go before its group is told for the first time."""
        self._fire("Short")
        wait_until(lambda: "Short" in known(self.manager.url))
        self._clear("Short")

    def while_the_receiver_is_away(self) -> None:
        """Let an alert come and go, and wait until Alertmanager has given every group up at least once."""
        self._fire("Away")
        wait_until(lambda: "Away" in known(self.manager.url))
        self._clear("Away")
        before, groups = self._metric("notifications_failed_total"), self._metric("dispatcher_aggregation_groups")
        wait_until(lambda: self._metric("notifications_failed_total") >= before + groups, 90)

    def news_again(self) -> None:
        """Wait until what fires is told again."""
        now = datetime.now(UTC)
        wait_until(lambda: self._last_news("Firing") > now and self._last_news("Watchdog") > now)

    def _fire(self, *names: str) -> None:
        before = datetime.now(UTC)
        self.gauges.fire(*names)
        wait_until(lambda: firing(self.server.url).issuperset(names))
        self.truth.began.update(dict.fromkeys(names, (before, datetime.now(UTC))))

    def _clear(self, name: str) -> None:
        before = datetime.now(UTC)
        self.gauges.clear(name)
        wait_until(lambda: name not in firing(self.server.url))
        self.truth.ended[name] = (before, datetime.now(UTC))

    def _until_stored(self, *names: str) -> None:
        wait_until(lambda: all(self._status(name) == "firing" for name in names))

    def _status(self, name: str) -> str:
        row = self.conn.execute("SELECT status FROM alerts WHERE alertname = %s", [name]).fetchone()
        return str(row[0]) if row else ""

    def _last_news(self, name: str) -> datetime:
        row = self.conn.execute("SELECT max(last_firing_at) FROM alerts WHERE alertname = %s", [name]).fetchone()
        assert row
        moment: datetime = row[0]
        return moment

    def _metric(self, name: str) -> float:
        """Return the sum of a metric of Alertmanager."""
        lines = requests.get(f"{self.manager.url}/metrics", timeout=5).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"alertmanager_{name}"))


ALERTS = sorted(one["alert"] for one in RULES if one["alert"] != "Watchdog")
TOLD = {"Firing", "Told", "Restart", "SilencedResolve", "Inhibitor"}
"""Of which webhooks came."""
WAYS = {
    "both": ("PROMETHEUS_URL", "ALERTMANAGER_URL"),
    "prometheus": ("PROMETHEUS_URL",),
    "without a database": ("PROMETHEUS_URL", "ALERTMANAGER_URL"),
}


@pytest.fixture(scope="module")
def told(night: Night) -> dict[str, dict[str, Any]]:
    """Return the facts of the night, by the way in which they were made."""
    without = {"DATABASE_URL": ""}
    found = {way: night.facts(**night.sources(*names)) for way, names in WAYS.items() if way != "without a database"}
    found["without a database"] = night.facts(**night.sources(*WAYS["both"]), **without)
    found["alertmanager"] = night.facts(**night.sources("ALERTMANAGER_URL"))
    return found | {"webhooks": night.facts()}


def by_name(facts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {group["alertname"]: group for group in facts["groups"]}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ALERTS)
def test_each_alert_fired_as_the_script_says(night: Night, told: dict[str, Any], way: str, name: str) -> None:
    group, ended = by_name(told[way])[name], night.truth.ended.get(name)
    assert (group["total_occurrences"], group["series_count"]) == (1, 1)
    assert (group["firing_count"], group["resolved_count"]) == ((0, 1) if ended else (1, 0))
    assert within(group["first_seen"], night.truth.began[name])
    assert ended is None or within(group["last_seen"], ended)


def within(told: str, bounds: tuple[datetime, datetime]) -> bool:
    """Say whether a time, told without its fraction, lies between two others, but for one evaluation."""
    earliest, latest = bounds
    return earliest - EVALUATION <= datetime.fromisoformat(told) <= latest + EVALUATION


@pytest.mark.parametrize("way", [*WAYS, "alertmanager"])
def test_each_group_is_in_one_story_whichever_way_the_facts_were_made(told: dict[str, Any], way: str) -> None:
    in_stories = [one for story in told[way]["stories"] for one in story["groups"]]
    assert sorted(in_stories) == sorted(group["id"] for group in told[way]["groups"])


@pytest.mark.parametrize("way", [*WAYS, "alertmanager"])
def test_nothing_else_is_told_and_the_heartbeat_is_alive(told: dict[str, Any], way: str) -> None:
    expected = set(ALERTS) - ({"Short", "Away"} if way == "alertmanager" else set())
    assert set(by_name(told[way])) == expected
    assert [(beat["alertname"], beat["alive"]) for beat in told[way]["heartbeats"]] == [("Watchdog", True)]


def test_without_the_apis_the_facts_are_a_lower_bound_and_a_lost_end_is_not_known(told: dict[str, Any]) -> None:
    groups = by_name(told["webhooks"])
    assert set(groups) == TOLD
    assert {name for name, group in groups.items() if group["firing_count"]} == TOLD - {"Told"}
    assert told["webhooks"]["confirmation"] is None


def test_with_alertmanager_alone_what_it_lacks_has_cleared_no_later_than_it_was_last_heard_of(
    night: Night, told: dict[str, Any]
) -> None:
    groups = by_name(told["alertmanager"])
    for name in ("Restart", "SilencedResolve"):
        assert (groups[name]["firing_count"], groups[name]["closed_count"]) == (0, 1)
        last = datetime.fromisoformat(groups[name]["last_seen"])
        assert night.truth.began[name][0] - EVALUATION <= last <= night.truth.ended[name][1] + EVALUATION


@pytest.mark.parametrize("way", ["both", "alertmanager", "without a database"])
def test_who_holds_an_alert_back_until_when_and_why(told: dict[str, Any], way: str) -> None:
    groups = by_name(told[way])
    (silenced,), (inhibited,) = groups["Silenced"]["suppressions"], groups["Inhibited"]["suppressions"]
    ends = datetime.fromisoformat(silenced.pop("until"))
    assert silenced == {"kind": "silenced", "by": "alice", "reason": "planned work", "series": 1}
    assert timedelta(minutes=55) < ends - datetime.fromisoformat(told[way]["period"]["end"]) < timedelta(minutes=60)
    assert inhibited == {"kind": "inhibited", "by": "Inhibitor", "reason": "", "until": None, "series": 1}
    assert (groups["Silenced"]["attention"], groups["Inhibited"]["attention"]) == (None, None)
    assert groups["Firing"]["attention"] == "firing"


def test_what_no_webhook_told_is_marked_with_the_reason(told: dict[str, Any]) -> None:
    added = {name: group["added"] for name, group in by_name(told["both"]).items() if group["added"]}
    assert {name: [(one["reason"], one["episodes"]) for one in some] for name, some in added.items()} == {
        "Silenced": [("suppressed", 1)],
        "Inhibited": [("suppressed", 1)],
        "Short": [("short", 1)],
        "Away": [("short", 1)],
    }


def test_a_source_that_does_not_answer_is_one_sentence_and_the_facts_are_those_of_the_others(night: Night) -> None:
    facts = night.facts(**night.sources("ALERTMANAGER_URL"), PROMETHEUS_URL="http://user:hush@127.0.0.1:9/prom")
    assert facts["confirmation"]["prometheus"] == "failed"
    assert facts["confirmation"]["problems"] == [
        "Prometheus at 127.0.0.1:9 does not answer (ConnectionError; PROMETHEUS_URL)"
    ]
    assert by_name(facts)["Restart"]["firing_count"] == 0


def test_an_alertmanager_that_has_just_started_closes_nothing(night: Night) -> None:
    facts = night.facts(**night.sources("ALERTMANAGER_URL"), ALERTMANAGER_SETTLE_SECONDS="3600")
    groups = by_name(facts)
    assert (groups["Restart"]["firing_count"], groups["Restart"]["unconfirmed_count"]) == (1, 1)
    assert (groups["Firing"]["firing_count"], groups["Firing"]["unconfirmed_count"]) == (1, 0)


def test_the_card_says_what_is_certain_and_what_is_a_lower_bound(night: Night) -> None:
    known = night.card(**night.sources(*WAYS["both"]))
    assert "silenced by alice until" in known
    assert ": planned work" in known
    assert "inhibited by Inhibitor" in known
    assert "No webhook told of 4 occurrences: 2 silenced or inhibited, 2 too short for a webhook." in known
    assert "2 alerts cleared without a webhook." in known
    assert "At least" not in known
    alone = night.card()
    assert re.search(r"At least \d occurrences of 5 alerts in 5 groups\.", alone)
    assert "1 of 5 alerts cleared." in alone
    failed = night.card(PROMETHEUS_URL="http://127.0.0.1:9")
    assert "At least" in failed
    assert "⚠ Prometheus at 127.0.0.1:9 does not answer (ConnectionError; PROMETHEUS_URL)." in failed
