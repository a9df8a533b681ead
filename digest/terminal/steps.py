"""Steps and findings on a terminal, each as soon as it is known: whether it is well, what it is, and the detail."""

from rich.text import Text

from digest.terminal.screen import Screen, beside, draw, indented, words

_ROOM = 60
_MARK, _NAME = 4, 15


def finding_screen(name: str, detail: str, screen: Screen, *, well: bool) -> str:
    """Return a finding: its detail beside its name, or below it where the terminal is narrow."""
    if screen.columns >= _ROOM:
        sign = _mark(well=well)
        head = Text.assemble(sign, " " * (_MARK + 1 - len(sign)), words(name, "bold"), overflow="fold")
        return draw([beside(head, words(detail), _MARK + 1 + _NAME)], screen)
    return draw([beside(_mark(well=well), words(name, "bold"), _MARK), indented(words(detail), _MARK + 1)], screen)


def step_screen(detail: str, screen: Screen) -> str:
    """Return a step that went well."""
    return draw([beside(_mark(well=True), words(detail), _MARK)], screen)


def _mark(*, well: bool) -> Text:
    return Text("ok", "green") if well else Text("FAIL", "bold red")
