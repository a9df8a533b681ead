"""An action that a model chose is told only where its row gives reason for it."""

import pytest

from digest.model.actions import ACTIONS, founded
from digest.model.rows import Row
from tests.model_sentences import CERTIFICATE, CRASH, CRASH_CLEARED, NODE, VOLUME

GENERAL = {"check_dependency", "none", "open_runbook"}


@pytest.mark.parametrize(
    ("about", "reasons"),
    [
        (CRASH, {"check_capacity", "check_config", "check_logs", "check_rollout"}),
        (CRASH_CLEARED, {"check_capacity", "check_config", "check_logs", "check_rollout", "tune_alert"}),
        (NODE, {"check_logs", "check_node", "tune_alert"}),
        (CERTIFICATE, {"check_certificate", "tune_alert"}),
        (VOLUME, {"check_storage"}),
    ],
)
def test_only_what_a_row_gives_reason_for_is_advised(about: Row, reasons: set[str]) -> None:
    assert {code for code in ACTIONS if founded(code, about)} == reasons | GENERAL
