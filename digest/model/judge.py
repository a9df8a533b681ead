"""Which sentences of an answer pass, key by key; pure."""

from collections.abc import Iterator, Mapping

from digest.model.answer import Said
from digest.model.prompt import Prompt
from digest.model.verify import duplicates, fault_of_group, fault_of_link

_HOLDS = "possible"


def link_key(number: int) -> str:
    """Return the key of the so manyth candidate link of a prompt, from 1 on."""
    return f"L{number:02}"


def accepted(key: str, said: Mapping[str, Said]) -> Said | None:
    """Return what was said of a link, where the model took it for possible."""
    one = said.get(key)
    return one if one and one.code == _HOLDS else None


def judged(prompt: Prompt, said: Mapping[str, Said]) -> dict[str, str]:
    """Return the fault of each key whose sentence does not pass; a key that did not come has none to judge."""
    faults = dict(_faults(prompt, said))
    texts = {row.key: said[row.key].text for row in prompt.rows if row.key in said and row.key not in faults}
    return faults | duplicates(texts)


def _faults(prompt: Prompt, said: Mapping[str, Said]) -> Iterator[tuple[str, str]]:
    rows = {row.group.id: row for row in prompt.rows}
    for row in prompt.rows:
        one = said.get(row.key)
        if one and (fault := fault_of_group(one.text, row)):
            yield row.key, fault
    for number, link in enumerate(prompt.links, 1):
        one = accepted(link_key(number), said)
        if one and (fault := fault_of_link(one.text, link, [rows[group] for group in link.groups])):
            yield link_key(number), fault
