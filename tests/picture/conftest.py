"""A browser for all tests of this ring, each kind of card drawn once, and the card of the demo's night."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from demo.record import RECORDING
from demo.replay import Replay, load, play
from demo.run import ingest
from digest.card import render_card
from digest.facts import Period
from digest.read import read_facts
from digest.settings import read_settings
from store.connect import connect
from tests.ingest_process import free_ports
from tests.picture.kinds import KINDS
from tests.picture.looks import Shots, keep, shots
from tests.programs import lacking
from tools.picture.browser import Browser, NoBrowserError, browser
from tools.picture.drawing import Drawing, Look, draw
from tools.picture.packages import NoPackagesError, install, sheets

Card = dict[str, Any]
Drawn = Callable[[Card, Look], Drawing]
Taken = Callable[[str, Look], Shots]
EVENING = datetime(2026, 11, 24, 18, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=14)
KEEP = "ALERTGEST_PICTURES"
"""The folder in which the pictures of all kinds are kept; none are where it is not set."""


@pytest.fixture(scope="session")
def studio() -> Iterator[tuple[Browser, Path]]:
    """Return a browser and the folder of the packages; a laptop without Chromium or npm skips the test."""
    try:
        packages = install()
        with browser() as running:
            yield running, packages
    except (NoBrowserError, NoPackagesError) as error:
        lacking(str(error))


@pytest.fixture(scope="session")
def drawn(studio: tuple[Browser, Path]) -> Drawn:
    """Return what draws a card."""
    running, packages = studio
    return lambda card, look: draw(running, sheets(packages, look.theme), card, look)


@pytest.fixture(scope="session")
def taken(studio: tuple[Browser, Path]) -> Taken:
    """Return what draws a kind of card, closed and open, once for all tests; keeps the pictures if asked to."""

    @cache
    def take(name: str, look: Look) -> Shots:
        folder = os.environ.get(KEEP)
        seen = shots(*studio, KINDS[name](), look, pictures=bool(folder))
        if folder:
            keep(Path(folder), name, look, seen)
        return seen

    return take


@pytest.fixture
def demo_card(database: str, tmp_path: Path) -> Card:
    """Return the card of the recorded night, which went through the real receiver and the real database."""
    clock = Replay("", tmp_path / "clock")
    clock.set_clock(EVENING)
    environ = {"DATABASE_URL": database, "CAPTURE_WINDOW_DAYS": "daily", "CLUSTER_NAME": "prod-eu"}
    with ingest(os.environ | environ | free_ports() | {"DEMO_CLOCK": str(clock.clock_file)}) as url:
        play(load(RECORDING, EVENING), Replay(url, clock.clock_file), lambda _: None)
    with connect(database) as conn, conn.transaction():
        settings = read_settings(environ).alerts
        facts = read_facts(conn, Period(EVENING, MORNING, MORNING, "UTC"), settings, "scheduled")
    return render_card(facts, digest_id="d" * 36, possible_repeat=False).card
