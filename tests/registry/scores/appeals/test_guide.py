"""The page for institutions and the authority says what the tables do."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.scores.appeals.case import APPEAL_KINDS
from registry.scores.appeals.deadlines import ACKNOWLEDGING_DAYS, DECIDING_DAYS, FILING_DAYS, MENDING_DAYS
from registry.scores.appeals.errata import EFFECTS
from registry.scores.appeals.lifecycle import APPEAL, OPEN, ORDER
from registry.scores.appeals.ordering import RECORDS, SHARES

PAGE = (Path(__file__).parents[4] / "docs" / "appeals.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("step", [*APPEAL.steps, *ORDER.steps], ids=lambda each: each.action)
def test_each_step_has_its_row_with_who_takes_it_and_where_it_leads(step):
    row = next(each for each in ROWS if f"`{step.action}`" in each)
    assert step.side in row
    assert f"| {step.target}" in row
    sources = "any that is open" if step.sources == OPEN else ", ".join(each or "–" for each in step.sources)
    assert f"| {sources} |" in row


@pytest.mark.parametrize("code", [*APPEAL_KINDS, *EFFECTS])
def test_each_kind_and_effect_has_its_row(code):
    assert any(row.startswith(f"| `{code}` |") for row in ROWS)


@pytest.mark.parametrize("severity", MENDING_DAYS)
def test_each_severity_has_its_days_and_its_share(severity):
    assert f"| {severity} | {MENDING_DAYS[severity]} days | {SHARES[severity]} % |" in ROWS


@pytest.mark.parametrize(
    "said",
    [
        f"within **{FILING_DAYS} days** of the day",
        f"{ACKNOWLEDGING_DAYS} working days from filing",
        f"{DECIDING_DAYS} days from filing",
        f"at least {RECORDS} records",
    ],
)
def test_each_deadline_is_told(said):
    assert said in PAGE
