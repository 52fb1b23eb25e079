from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from plumbline.demo.provinces.cast import cast
from plumbline.demo.provinces.faults import FLAWS, REQUESTER
from plumbline.demo.provinces.month import data_set_of, month_of
from plumbline.demo.provinces.quality import Quality
from plumbline.sample import editions, package_folder
from plumbline.wiring import build_validator

FIRST = date(2025, 8, 1)
GOOD = Quality()


@pytest.fixture(scope="module")
def member():
    return cast(7)[0]


@pytest.fixture(scope="module")
def right(member):
    return month_of(7, member, FIRST, GOOD)


def _records(month):
    return [each for records in month.by_day.values() for each in records]


def test_the_same_seed_makes_the_same_month(member, right):
    assert month_of(7, member, FIRST, GOOD) == right
    assert month_of(8, member, FIRST, GOOD) != right


def test_records_come_on_more_than_twenty_days_all_within_the_month(right):
    assert len(right.by_day) >= 20
    assert {(day.year, day.month) for day in right.by_day} == {(2025, 8)}


def test_what_there_was_to_be_sent_is_counted_by_data_set(right):
    sent = Counter(map(data_set_of, _records(right)))
    assert sent.pop("organization") == 1
    assert sent == right.volumes


def test_without_faults_every_record_is_valid_by_the_first_edition(right):
    validator = build_validator(load=[str(package_folder(editions()[0]))])
    records = {data_set_of(each): each for each in _records(right)}
    assert len(records) == 9
    issues = [issue for each in records.values() for issue in validator.validate(each).issues]
    assert [(each.path, each.text("en")) for each in issues if each.is_error] == []


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda each: f"{each.data_set}#{each.breaks[0]}")
def test_a_flaw_makes_another_record_of_each_of_its_data_set_and_leaves_the_others(member, right, flaw):
    wrong = month_of(7, member, FIRST, Quality({flaw: 1}))
    pairs = list(zip(_records(right), _records(wrong), strict=True))
    assert {data_set_of(before) for before, after in pairs if before != after} == {flaw.data_set}
    assert all(before != after for before, after in pairs if data_set_of(before) == flaw.data_set)


def test_a_fault_less_changes_nothing_else(member):
    both, one = (
        month_of(7, member, FIRST, Quality(wrong)) for wrong in ({REQUESTER: 0.5, FLAWS[0]: 0.5}, {FLAWS[0]: 0.5})
    )
    changed = {data_set_of(a) for a, b in zip(_records(both), _records(one), strict=True) if a != b}
    assert changed == {REQUESTER.data_set}


def test_withheld_records_are_expected_and_do_not_come(member, right):
    month = month_of(7, member, FIRST, replace(GOOD, withheld={"laboratory-result": 0.5}))
    sent = Counter(map(data_set_of, _records(month)))
    assert month.volumes == right.volumes
    assert 0.3 < sent["laboratory-result"] / right.volumes["laboratory-result"] < 0.7
    assert sent["patient"] == right.volumes["patient"]


def test_repeated_records_come_on_the_day_after_too(member, right):
    month = month_of(7, member, FIRST, replace(GOOD, repeats=True))
    assert month.count == 2 * right.count


def test_late_records_come_three_days_after_the_visit(member, right):
    late = month_of(7, member, FIRST, replace(GOOD, late=1))
    moved = {day: records for day, records in late.by_day.items() if day > FIRST}
    assert [len(each) for each in moved.values()] == [len(each) for day, each in right.by_day.items() if day > FIRST]
    assert min(moved) == date(2025, 8, 4)
