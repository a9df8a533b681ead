"""What docs/receivers.md configures is what Alertmanager and Prometheus take, and the same in both dialects."""

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.programs import program

PAGE = (Path(__file__).parents[2] / "docs" / "receivers.md").read_text(encoding="utf-8")


def snippet(heading: str, number: int = 0) -> Any:  # noqa: ANN401 - YAML of any shape
    """Return a block of YAML below a heading of the page."""
    section = re.split(r"^## ", PAGE.partition(f"## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return yaml.safe_load(re.findall(r"^```yaml\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[number])


def judged(judge: str, command: str, config: Any, folder: Path) -> str:  # noqa: ANN401 - YAML of any shape
    """Return what a tool of Prometheus says of a configuration; it must take it."""
    file = folder / "config.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    done = subprocess.run(
        [program(judge), *command.split(), str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_alertmanager_takes_its_configuration_with_the_route_of_the_heartbeat(tmp_path: Path) -> None:
    config = snippet("Alertmanager")
    (first, *_) = config["route"]["routes"]
    ((heartbeat,),) = [one["routes"] for one in snippet("A heartbeat")]
    first["routes"] = [heartbeat]
    assert "2 receivers" in judged("amtool", "check-config", config, tmp_path)
    assert heartbeat["receiver"] == first["receiver"] == "alertgest"
    assert (heartbeat["group_interval"], heartbeat["repeat_interval"]) == ("1m", "5m")


def test_the_operator_is_told_the_same() -> None:
    plain, told = snippet("Alertmanager"), snippet("Prometheus Operator", 1)["spec"]
    assert {_snake(key): value for key, value in told["route"].items()} == plain["route"]["routes"][0]
    (ours,) = [one for one in plain["receivers"] if one["name"] == "alertgest"]
    (webhook,), (theirs,) = ours["webhook_configs"], told["receivers"][0]["webhookConfigs"]
    assert {_snake(key) for key in theirs} == set(webhook)
    assert (theirs["url"], theirs["sendResolved"], theirs["maxAlerts"]) == (webhook["url"], True, 0)


def test_prometheus_takes_its_own(tmp_path: Path) -> None:
    assert "SUCCESS" in judged("promtool", "check config", snippet("Without an Alertmanager"), tmp_path)


def _snake(key: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key)
