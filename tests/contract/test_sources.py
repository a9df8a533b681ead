"""Whatever Alertmanager and Prometheus answer, or do not, is a fact or one sentence; over real HTTP."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.confirm import ask
from digest.confirm.model import Seen
from digest.confirm.see import see
from digest.confirm.settings import Access, ConfirmSettings
from digest.deadline import Time
from tests.programs import self_signed
from tests.sources import Parameters, Source, query, quiet_alertmanager, quiet_prometheus, result, source

NOW = datetime(2026, 7, 2, 8, tzinfo=UTC)
START = NOW - timedelta(hours=14)
TIME = Time(lambda: NOW, time.monotonic, lambda _: None)
NOBODY = Access()
SECOND = timedelta(seconds=1)


@pytest.fixture
def manager() -> Iterator[Source]:
    with source() as running:
        quiet_alertmanager(running)
        yield running


@pytest.fixture
def server() -> Iterator[Source]:
    with source() as running:
        quiet_prometheus(running)
        yield running


def seen(settings: ConfirmSettings) -> Seen:
    found = see(settings, START, TIME)
    assert found
    return found


def of_prometheus(server: Source, access: Access = NOBODY, seconds: int = 5) -> Seen:
    return seen(ConfirmSettings(prometheus=server.url, prometheus_access=access, timeout_seconds=seconds))


def of_alertmanager(*managers: Source, access: Access = NOBODY) -> Seen:
    return seen(ConfirmSettings(tuple(one.url for one in managers), access, timeout_seconds=5))


def test_where_none_is_set_none_is_asked() -> None:
    assert see(ConfirmSettings(), START, TIME) is None


FAULTS = [
    (401, b"", "lets nobody in (401; {0}_BEARER_TOKEN, {0}_BASIC_AUTH)"),
    (403, b"<html>", "lets nobody in (403; {0}_BEARER_TOKEN, {0}_BASIC_AUTH)"),
    (500, b'{"status":"error","error":"out of memory"}', "answers 500 to {2}: out of memory"),
    (503, b"try later", "answers 503 to {2}"),
    (200, b"<html>login</html>", "sent no JSON; is {0}_URL right?"),
    (200, b"[" * 100_000, "sent no JSON; is {0}_URL right?"),
    (200, b'{"data": 3}', "does not speak the API of {1}; is {0}_URL right?"),
    (200, b"3", "does not speak the API of {1}; is {0}_URL right?"),
]


@pytest.mark.parametrize(("status", "body", "sentence"), FAULTS)
def test_a_fault_of_prometheus_is_one_sentence(server: Source, status: int, body: bytes, sentence: str) -> None:
    server.answers["/api/v1/query"] = (status, body)
    found = of_prometheus(server)
    words = sentence.format("PROMETHEUS", "Prometheus", "/api/v1/query")
    told = f"Prometheus at {server.url.removeprefix('http://')} {words}"
    assert (found.prometheus, found.confirmation.problems) == (None, (told,))
    assert found.confirmation.prometheus == "failed"


@pytest.mark.parametrize(("status", "body", "sentence"), FAULTS)
def test_a_fault_of_alertmanager_is_one_sentence(manager: Source, status: int, body: bytes, sentence: str) -> None:
    manager.answers["/api/v2/alerts"] = (status, body)
    found = of_alertmanager(manager)
    words = sentence.format("ALERTMANAGER", "Alertmanager", "/api/v2/alerts")
    told = f"Alertmanager at {manager.url.removeprefix('http://')} {words}"
    assert (found.alertmanager, found.confirmation.problems) == (None, (told,))


def test_one_that_hangs_costs_the_time_it_has_and_no_more(server: Source) -> None:
    del server.answers["/api/v1/query"]
    begun = time.monotonic()
    (problem,) = of_prometheus(server, seconds=1).confirmation.problems
    assert problem.endswith("did not answer in time (CONFIRM_TIMEOUT_SECONDS)")
    assert time.monotonic() - begun < 3


def test_an_answer_that_would_fill_the_memory_is_refused(server: Source) -> None:
    server.answers["/api/v1/query"] = (200, b" " * (ask.MOST_BYTES + 1))
    (problem,) = of_prometheus(server, seconds=30).confirmation.problems
    assert problem.endswith("sent more than 48 MiB in one answer")


def test_more_series_than_a_small_pod_can_hold_are_not_read(server: Source) -> None:
    count = {"metric": {}, "value": [NOW.timestamp(), "10001"]}
    server.says("/api/v1/query", {"status": "success", "data": {"resultType": "vector", "result": [count]}})
    assert (
        "has 10,001 series of ALERTS in this time, more than 10,000" in of_prometheus(server).confirmation.problems[0]
    )
    assert len(server.asked) == 2


def test_an_address_with_a_password_is_never_told(server: Source) -> None:
    server.answers["/api/v1/query"] = (500, b"")
    url = server.url.replace("http://", "http://user:hush@")
    assert "hush" not in str(seen(ConfirmSettings(prometheus=url)).confirmation)


@pytest.mark.parametrize(
    ("access", "header"),
    [
        (Access(token="t0ken"), "Bearer t0ken"),
        (Access(basic="user:pä:ss"), "Basic dXNlcjpww6Q6c3M="),
        (Access(), ""),
    ],
)
def test_how_it_is_let_in(server: Source, manager: Source, access: Access, header: str) -> None:
    of_prometheus(server, access)
    of_alertmanager(manager, access=access)
    assert {given for _, _, given in server.asked + manager.asked} == {header}


def test_certificates_of_ones_own_vouch_for_it_and_none_does_not(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with source(certificate.with_key) as running:
        quiet_prometheus(running)
        known = of_prometheus(running, Access(ca_file=str(certificate.alone)))
        assert known.confirmation.problems == ()
        assert of_prometheus(running).confirmation.problems[0].endswith("does not answer (SSLError; PROMETHEUS_URL)")


def test_the_night_is_asked_for_in_parts_that_cover_it(server: Source) -> None:
    of_prometheus(server)
    asked = [(one["query"][0], float(one["time"][0])) for path, one, _ in server.asked if path == "/api/v1/query"]
    assert asked[0] == ('count(count_over_time(ALERTS{alertstate="firing"}[50400s]))', NOW.timestamp())
    parts = [(query, end) for query, end in asked if query.startswith("ALERTS{")]
    ends = [end for _, end in parts]
    lengths = [int(query.partition("[")[2].partition("s]")[0]) for query, _ in parts]
    assert (ends[0] - lengths[0], ends[-1]) == (START.timestamp(), NOW.timestamp())
    assert all(end - length == before for end, length, before in zip(ends[1:], lengths[1:], ends, strict=False))
    assert max(lengths) <= 7200


def matrix(*series: dict[str, Any]) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": "matrix", "result": list(series)}}


def test_samples_become_stretches_without_a_break_longer_than_an_interval_and_a_half(server: Source) -> None:
    first = START.timestamp() + 100
    beats = [first, first + 30, first + 60, first + 120, first + 150]
    values: list[list[Any]] = [[at, "1"] for at in beats]
    metric = {"__name__": "ALERTS", "alertname": "Down", "alertstate": "firing", "pod": "a"}
    server.says("/api/v1/query", matrix({"metric": metric, "values": values}))
    group = {"interval": 30, "lastEvaluation": "0001-01-01T00:00:00Z", "rules": [{"name": "Down", "type": "alerting"}]}
    server.says("/api/v1/rules", {"status": "success", "data": {"groups": [group]}})
    found = of_prometheus(server).prometheus
    assert found
    (series,) = found.series["Down"]
    assert series.labels == {"alertname": "Down", "pod": "a"}
    told = [(one.start - START, one.end - START, one.firing) for one in series.stretches]
    assert told == [(100 * SECOND, 190 * SECOND, False), (220 * SECOND, 280 * SECOND, False)]
    assert (found.evaluated_until - START).total_seconds() == 250


def test_odd_rows_are_left_out_and_the_good_ones_kept(server: Source) -> None:
    good: dict[str, Any] = {"metric": {"alertname": "Down", "n": 3}, "values": [[NOW.timestamp(), "1"]]}
    odd: list[Any] = [{}, {"metric": 3, "values": 3}, {"metric": {"alertname": "X"}, "values": [3, [1], ["x", "1"]]}]
    server.answers["/api/v1/query"] = (200, json.dumps(matrix(good, *odd)).encode())
    found = of_prometheus(server).prometheus
    assert found
    assert [series.labels for series in found.series["Down"]] == [{"alertname": "Down"}]


def test_text_that_postgresql_cannot_hold_becomes_text_that_it_can(manager: Source) -> None:
    alert = {"fingerprint": "f", "labels": {"alertname": "A\0\ud800", "b\0": "c"}, "startsAt": "2026-07-01T20:00:00Z"}
    manager.says("/api/v2/alerts", [alert])
    found = of_alertmanager(manager).alertmanager
    assert found
    assert found.living[0].labels == {"alertname": "A\ufffd?", "b\ufffd": "c"}


def rules(interval: int = 30, duration: int = 0) -> dict[str, Any]:
    group = {"interval": interval, "lastEvaluation": NOW.isoformat()}
    one = {"name": "Down", "type": "alerting", "duration": duration}
    return {"status": "success", "data": {"groups": [group | {"rules": [one]}]}}


METRIC = {"__name__": "ALERTS", "alertname": "Down", "alertstate": "firing"}


def firing(server: Source, first: float, last: float, interval: int = 30, **more: object) -> None:
    """Let an alert fire from one second after the start to another; ALERTS_FOR_STATE says since ten minutes before."""
    began = START.timestamp()

    def told(asked: Parameters) -> object:
        if "ALERTS_FOR_STATE" in query(asked):
            return result({"metric": {"alertname": "Down"}, "value": [began, str(began - 600)]}) | more
        if not query(asked).startswith("ALERTS{"):
            return result({"metric": {}, "value": [0, "1"]}) | more
        end, length = float(asked["time"][0]), int(query(asked).partition("[")[2].partition("s]")[0])
        times = (began + first + interval * number for number in range(int((last - first) / interval) + 1))
        inside = [[at, "1"] for at in times if end - length <= at <= end]
        return result({"metric": METRIC, "values": inside} if inside else None) | more

    server.answers["/api/v1/query"] = told
    server.says("/api/v1/rules", rules(interval, 120))


def test_a_night_in_parts_is_one_stretch_and_what_fired_already_began_when_its_state_says(server: Source) -> None:
    firing(server, 10, 30_010)
    found = of_prometheus(server).prometheus
    assert found
    ((one,),) = (series.stretches for series in found.series["Down"])
    # Active for ten minutes at the start, and firing after its two minutes of "for".
    assert (one.start - START, one.end - START, one.firing) == (-480 * SECOND, 30_040 * SECOND, False)


def test_what_began_later_is_not_asked_for_its_state(server: Source) -> None:
    firing(server, 300, 600)
    found = of_prometheus(server).prometheus
    assert found
    assert found.series["Down"][0].stretches[0].start - START == 300 * SECOND


@pytest.mark.parametrize(("lag", "until"), [(30, 0), (120, 120), (270, 270), (3000, 0)])
def test_samples_may_lag_behind_the_clock_by_some_minutes(server: Source, lag: int, until: int) -> None:
    night = int((NOW - START).total_seconds())
    firing(server, 0, night - lag)
    found = of_prometheus(server).prometheus
    assert found
    assert (NOW - found.evaluated_until).total_seconds() == until
    assert found.series["Down"][0].stretches[0].firing is (lag == 30)


def test_a_part_of_an_answer_is_told_as_one(server: Source) -> None:
    firing(server, 0, 600, warnings=["store away"])
    found = of_prometheus(server)
    assert (found.confirmation.prometheus, found.prometheus is not None) == ("partly", True)
    assert found.confirmation.problems[0].endswith("answered in part: store away")


def test_a_prometheus_in_which_nothing_can_fire_is_not_a_quiet_night(server: Source) -> None:
    server.says("/api/v1/query", result())
    (problem,) = of_prometheus(server).confirmation.problems
    assert problem.endswith("has no samples of this time")
    server.says("/api/v1/rules", {"status": "success", "data": {"groups": []}})
    (problem,) = of_prometheus(server).confirmation.problems
    assert problem.endswith("has no alerting rules; is it the right one (PROMETHEUS_URL)?")


def test_an_alertmanager_that_hangs_takes_no_time_from_the_others(manager: Source) -> None:
    with source() as hanging:
        found = seen(ConfirmSettings((hanging.url, manager.url), timeout_seconds=1))
    assert found.alertmanager
    assert [problem.endswith("(CONFIRM_TIMEOUT_SECONDS)") for problem in found.confirmation.problems] == [True]


def test_a_server_without_rules_is_read_all_the_same(server: Source) -> None:
    server.answers["/api/v1/rules"] = (404, b"not found")
    assert of_prometheus(server).confirmation.problems == ()


@pytest.mark.parametrize(("peers", "complete"), [(1, False), (2, True)])
def test_an_address_that_is_away_is_a_peer_where_there_are_as_many_as_addresses(
    manager: Source, peers: int, complete: bool
) -> None:
    quiet_alertmanager(manager, peers=peers)
    found = of_alertmanager(manager, Source("http://127.0.0.1:9"))
    assert found.confirmation.alertmanager == "partly"
    assert found.confirmation.problems == (
        "Alertmanager at 127.0.0.1:9 does not answer (ConnectionError; ALERTMANAGER_URL)",
    )
    assert found.alertmanager
    assert found.alertmanager.complete is complete


def test_two_that_answer_are_taken_together(manager: Source) -> None:
    with source() as other:
        quiet_alertmanager(other)
        for number, one in enumerate((manager, other)):
            alert = {"fingerprint": str(number), "labels": {"alertname": "A"}, "startsAt": "2026-07-01T20:00:00Z"}
            one.says("/api/v2/alerts", [alert | {"status": {"state": "active"}}])
        found = of_alertmanager(manager, other).alertmanager
    assert found
    assert ({one.fingerprint for one in found.living}, found.complete) == ({"0", "1"}, True)


@pytest.mark.parametrize("up_since", ["", "soon", "9999-01-01T00:00:00Z"])
def test_one_that_has_just_started_does_not_know_all(manager: Source, up_since: str) -> None:
    quiet_alertmanager(manager, up_since or datetime.now(UTC).isoformat())
    found = of_alertmanager(manager).alertmanager
    assert found
    assert not found.complete


def test_silences_inhibitions_and_muted_times_are_told_by_whom_and_until_when(manager: Source) -> None:
    ends = ("2026-07-02T10:00:00.123Z", "2026-07-03T10:00:00Z")
    manager.says(
        "/api/v2/silences",
        [
            {"id": str(number), "createdBy": f"user{number}", "comment": "work", "startsAt": ends[0], "endsAt": end}
            | {"matchers": [{"name": "a", "value": "(", "isRegex": True}]}
            for number, end in enumerate(ends)
        ],
    )
    status = {"silencedBy": ["0", "1", "gone"], "inhibitedBy": ["f2", "f3"], "mutedBy": ["nights"]}
    alerts = [
        {"fingerprint": "f1", "labels": {"alertname": "A", "odd": 3}, "startsAt": ends[0], "status": status},
        {"fingerprint": "f2", "labels": {"alertname": "Source"}, "startsAt": ends[0], "status": {}},
        {"fingerprint": "f3", "labels": {"alertname": "Source"}, "startsAt": "never", "status": 3},
    ]
    manager.says("/api/v2/alerts", alerts)
    found = of_alertmanager(manager).alertmanager
    assert found
    assert [one.fingerprint for one in found.living] == ["f1", "f2"]
    told = [(one.kind, one.by, one.until and one.until.isoformat()) for one in found.living[0].suppressions]
    assert told == [
        ("silenced", "user1", "2026-07-03T10:00:00+00:00"),
        ("silenced", "user0", "2026-07-02T10:00:00+00:00"),
        ("silenced", "", None),
        ("inhibited", "Source", None),
        ("muted", "nights", None),
    ]
    assert found.silences == ()
