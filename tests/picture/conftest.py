"""A browser for all tests of this ring, and the card of the demo's night."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
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
from tests.programs import lacking
from tools.picture.browser import NoBrowserError, browser
from tools.picture.drawing import Drawing, Look, draw
from tools.picture.packages import NoPackagesError, install, sheets

Card = dict[str, Any]
Drawn = Callable[[Card, Look], Drawing]
EVENING = datetime(2026, 11, 24, 18, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=14)


@pytest.fixture(scope="session")
def drawn() -> Iterator[Drawn]:
    """Return what draws a card; a laptop without Chromium or npm skips the test."""
    try:
        packages = install()
        with browser() as running:
            yield lambda card, look: draw(running, sheets(packages, look.theme), card, look)
    except (NoBrowserError, NoPackagesError) as error:
        lacking(str(error))


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
