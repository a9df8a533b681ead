"""Write ``docs/settings.md`` from the settings as the code declares them; ``make docs`` runs it."""

from collections.abc import Iterable
from pathlib import Path

from digest.settings import all_settings as digest_settings
from ingest.settings import all_settings as ingest_settings
from store.environment import Setting
from store.settings import all_settings as store_settings

FILE = Path(__file__).parents[1] / "docs" / "settings.md"

_HEAD = """# Settings

Every setting is an environment variable. An empty variable counts as unset. A secret may also be given as `NAME_FILE`,
the path of a file that holds it. All problems are told at once, one line each, and the program ends with exit code 3.
What a single command of the digest can be given besides, such as a format, is in its [help](cli.md).
"""


def document() -> str:
    """Return the whole page."""
    sections = [
        _HEAD,
        _section("Both programs", store_settings()),
        _section("Ingest", ingest_settings()),
        _section("Digest", digest_settings()),
    ]
    return "\n".join(sections)


def _section(title: str, settings: Iterable[Setting[object]]) -> str:
    head = f"## {title}\n\n| variable | default | meaning | chart value |\n| --- | --- | --- | --- |\n"
    return head + "".join(_row(setting) for setting in settings)


def _row(setting: Setting[object]) -> str:
    default = "required" if setting.default is None else f"`{setting.default}`" if setting.default else ""
    meaning = f"{setting.meaning} (secret)" if setting.secret else setting.meaning
    chart = setting.chart if " " in setting.chart else f"`{setting.chart}`"
    cells = (f"`{setting.name}`", default, meaning, chart)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
