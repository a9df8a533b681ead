"""Alertmanager's routes say who gets an alert: the first child that matches, and the next ones where it continues."""

import pytest

from digest.confirm.routing import read_routes

CONFIG = """
route:
  receiver: default
  routes:
    - receiver: alertgest
      continue: true
      matchers: ['severity=~"critical|warning"']
    - receiver: payments
      match: {team: payments}
      routes:
        - {receiver: payments-night, match_re: {shift: "night|weekend"}}
        - {matchers: [quiet="yes"]}
    - receiver: never
      matchers: ['{team="nobody"}']
"""


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ({"severity": "info"}, {"default"}),
        ({"severity": "critical"}, {"alertgest"}),
        ({"severity": "critical", "team": "payments"}, {"alertgest", "payments"}),
        ({"severity": "info", "team": "payments", "shift": "night"}, {"payments-night"}),
        ({"severity": "info", "team": "payments", "quiet": "yes"}, {"payments"}),
    ],
)
def test_receivers(labels: dict[str, str], receivers: set[str]) -> None:
    routes = read_routes(CONFIG)
    assert routes
    assert routes.receivers(labels) == receivers


@pytest.mark.parametrize(
    "config",
    ["", "a: [", "route: 3", "route: {match_re: {a: '('}}", "route: {matchers: ['a']}", "- 1", "route: {routes: 3}"],
)
def test_a_configuration_that_cannot_be_read_says_nothing(config: str) -> None:
    assert read_routes(config) is None


def test_routes_in_each_other_without_end_say_nothing() -> None:
    assert read_routes("route: &a {receiver: x, routes: [*a]}") is None
