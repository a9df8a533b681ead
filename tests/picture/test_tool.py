"""The tool itself: it finds what is wrong with a card, reaches no network, and writes a picture of the right size."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.picture.conftest import Card, Drawn
from tests.picture.kinds import KINDS
from tests.picture.looks import LOOKS, keep, shots
from tools.picture.browser import Browser, BrowserError
from tools.picture.drawing import Look

PNG = b"\x89PNG\r\n\x1a\n"


def _card(*body: dict[str, Any]) -> Card:
    return {"type": "AdaptiveCard", "version": "1.4", "body": list(body)}


def test_what_the_renderer_does_not_know_is_a_problem(drawn: Drawn) -> None:
    problems = drawn(_card({"type": "NoSuchElement"}), Look()).problems
    assert any("NoSuchElement" in problem for problem in problems)


def test_what_is_cut_off_or_sticks_out_is_found(drawn: Drawn) -> None:
    button = {"type": "Action.OpenUrl", "title": "A title far too long for any button of any phone", "url": "https://x"}
    columns = [{"type": "Column", "width": "500px", "items": [{"type": "TextBlock", "text": "wide"}]}]
    assert drawn(_card({"type": "ActionSet", "actions": [button]}), Look()).overflows
    assert drawn(_card({"type": "ColumnSet", "columns": columns}), Look()).overflows
    assert drawn(_card({"type": "TextBlock", "text": "no line may break here " * 9}), Look()).overflows


def test_colours_that_are_hard_to_read_are_found(drawn: Drawn) -> None:
    words = ({"type": "TextBlock", "text": "plain"}, {"type": "TextBlock", "text": "faint", "color": "Warning"})
    plain, faint = drawn(_card(*words), Look()).texts
    assert plain.contrast > plain.contrast_needed == 4.5
    assert faint.contrast < 2


def test_a_button_that_is_not_there_cannot_be_pressed(drawn: Drawn) -> None:
    with pytest.raises(BrowserError, match="no button"):
        drawn(_card(), Look(pressed=("Advice",)))


def test_nothing_is_fetched_from_the_network(drawn: Drawn) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/picture.png"
        drawing = drawn(_card({"type": "Image", "url": url}), Look())
        server.settimeout(0.5)
        with pytest.raises(TimeoutError):
            server.accept()
    assert any("ERR_INTERNET_DISCONNECTED" in problem for problem in drawing.problems)


def test_pictures_are_kept_by_kind_theme_and_width_and_open_where_there_are_buttons(
    studio: tuple[Browser, Path], tmp_path: Path
) -> None:
    for name in ("quiet", "cleared"):
        keep(tmp_path / "kept", name, LOOKS[0], shots(*studio, KINDS[name](), LOOKS[0]))
    files = sorted((tmp_path / "kept").iterdir())
    assert all(file.read_bytes().startswith(PNG) for file in files)
    assert [file.name for file in files] == [
        "cleared-light-360-open.png", "cleared-light-360.png", "quiet-light-360.png",
    ]  # fmt: skip


@pytest.mark.usefixtures("drawn")
def test_the_command_writes_a_picture_and_prints_what_it_measured(tmp_path: Path) -> None:
    card, picture = tmp_path / "card.json", tmp_path / "card.png"
    card.write_text(json.dumps(_card({"type": "TextBlock", "text": "Good morning"})), encoding="utf-8")
    command = [sys.executable, "-m", "tools.picture", str(card), str(picture), "--width", "400", "--theme", "dark"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    height = int(done.stdout.splitlines()[-1].removesuffix(" px high"))
    assert "Good morning" in done.stdout
    header = picture.read_bytes()[:24]
    assert header[:8] == PNG
    assert [int.from_bytes(header[at : at + 4], "big") for at in (16, 20)] == [800, 2 * height]
