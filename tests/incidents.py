"""Incidents of many groups each, for the stories and for the card of a loud night."""

import random
from collections.abc import Iterator

from digest.facts import Group
from tests.stories import alert

GROUPS = 25
"""Of each incident."""
LETTERS = "bcdfghjkl"


def of_a_node(number: int, begin: int, pick: random.Random) -> Iterator[Group]:
    """Yield an alert of a node and pods of many namespaces that fail while it is bad."""
    node = f"worker-{number}"
    yield alert("KubeNodeNotReady", begin, begin + 60, namespace="monitoring", node=node)
    for other in range(1, GROUPS):
        start, space = begin + pick.randrange(70), f"n{number}-{other}"
        end = start + pick.randrange(5, 300)
        pod = f"api-7d9f8b6c5-{pick.choice(LETTERS)}2k4z"
        if other % 2:
            yield alert("KubePodNotReady", start, end, namespace=space, pod=pod, nodes=(node,))
        else:
            yield alert("TargetDown", start, end, namespace=space, node=node, pod=pod)


def of_a_workload(number: int, begin: int, pick: random.Random) -> Iterator[Group]:
    """Yield different alerts of one Deployment, each while an earlier one fires, for hours."""
    for other in range(GROUPS):
        start = begin + 10 * other
        about = {"deployment": "api"} if other % 2 else {"pod": "api-7d9f8b6c5-x2k4z"}
        yield alert(f"Api{other}", start, start + pick.randrange(11, 90), namespace=f"w{number}", about=about)


def of_a_namespace(number: int, begin: int, pick: random.Random) -> Iterator[Group]:
    """Yield alerts of many workloads of a namespace that begin within two minutes and end within an hour."""
    yield alert("First", begin, begin + 60, namespace=f"s{number}")
    for other in range(1, GROUPS):
        start, end = begin + pick.randrange(3), begin + pick.randrange(30, 90)
        yield alert(f"Storm{other}", start, end, namespace=f"s{number}", deployment=f"d{other}")


def incidents(seed: int) -> list[tuple[Group, ...]]:
    """Return twelve incidents that overlap, of three kinds in turn."""
    pick = random.Random(seed)
    kinds = (of_a_node, of_a_workload, of_a_namespace)
    return [tuple(kinds[number % 3](number, pick.randrange(60, 400), pick)) for number in range(12)]
