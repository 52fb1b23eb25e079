"""From records to a score, an appeal that is upheld, everybody scored anew, and an order that new traffic closes."""

from __future__ import annotations

from datetime import date

import pytest

from plumbline.sample import editions
from tests.journeys.saying import says
from tests.journeys.scores import contesting, reading
from tests.journeys.scores.deeds import Case, honest, made_on, passed
from tests.journeys.scores.ground import HOSPITAL, Ground, ground
from tests.journeys.scores.records import SETS
from tests.journeys.scores.supplying import supplied

DAYS = 12
CODE = f"{editions()[0].profile('condition')}#Condition.code.coding:slice:icd10"
CLASS = f"{editions()[0].profile('encounter')}#Encounter.class:binding"


def test_a_month_from_its_records_to_all_that_comes_of_it(settings, plumbline):
    with ground(settings) as place:
        names, month = _sent(place)
        good, codes, classes = names
        supplied(place, names, month)
        first = place.asking.done("takeScores", {"period": month}, "evaluator")
        assert (first["isNew"], first["unclassified"]) == (True, ["sample-hospital"])
        snapshot = first["snapshot"]["id"]
        reading.said_of_itself(place, snapshot, good, (CODE, codes), (CLASS, classes))
        reading.handed_out(place, snapshot, codes)
        reading.open_to_verification(place, snapshot)
        second = contesting.upheld(place, snapshot, codes, CODE)
        contesting.bridged(place, (snapshot, second), codes, names)
        contesting.mended_by_new_traffic(place, classes, CLASS)
        contents = {each: reading.content(place, each) for each in (snapshot, second)}
        reading.still_the_same(place, contents)
    reading.the_same_after_a_restart(settings, plumbline, contents)


def _sent(place: Ground) -> tuple[list[str], str]:
    """Three hospitals: one without faults, one whose diagnoses have no codes, one whose visits have wrong classes."""
    first, wrong = place.next_month(), ({}, {"condition": 0}, {"encounter": 0})
    cases = [_case(place, first, each) for each in wrong]
    month = passed(place, first, [(each, honest) for each in cases], dict.fromkeys(SETS, DAYS))
    return [each.sender.name for each in cases], month


def _case(place: Ground, first: date, wrong: dict[str, int]) -> Case:
    sender = place.newcomer(HOSPITAL)
    made = [
        made_on(sender.name, first, day, day, data_set, wrong.get(data_set)) for day in range(DAYS) for data_set in SETS
    ]
    return Case(sender, first, made)


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_evidence_of_rules_that_the_store_lacks_stops_scores_and_nothing_is_half_written(settings, plumbline):
    with ground(settings) as place:
        who, month = place.newcomer(HOSPITAL).name, place.close(place.next_month(), {})
        before = place.row(month, who)
        reading.spoil_the_log(settings, who)
        why = place.asking.refused("takeScores", {"period": month}, "evaluator")
        says(why, 409, f"the rule list {'f' * 16}", "the same backup")
        assert place.asking.done("listSnapshots")["snapshots"] == []
    told = plumbline("score", "run", "--period", month, "--store", settings.store)
    assert (told.status, told.err.startswith("plumbline: ")) == (2, True), told
    assert "f" * 16 in told.err
    assert before["institution"] == who
