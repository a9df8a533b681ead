"""Settings are read from variables or files, and every problem is told at once."""

from pathlib import Path

import pytest

from store.environment import Reader, Setting, choice, flag, integer, text, url, words
from store.errors import SettingsError

PORT = Setting("APP_PORT", integer(1, 65535), "The port.", chart="ingest.port", example="8080", default="8080")
TOKEN = Setting("TOKEN", text, "A secret.", chart="auth.token", example="s3cret", secret=True)
HOOK = Setting("HOOK", url("https"), "A secret URL.", chart="hook", example="https://h/x", secret=True)


def test_an_empty_variable_counts_as_unset() -> None:
    assert Reader({"APP_PORT": ""}).read(PORT) == 8080


def test_a_secret_is_read_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("hush\n")
    assert Reader({"TOKEN_FILE": str(file)}).read(TOKEN) == "hush"


@pytest.mark.parametrize("value", ["https://h/hush\n", "https://h/hu sh", " https://h/hush"])
def test_a_url_that_only_looks_right_is_told_apart_and_not_repeated(value: str) -> None:
    reader = Reader({"HOOK": value})
    reader.read(HOOK)
    (problem,) = reader.problems
    assert "without a space or a line break" in problem
    assert "hush" not in problem


def test_every_problem_is_told_at_once_with_variable_chart_value_and_example(tmp_path: Path) -> None:
    reader = Reader({"APP_PORT": "80a", "TOKEN_FILE": str(tmp_path / "none"), "HOOK": "http://user:hush@h/x"})
    reader.read(PORT)
    reader.read(TOKEN)
    reader.read(HOOK)
    with pytest.raises(SettingsError) as caught:
        reader.finish()
    assert caught.value.exit_code == 3
    assert caught.value.problems == [
        (
            "APP_PORT must be a whole number from 1 to 65535, not '80a'"
            " (chart value ingest.port; for example APP_PORT=8080)"
        ),
        (
            f"TOKEN cannot be read from TOKEN_FILE={tmp_path / 'none'}: No such file or directory"
            " (chart value auth.token; for example TOKEN=s3cret)"
        ),
        "HOOK must be a URL that starts with https:// (chart value hook; for example HOOK=https://h/x)",
    ]


def test_what_an_option_gave_is_named_as_the_option() -> None:
    reader = Reader({"APP_PORT": "80a", "TOKEN": ""}, {"APP_PORT": "--port"})
    reader.read(PORT)
    reader.read(TOKEN)
    assert reader.problems == [
        "--port must be a whole number from 1 to 65535, not '80a'; for example --port 8080",
        "TOKEN is not set (chart value auth.token; for example TOKEN=s3cret)",
    ]


def test_both_a_variable_and_its_file_are_refused(tmp_path: Path) -> None:
    reader = Reader({"TOKEN": "a", "TOKEN_FILE": str(tmp_path)})
    reader.read(TOKEN)
    assert reader.problems[0].startswith("TOKEN and TOKEN_FILE are both set; keep one")


def test_what_kubernetes_injects_for_a_service_is_named() -> None:
    reader = Reader({"APP_PORT": "tcp://10.0.0.1:80"})
    reader.read(PORT)
    assert "enableServiceLinks: false" in reader.problems[0]


def test_flags_choices_and_lists() -> None:
    assert flag("Yes") is True
    assert flag("0") is False
    assert choice("store", "discard")("Discard") == "discard"
    assert words(" a, b,,c ") == ("a", "b", "c")
    with pytest.raises(ValueError, match="must be true or false"):
        flag("maybe")
