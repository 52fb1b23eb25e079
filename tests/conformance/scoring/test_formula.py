from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from conformance.scoring.assess import assess
from conformance.scoring.expectations import InstitutionClass
from conformance.scoring.model import Rule, RulePack
from conformance.scoring.wilson import design_effect, lower_bound, slopes
from tests.conformance.scoring.scored import (
    PACK,
    PERIOD,
    POLICY,
    VOLUMES,
    assessed,
    expected,
    scored,
    sheet_of,
    tallies,
    tally,
)

GOOD = {"labs": (4900, 100), "notes": (1950, 50), "images": (290, 10)}


@pytest.mark.parametrize(("records", "share"), [(25, 0.90), (52, 0.95), (133, 0.98), (268, 0.99)])
def test_a_perfect_record_needs_so_many_cases_to_show_so_much(records, share):
    assert lower_bound(records, records, 1.645) >= share > lower_bound(records - 1, records - 1, 1.645)


def test_the_lower_limit_is_that_of_wilson():
    p, n, z = 0.9, 200, 1.645
    by_the_book = (p + z * z / (2 * n) - z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5) / (1 + z * z / n)
    assert lower_bound(180, 200, z) == pytest.approx(by_the_book, abs=1e-12)


def test_nothing_judged_and_nothing_passed_are_worth_nothing():
    assert lower_bound(0, 0, 1.645) == lower_bound(0, 500, 1.645) == 0


@pytest.mark.parametrize(("passed", "judged"), [(1, 2), (90, 100), (100, 100), (4900, 5000)])
def test_slopes_are_what_a_little_more_makes(passed, judged):
    here = lower_bound(passed, judged, 1.645)
    by_passed, by_judged = slopes(passed, judged, here, 1.645)
    step = judged * 1e-6
    assert (lower_bound(passed, judged + step, 1.645) - here) / step == pytest.approx(by_judged, rel=1e-3, abs=1e-9)
    assert (here - lower_bound(passed - step, judged, 1.645)) / step == pytest.approx(by_passed, rel=1e-3, abs=1e-9)


def test_records_of_the_same_patient_and_day_say_less():
    assert design_effect(100, 100, 0.1) == 1
    assert design_effect(100, 20, 0.1) == pytest.approx(1.4)
    assert design_effect(0, 0, 0.1) == 1


def test_a_collapsed_dimension_cannot_be_bought_back():
    assert scored({"labs": (5000, 0), "notes": (2000, 0), "images": (300, 0)}) > 95
    assert scored({"labs": (0, 5000), "notes": (0, 2000), "images": (0, 300)}) < 10


def test_a_severe_rule_weighs_more():
    severe = RulePack(
        "severe",
        tuple(replace(each, severity="critical") if each.id == "images-codes" else each for each in PACK.rules),
    )
    sheets = [sheet_of(tallies({**GOOD, "images": (100, 200)}), pack) for pack in (PACK, severe)]
    plain, heavy = (
        assess(sheet, expected(pack), VOLUMES, POLICY, 1).value
        for sheet, pack in zip(sheets, (PACK, severe), strict=True)
    )
    assert plain is not None
    assert heavy is not None
    assert heavy < plain


def test_dimensions_of_which_no_rule_is_expected_leave_their_weight_to_the_others():
    codes = InstitutionClass("clinic", ("labs-codes",))
    assert expected(kind=codes).shares == {"D2": 1.0}


def test_rules_for_information_have_no_weight():
    rule = Rule("hint", "info", "D2")
    pack = RulePack("hints", (*PACK.rules, rule))
    kind = InstitutionClass("hospital", tuple(each.id for each in pack.rules))
    assert "hint" not in {each.rule.id for each in expected(pack, kind).entries}


def test_a_volume_counts_to_what_is_expected_and_not_beyond():
    full, double = (assessed(tallies({**GOOD, "labs": (4900 * by, 100 * by)})) for by in (1, 2))
    assert full.dimensions["D3"] == double.dimensions["D3"]
    assert full.coverage == double.coverage == 1


def test_no_score_is_given_where_nobody_stated_a_volume():
    made = assessed(tallies(GOOD), volumes={"labs": 5000, "notes": 2000})
    assert made.value is made.lower is made.upper is None
    assert [each.en for each in made.withheld] == [
        "images: no volume is stated for all days of the period; expected one from outside"
    ]
    assert made.withheld[0].said_in("zh").startswith("images：缺少")


def test_no_score_is_given_where_the_tool_failed_on_all_records_of_a_rule():
    rows = [each for each in tallies(GOOD) if each.rule != "images-codes"]
    made = assessed([*rows, tally("images-codes", 0, error=3)])
    assert [each.en for each in made.withheld] == [
        "images-codes: the tool failed on all 3 records; expected at least one to be judged"
    ]


def test_an_institution_that_sends_nothing_has_the_lowest_score_and_no_certainty():
    made = assessed([])
    assert (made.value, made.lower, made.upper) == (Decimal("1.0000"), 0, 100)
    assert PERIOD.days == 31
