"""The page in a real browser: accessible by axe, readable on a phone and on a desk, light, dark and printed."""

from collections.abc import Callable, Iterator

import pytest

from digest.html import render_html
from tests.programs import lacking
from tests.report_nights import NIGHTS
from tools.picture.browser import NoBrowserError, browser
from tools.picture.document import Examined, View, examine
from tools.picture.packages import NoPackagesError, Theme, axe, install

PHONE, DESK = 360, 1200
Look = Callable[[str, View], Examined]


@pytest.fixture(scope="module")
def look() -> Iterator[Look]:
    """Return what looks at a page; a laptop without Chromium skips the test."""
    try:
        with browser() as running:
            yield lambda html, view: examine(running, html, "", view)
    except NoBrowserError as error:
        lacking(str(error))


@pytest.fixture(scope="module")
def judge() -> Iterator[Look]:
    """Return what looks at a page with axe, which npm installs."""
    try:
        script = axe(install())
        with browser() as running:
            yield lambda html, view: examine(running, html, script, view)
    except (NoBrowserError, NoPackagesError) as error:
        lacking(str(error))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("name", list(NIGHTS))
def test_axe_finds_nothing_and_nothing_sticks_out(judge: Look, name: str, width: int, theme: Theme) -> None:
    seen = judge(render_html(NIGHTS[name]), View(width, theme))
    assert seen.violations == ()
    assert (seen.width, seen.cut, seen.complaints) == (width, (), ())


def test_axe_and_the_measures_find_what_is_wrong(judge: Look) -> None:
    html = (
        '<!doctype html><html><head><title>x</title></head><body><main><h1 style="color: #aaa">faint</h1>'
        '<svg width="100%"><text x="100%">sticks out</text></svg><p style="width: 900px">wide</p></main></body></html>'
    )
    seen = judge(html, View(PHONE))
    assert [one.partition(":")[0] for one in seen.violations] == ["color-contrast", "html-has-lang"]
    assert (seen.width >= 900, seen.cut) == (True, ("sticks out",))


def test_nothing_is_loaded_and_no_script_runs(look: Look) -> None:
    html = render_html(NIGHTS["busy"])
    for word in ("<script", "<link", "<img", "<iframe", "url(", "@import", " onload="):
        assert word not in html
    assert look(html, View(DESK)).complaints == ()


def test_what_is_folded_away_is_read_after_a_click_and_on_paper_where_it_requires_attention(look: Look) -> None:
    html = render_html(NIGHTS["busy"])
    # The first group is critical and fires on; the last is info and has cleared. Only their details tell their pods.
    first, last = (NIGHTS["busy"].groups[n].episodes[0].labels[0][1] for n in (0, -1))
    folded = look(html, View(DESK, opened=False)).text
    assert first not in folded
    opened = look(html, View(DESK)).text
    assert first in opened
    assert last in opened
    printed = look(html, View(DESK, medium="print", opened=False)).text
    assert first in printed
    assert last not in printed


def test_on_paper_it_is_dark_on_white_whatever_the_screen_is(look: Look) -> None:
    html = render_html(NIGHTS["compared"])
    by_theme = [look(html, View(DESK, theme, medium="print")) for theme in ("light", "dark")]
    assert by_theme[0].png == by_theme[1].png
    assert look(html, View(DESK, "light")).png != look(html, View(DESK, "dark")).png
