"""To which receivers Alertmanager sends an alert, by its own configuration; pure.

Source: https://prometheus.io/docs/alerting/latest/configuration/#route and dispatch/route.go (``Match``): the first
child that matches takes the alert, and those after it only where that one continues.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from store.matchers import Matcher, MatcherSet, any_matches, checked, parse_matchers

_DEEPEST = 50


@dataclass(frozen=True)
class Route:
    """A node of the tree of routes."""

    receiver: str
    matchers: MatcherSet
    goes_on: bool
    """Whether the routes after it are tried as well (``continue``)."""
    routes: tuple["Route", ...]

    def receivers(self, labels: Mapping[str, str]) -> frozenset[str]:
        """Return the receivers of an alert with these labels; none where the route does not match."""
        if not any_matches((self.matchers,), labels):
            return frozenset()
        return frozenset(self._below(labels)) or frozenset({self.receiver})

    @property
    def all_receivers(self) -> frozenset[str]:
        """All receivers of the tree."""
        return frozenset({self.receiver}).union(*(route.all_receivers for route in self.routes))

    def _below(self, labels: Mapping[str, str]) -> Iterator[str]:
        for route in self.routes:
            if found := route.receivers(labels):
                yield from found
                if not route.goes_on:
                    return


def read_routes(config: str) -> Route | None:
    """Return the tree of a configuration in YAML; None where it cannot be read."""
    try:
        value = yaml.load(config, yaml.BaseLoader)  # noqa: S506 - texts only: safe, and as Alertmanager reads them
        return _route(value["route"], "", 0)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _route(value: dict[str, Any], receiver: str, depth: int) -> Route:
    if depth > _DEEPEST:
        raise ValueError("too deep")
    name = str(value.get("receiver") or receiver)
    below = tuple(_route(one, name, depth + 1) for one in value.get("routes") or ())
    return Route(name, tuple(_matchers(value)), value.get("continue") == "true", below)


def _matchers(value: dict[str, Any]) -> Iterator[Matcher]:
    for operator, key in (("=", "match"), ("=~", "match_re")):
        for name, wanted in (value.get(key) or {}).items():
            yield checked(Matcher(str(name), operator, str(wanted)))
    for text in value.get("matchers") or ():
        for one in parse_matchers(str(text).strip().removeprefix("{").removesuffix("}")):
            yield from one
