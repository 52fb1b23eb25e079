"""Each flaw breaks the rules that it names and no other, as the judge of the server counts them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from conformance.rules_in_force import ALWAYS, Rule
from fhir_kernel.settings import load_settings
from plumbline.demo.provinces.cast import cast
from plumbline.demo.provinces.faults import FLAWS, broken
from plumbline.demo.provinces.month import data_set_of, month_of
from plumbline.demo.provinces.quality import Quality
from plumbline.generate.population import BEIJING
from plumbline.sample import editions, package_folder
from plumbline.wiring import build_catalog, enforcement_maker

FIRST = date(2025, 8, 1)


@pytest.fixture(scope="module")
def records():
    """One of each data set, all right, with the day on which it comes."""
    month = month_of(7, cast(7)[0], FIRST, Quality())
    return {data_set_of(each): (day, each) for day, sent in month.by_day.items() for each in sent}


@pytest.fixture(scope="module")
def judge(records):
    profiles = {name: each["resourceType"] for name, (_, each) in records.items()}
    first = editions()[0]
    rules = [Rule(first.profile(name), kind, reject_from=ALWAYS, applies="claimed") for name, kind in profiles.items()]
    make = enforcement_maker(build_catalog(load=[str(package_folder(first))]), load_settings())
    return make((), rules)


def _failed(judge, record, day: date) -> set[tuple[str, str]]:
    """The data sets and rules."""
    now = datetime(day.year, day.month, day.day, 9, tzinfo=BEIJING)
    scored = judge.judge(record, method="PUT", now=now).scored
    rules = [judge.lists[each.digest].rules for each in scored.lists]
    found = [
        rule
        for its, masks in zip(rules, scored.lists, strict=True)
        for bit, rule in enumerate(its)
        if masks.failed >> bit & 1
    ]
    return {broken(each.id) for each in found}


def test_without_a_flaw_no_rule_is_broken(judge, records):
    assert {name: _failed(judge, record, day) for name, (day, record) in records.items()} == {
        name: set() for name in records
    }


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda each: f"{each.data_set}#{each.breaks[0]}")
def test_a_flaw_breaks_the_rules_that_it_names(judge, records, flaw):
    day, record = records[flaw.data_set]
    assert _failed(judge, flaw.spoil(record), day) == {(flaw.data_set, each) for each in flaw.breaks}


def test_what_comes_three_days_late_is_not_in_time(judge, records):
    day, record = records["encounter"]
    assert _failed(judge, record, day + timedelta(days=3)) == {("encounter", ":timely")}
