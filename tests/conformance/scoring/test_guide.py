"""The page for directors: its example is computed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.scoring.expectations import InstitutionClass
from conformance.scoring.expected import expected_of
from conformance.scoring.explain import Explanation, explain
from conformance.scoring.model import Rule, RulePack, Tally
from conformance.scoring.policy_file import shipped_policy
from conformance.scoring.sheet import Layout, Sheet
from tests.conformance.scoring.scored import PERIOD, SEED

PAGE = (Path(__file__).parents[3] / "docs/scoring.md").read_text(encoding="utf-8")
POLICY = shipped_policy()


def table(first: str) -> list[list[str]]:
    """The rows of the table whose heading begins so."""
    lines = PAGE[PAGE.index(f"\n| {first} |") :].split("\n\n")[0].strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


ROWS = table("rule")
PATIENTS = {"laboratory reports received": 4000, "discharge summaries received": 620}
"""By rule on a volume, the patient-days of its data set."""


def rule(name: str, dimension, severity, data_set: str, *others: str) -> Rule:
    measure = "volume" if others[2] == "volume" else "conformance"
    return Rule(name, severity, dimension, data_set=data_set.strip("–"), measure=measure)


def counted(name: str, judged: int, passed: int, patients: str) -> Tally:
    seen = passed if patients == "volume" else judged
    clusters = PATIENTS.get(name, 0) if patients == "volume" else int(patients)
    return Tally("county", "his#1", name, PERIOD.begin, seen, passed, seen - passed, 0, clusters)


@pytest.fixture(scope="module")
def explained() -> Explanation:
    pack = RulePack("example", tuple(rule(*row) for row in ROWS))
    sheet = Sheet(Layout(pack, PERIOD), "county")
    for name, _, _, _, judged, passed, patients, *_ in ROWS:
        sheet.add(counted(name, int(judged), int(passed), patients))
    kind = InstitutionClass("county", tuple(each.id for each in pack.rules))
    volumes = {row[3]: int(row[4]) for row in ROWS if row[6] == "volume"}
    return explain(sheet, expected_of(sheet.layout, kind, (), POLICY), volumes, POLICY, SEED)


def test_the_lower_limit_of_each_rule_is_as_printed(explained):
    assert {each.entry.rule.id: f"{each.lower:.4f}" for each in explained.rules} == {row[0]: row[7] for row in ROWS}


def test_so_is_what_each_would_gain(explained):
    gains = {each.rule: each.gain for each in explained.gains}
    assert {name: f"{gain:.2f}" for name, gain in gains.items()} == {row[0]: row[8] for row in ROWS}
    first, second, *others = explained.gains
    assert (first.rule, second.rule) == ("diagnosis codes", "discharge summaries received")
    assert first.gain + second.gain > sum(each.gain for each in others)


def test_so_are_the_dimensions_and_the_score(explained):
    (printed,) = table("D1 | D2")
    values = explained.assessment.dimensions
    assert [f"{values[name]:.4f}" for name in sorted(values)] == printed[:-1]
    assert f"{explained.assessment.value:.2f}" == printed[-1]


def test_the_levels_and_weights_are_those_of_the_policy():
    rows = [[each.id, f"{each.lower}", f"{each.dimension:.2f}", f"{each.coverage:.2f}"] for each in POLICY.levels]
    assert [row[:4] for row in table("level")] == rows
    limits = ["any" if each.open_critical is None else str(each.open_critical) for each in POLICY.levels]
    assert [row[4:] for row in table("level")] == [
        [limit, str(each.periods)] for limit, each in zip(limits, POLICY.levels, strict=True)
    ]
    for name, weight in POLICY.weights.items():
        assert any(f"| {name} | " in line and f"| {weight:.2f}" in line for line in PAGE.splitlines())
