"""Find the stories of a night: ties first by what is strong, then by what is weak, then what hangs together; pure.

1. A bad node takes in what is on it in its bad time (``nodes``), and what shares a workload, a claim or a rollout with
   that, in the same time (``strong.mates``). Two nodes never become one story by a workload that both carry.
2. What is left is tied by workload, claim and rollout (``strong.chains``).
3. What hangs together by then is tied by place: a node that names it, a namespace (``places``).

What was taken in by a namespace takes in nothing further.
"""

from dataclasses import replace

from digest.facts import Facts
from digest.stories import places
from digest.stories.model import Story
from digest.stories.nodes import conditions_of, incidents
from digest.stories.signs import Sign, signs_of
from digest.stories.strong import chains, mates
from digest.stories.tell import tell
from digest.stories.ties import Tie, together


def with_stories(facts: Facts) -> Facts:
    """Return the facts with their stories, found anew; to be called where the groups have what the cluster says."""
    return replace(facts, stories=find_stories(facts))


def find_stories(facts: Facts) -> tuple[Story, ...]:
    """Return the stories, most important first; each group is in exactly one.

    The order of the groups and their ids do not matter, nor does the date. Without a cluster the labels alone decide.
    """
    signs = signs_of(facts)
    return tell(signs, _ties(signs, facts))


def _ties(signs: tuple[Sign, ...], facts: Facts) -> tuple[Tie, ...]:
    bad = incidents(signs, conditions_of(facts))
    of_nodes = (*(tie for one in bad for tie in one.ties), *mates(bad, signs))
    on_nodes = {sign.number for one in bad for sign in one.signs}
    on_nodes |= {sign.number for tie in of_nodes for sign in (tie.one, tie.other)}
    strong = (*of_nodes, *chains(tuple(sign for sign in signs if sign.number not in on_nodes)))
    of_places = (*strong, *places.node_ties(together(signs, strong), on_nodes))
    return (*of_places, *places.namespace_ties(together(signs, of_places), on_nodes))
