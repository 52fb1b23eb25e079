from __future__ import annotations

from datetime import date

import pytest

from conformance.scoring.expectations import (
    Declaration,
    Expectations,
    Institution,
    InstitutionClass,
    Volume,
    volumes_of,
)
from conformance.scoring.model import Rule, RulePack, Tally
from conformance.scoring.period import Period, month
from conformance.scoring.said import ScoringRefused
from tests.conformance.scoring.scored import PERIOD, expected

TODAY = date(2026, 11, 2)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
APPROVED = {"begin": PERIOD.begin, "expires": TODAY, "approved_by": "committee", "approved_on": PERIOD.begin}


def refusal(make) -> str:
    with pytest.raises(ScoringRefused) as refused:
        make()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refused.value.said.zh)
    return str(refused.value)


def test_a_month_is_its_days():
    assert month("2026-10", TODAY) == PERIOD
    assert month("2024-02", TODAY).days == 29


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11", "period: 2026-11 ends on 2026-11-30; expected a period that is over, today being 2026-11-02"),
        ("2026-13", "period: found '2026-13'; expected a month such as 2026-10"),
        ("October", "period: found 'October'; expected a month such as 2026-10"),
    ],
)
def test_a_month_that_is_not_over_or_none_is_refused(text, said):
    assert refusal(lambda: month(text, TODAY)) == said


def test_a_period_ends_after_it_begins():
    assert "before it begins" in refusal(lambda: Period(PERIOD.end, PERIOD.begin))


def test_an_expected_volume_of_zero_is_refused():
    said = "expected volume of h, labs, 2026-10-01/2026-10-31: found 0; expected one record or more, or a declaration"
    assert refusal(lambda: Volume("h", "labs", PERIOD, 0)).startswith(said)


def test_a_volume_of_a_year_counts_for_a_month_by_its_days():
    year = Institution("h", "hospital", (Volume("h", "labs", YEAR, 3650),))
    assert volumes_of(year, PERIOD) == {"labs": 310}


def test_a_volume_that_does_not_speak_of_every_day_is_none():
    part = Volume("h", "labs", Period(PERIOD.begin, date(2026, 10, 30)), 100)
    assert volumes_of(Institution("h", "hospital", (part,)), PERIOD) == {}


def test_volumes_of_the_same_days_and_of_somebody_else_are_refused():
    twice = Institution("h", "hospital", (Volume("h", "labs", YEAR, 10), Volume("h", "labs", PERIOD, 10)))
    assert "spoken of twice" in refusal(lambda: volumes_of(twice, PERIOD))
    foreign = Institution("h", "hospital", (Volume("other", "labs", YEAR, 10),))
    assert "given to h; expected its own" in refusal(lambda: volumes_of(foreign, PERIOD))


@pytest.mark.parametrize("target", ["labs", "labs-codes"])
def test_an_approved_declaration_takes_a_rule_or_a_data_set_out(target):
    found = expected(declarations=[Declaration("hospital", target, "no laboratory", **APPROVED)])
    names = {each.rule.id for each in found.entries}
    assert "labs-codes" not in names
    assert ("labs-volume" in names) == (target == "labs-codes")
    assert "labs-codes" in found.excused


@pytest.mark.parametrize(
    "change",
    [
        {"approved_by": ""},
        {"approved_on": None},
        {"approved_on": TODAY},
        {"begin": date(2026, 10, 2)},
        {"expires": PERIOD.end},
    ],
)
def test_one_that_is_not_approved_or_not_valid_on_each_day_does_not(change):
    declared = Declaration("hospital", "labs", "no laboratory", **{**APPROVED, **change})
    assert expected(declarations=[declared]).excused == ()


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ((3, 1, 1, 0, 2), "found 3 applicable, 1 passed, 1 failed, 0 errors, 2 clusters"),
        ((0, 1, -1, 0, 0), "0 applicable, 1 passed, -1 failed"),
        ((2, 1, 1, 0, 3), "3 clusters"),
        ((2, 1, 1, 0, 0), "0 clusters"),
    ],
)
def test_a_tally_that_does_not_add_up_is_refused(counts, found):
    said = refusal(lambda: Tally("h", "his#1", "labs-codes", PERIOD.begin, *counts))
    assert said.startswith("tally of h, labs-codes, 2026-10-01: ")
    assert found in said


def test_a_pack_refuses_rules_that_cannot_be_told_apart_or_counted():
    rule = Rule("r", "major", "D1")
    assert "the rule 'r' stands in it twice" in refusal(lambda: RulePack("p", (rule, rule)))
    assert "no data set" in refusal(lambda: RulePack("p", (Rule("v", "major", "D3", measure="volume"),)))
    volumes = tuple(Rule(name, "major", "D3", data_set="labs", measure="volume") for name in "ab")
    assert "'volume of labs' stands there twice" in refusal(lambda: RulePack("p", volumes))
    assert "has the severity 'fatal'; expected one of critical, major" in refusal(
        lambda: RulePack("p", (Rule("v", "fatal", "D3"),))
    )
    assert "has the dimension 'D8'" in refusal(lambda: RulePack("p", (Rule("v", "major", "D8"),)))
    assert "the weight inf" in refusal(lambda: RulePack("p", (Rule("v", "major", "D3", weight=float("inf")),)))
    assert "the weight 0" in refusal(lambda: RulePack("p", (Rule("v", "major", "D3", weight=0),)))


def test_a_rule_of_the_future_or_of_the_past_is_not_expected():
    rules = (
        Rule("now", "major", "D2"),
        Rule("later", "major", "D2", since=TODAY),
        Rule("past", "major", "D2", until=PERIOD.begin),
    )
    found = expected(RulePack("p", rules), InstitutionClass("hospital", ("now", "later", "past")))
    assert [each.rule.id for each in found.entries] == ["now"]


def test_a_class_expects_rules_that_there_are():
    said = refusal(lambda: expected(kind=InstitutionClass("clinic", ("labs-code",))))
    assert said == "class clinic: found the rule 'labs-code'; expected one of sample#1"


def test_institutions_have_a_class_and_stand_once():
    classes = (InstitutionClass("hospital", ()),)
    one = Institution("h", "hospital")
    assert "'h' stands there twice" in refusal(lambda: Expectations(classes, (one, one)))
    unknown = Institution("h", "clinic")
    assert refusal(lambda: Expectations(classes, (unknown,))) == "h: found the class 'clinic'; expected one of hospital"
