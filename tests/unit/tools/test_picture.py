"""What measures a card, without a browser; and that its packages are pinned by checksum and by no address."""

import json
from pathlib import Path

import pytest

from tools.picture import contrast
from tools.picture.drawing import Drawing, Text, first_screen

LOCK = Path(__file__).parents[3] / "tools" / "picture" / "package-lock.json"
BLACK, WHITE = (0.0, 0.0, 0.0, 1.0), (255.0, 255.0, 255.0, 1.0)
CLEAR, HALF_BLACK = (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.5)


def test_the_contrast_is_that_of_the_standard() -> None:
    assert contrast.ratio(BLACK, [WHITE]) == 21
    assert contrast.ratio(WHITE, [WHITE]) == 1
    # The well-known least grey on white that passes, and the next lighter one, which does not.
    assert contrast.ratio((118, 118, 118, 1), [WHITE]) > 4.5 > contrast.ratio((119, 119, 119, 1), [WHITE])


def test_layers_lie_over_each_other_and_white_is_behind_all() -> None:
    assert contrast.ratio(WHITE, [CLEAR, BLACK, WHITE]) == 21
    assert contrast.ratio(BLACK, []) == 21
    grey = (127.5, 127.5, 127.5, 1.0)
    assert contrast.ratio(HALF_BLACK, [WHITE]) == pytest.approx(contrast.ratio(grey, [WHITE]))
    assert contrast.ratio(BLACK, [HALF_BLACK, WHITE]) == pytest.approx(contrast.ratio(BLACK, [grey]))


@pytest.mark.parametrize(
    ("pixels", "weight", "least"), [(14, 700, 4.5), (18.66, 400, 4.5), (18.66, 700, 3), (24, 400, 3)]
)
def test_large_text_may_be_fainter(pixels: float, weight: float, least: float) -> None:
    assert contrast.needed(pixels, weight) == least


def test_the_first_screen_has_what_lies_wholly_in_it() -> None:
    drawing = Drawing(tuple(_text(top) for top in (0, 765, 766, 900)), 1000, (), (), b"")
    assert [text.top for text in first_screen(drawing)] == [0, 765]
    assert [text.top for text in first_screen(drawing, height=15)] == [0]


def _text(top: float) -> Text:
    return Text("words", 8, top, 100, top + 15, 15, 4.5, ((8, 100),))


def test_each_package_has_a_checksum_and_no_address() -> None:
    packages = {name: one for name, one in json.loads(LOCK.read_text())["packages"].items() if name}
    assert "node_modules/adaptivecards" in packages
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in packages.values())
