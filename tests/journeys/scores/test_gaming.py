"""The table of scoring against gaming at a small scale, over HTTP: its order is that of the model."""

from __future__ import annotations

import pytest

from tests.journeys.scores.deeds import Case, Made, Steps, honest, made_on, passed, sending
from tests.journeys.scores.ground import WARD, Ground

VOLUMES = {"vital-signs": 40, "condition": 20, "encounter": 10}
BAD = {"vital-signs": 1, "condition": 2, "encounter": 4}
"""97.5 %, 90 % and 60 % are good, of many, of fewer and of few."""
WEAK = "encounter"
DAYS = 20


@pytest.fixture(scope="module")
def table(clinics):
    """The scores of one month, by deed."""
    first, deeds = clinics.next_month(), (honest, withheld, hand_made, fixed, resent)
    done = [(_case(clinics, first), deed) for deed in deeds]
    period = passed(clinics, first, done, VOLUMES)
    return {deed.__name__: clinics.score(period, case.sender.name) for case, deed in done}


def test_to_mend_the_weak_data_set_pays_and_nothing_else_does(table):
    assert table["withheld"] < table["hand_made"] < table["honest"] < table["fixed"]


def test_to_send_the_good_data_set_again_and_again_pays_nothing(table):
    assert table["resent"] == table["honest"]


def withheld(case: Case) -> Steps:
    """The weak data set does not come."""
    return sending(case, [each for each in case.made if each.data_set != WEAK])


def hand_made(case: Case) -> Steps:
    """One record of it comes, which is good."""
    (one, *_) = [each.mended for each in case.made if each.data_set == WEAK]
    return [*withheld(case), *sending(case, [one])]


def fixed(case: Case) -> Steps:
    """It is mended."""
    return sending(case, [each.mended if each.data_set == WEAK else each for each in case.made])


def resent(case: Case) -> Steps:
    """The largest data set comes thrice more."""
    again = [each for each in case.made if each.data_set == "vital-signs"]
    return [*honest(case), *sending(case, again), *sending(case, again, 2), *sending(case, again, 5)]


def _case(clinics: Ground, first) -> Case:
    sender, made = clinics.newcomer(WARD), list[Made]()
    for data_set, count in {"patient": max(VOLUMES.values()), **VOLUMES}.items():
        for number in range(count):
            fault = 0 if number < BAD.get(data_set, 0) else None
            made.append(made_on(sender.name, first, number, number % DAYS, data_set, fault))
    return Case(sender, first, made)
