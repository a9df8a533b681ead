"""What the pages mention is there: an old name in a page is worse than none."""

import pytest

from tests.mentions import unknown
from tests.pages import Page, pages

PAGES = pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_mentions_nothing_that_is_not_there(page: Page) -> None:
    assert unknown(page) == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.path.startswith("docs/")], ids=lambda page: page.path)
def test_a_page_is_read_without_scrolling_sideways(page: Page) -> None:
    assert page.long_lines == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("`alertgest-digest fly`", "fly: no such command"),
        ("    alertgest-digest run --fast", "--fast: no such option"),
        ("`--fast` is quick", "--fast: no such option"),
        ("set CAPTURE_WINDOW_STOP", "CAPTURE_WINDOW_STOP: no such variable"),
        ("`alertgest_nights_total`", "alertgest_nights_total: no such metric"),
        ("it ends with exit code 9", "9: no such exit code"),
        ("`teams.webhook`", "teams.webhook: no such value of the chart"),
        ("`alerts.color`", "alerts.color: no such value of the chart"),
        ("```sh\nhelm upgrade a . --set digest.hour=8\n```", "digest.hour: no such value of the chart"),
        ("`make coffee`", "coffee: no such target of make"),
        ("`digest/moon.py`", "digest/moon.py: no such file"),
        ("[there](docs/moon.md)", "docs/moon.md: leads nowhere"),
        ("[there](docs/settings.md#moon)", "docs/settings.md#moon: leads nowhere"),
        ('<img src="docs/moon.png">', "docs/moon.png: leads nowhere"),
        ("[up](#down)\n\n# Up", "#down: leads nowhere"),
    ],
)
def test_what_is_not_there_is_found(text: str, told: str) -> None:
    assert [one.partition(": ")[2] for one in unknown(Page("README.md", text))] == [told]


@pytest.mark.parametrize(
    "text",
    [
        "`alertgest-digest preview --format html` | `deploy/alertgest-ingest x` | `alertgest-ingest:8080`",
        "`kubectl get cronjob alertgest-digest x` and `kubectl exec x -- alertgest-digest check`",
        "DATABASE_URL, DATABASE_URL_FILE, DIGEST_FORMAT",
        "`alertgest_llm_request_duration_seconds_sum` and `alertgest_database_up`",
        "`teams.webhookUrl`, `ingest.resources.limits.memory`, `alerts.capture_window_id`, `digest.model.actions`",
        "`make test` and `make .venv/.installed`",
        "`digest/cli.py`, `charts/alertgest/`, `tools/*_table.py`, `demo-output/card.json`, `/api/v1/alerts`",
        "[a](docs/settings.md#both-programs) [b](#a--b) [c](https://example.com/none)\n\n## A & B",
        '<img src="docs/card.png" alt="">',
        "an end with exit code 137 is the kernel's",
    ],
)
def test_what_is_there_is_let_alone(text: str) -> None:
    assert unknown(Page("README.md", text)) == []


def test_headings_of_the_same_name_are_numbered_as_github_does() -> None:
    page = Page("README.md", "# The `run` command\n\n## Why?\n\n## Why?\n")
    assert page.anchors == {"the-run-command", "why", "why-1"}


def test_a_long_line_counts_unless_it_cannot_be_broken() -> None:
    long = "word " * 30
    page = Page("README.md", f"{long}\n\n| {long} |\n\n```\n{long}\n```\n\n{'x' * 130}\n")
    assert [one.line for one in page.long_lines] == [1]
