from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from conformance.scoring.expectations import Declaration, InstitutionClass
from conformance.scoring.explain import explain, steps
from conformance.scoring.model import Rule, RulePack
from tests.conformance.scoring.scored import (
    PERIOD,
    POLICY,
    RULES,
    SEED,
    VOLUMES,
    assessed,
    expected,
    scored,
    sheet_of,
    tallies,
    tally,
)

SENT = {"labs": (4850, 150), "notes": (1800, 200), "images": (180, 120)}
FOUND = explain(sheet_of(tallies(SENT)), expected(), VOLUMES, POLICY, SEED)


def test_it_explains_the_score_that_is_given():
    assert FOUND.assessment == assessed(tallies(SENT))


def test_what_to_mend_first_is_what_gains_most_and_the_gain_is_what_mending_brings():
    first = FOUND.gains[0]
    assert first.rule == "images-codes"
    assert first.score == scored({**SENT, "images": (300, 0)})
    assert first.gain == first.score - scored(SENT)
    assert [each.rule for each in FOUND.gains] == ["images-codes", "notes-codes", "labs-codes"]


def test_a_missing_data_set_gains_by_being_sent():
    sent = {name: counts for name, counts in SENT.items() if name != "images"}
    gains = {each.rule: each.gain for each in explain(sheet_of(tallies(sent)), expected(), VOLUMES, POLICY, SEED).gains}
    assert gains["images-volume"] > gains["labs-codes"]


def test_nothing_is_to_be_mended_where_all_is_well():
    whole = {name: (count, 0) for name, count in VOLUMES.items()}
    assert explain(sheet_of(tallies(whole)), expected(), VOLUMES, POLICY, SEED).gains == ()


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "images-codes (D2, major, clause 6.1): n = 300, x = 180, deff = 1.000, L = 0.5528, s·v = 4",
                "D2: D = 0.8023, weighs 0.600",
                "S = 100 · Π D^w = 87.4946, 90% interval",
            ],
        ),
        (
            "zh",
            [
                "images-codes（D2，major，条款 6.1）：n = 300, x = 180, deff = 1.000, L = 0.5528, s·v = 4",
                "D2：D = 0.8023，权重 0.600",
                "S = 100 · Π D^w = 87.4946，90% 区间",
            ],
        ),
    ],
)
def test_each_step_is_told_in_both_languages(language, lines):
    told = [each.said_in(language) for each in steps(FOUND, expected(), POLICY)]
    assert all(any(each.startswith(line) for each in told) for line in lines), told


def test_what_does_not_apply_and_what_the_tool_failed_on_is_told():
    declared = Declaration(
        "hospital", "images", "no scanner", PERIOD.begin, date(2027, 1, 1), "committee", PERIOD.begin
    )
    whole = expected(declarations=[declared])
    rows = [*tallies({"labs": (4850, 150), "notes": (1800, 200)}), tally("labs-codes", 0, error=100)]
    told = [each.en for each in steps(explain(sheet_of(rows), whole, VOLUMES, POLICY, SEED), whole, POLICY)]
    assert "images-codes: does not apply, as approved for the class" in told
    assert any(each.startswith("labs-codes") and "100 errors of the tool do not count" in each for each in told)
    assert "no score: D2: the tool failed on 100 of 7100 judgements; expected 0.50% at the most" in told


def test_a_check_that_was_never_made_gains_what_enough_checks_that_pass_would_show():
    pack = RulePack("sample#2", (*RULES, Rule("check:tls", "critical", "D7")))
    policy = replace(POLICY, weights={"D2": 0.6, "D3": 0.3, "D7": 0.1})
    whole = expected(pack, InstitutionClass("hospital", tuple(rule.id for rule in pack.rules)), policy=policy)

    def found(*checks):
        return explain(sheet_of([*tallies(SENT), *checks], pack), whole, VOLUMES, policy, SEED)

    first = found().gains[0]
    made = found(tally("check:tls", 52))
    assert (first.rule, first.score) == ("check:tls", made.assessment.value)
    assert first.gain == first.score - found().assessment.value
    assert made.assessment.dimensions["D7"] >= 0.95 > found(tally("check:tls", 51)).assessment.dimensions["D7"]


def test_a_rule_of_a_set_that_never_came_gains_as_by_all_that_is_expected_of_it():
    sent = {name: counts for name, counts in SENT.items() if name != "images"}
    gains = {
        each.rule: each.score for each in explain(sheet_of(tallies(sent)), expected(), VOLUMES, POLICY, SEED).gains
    }
    judged = [*tallies(sent), tally("images-codes", VOLUMES["images"])]
    assert gains["images-codes"] == assessed(judged).value
