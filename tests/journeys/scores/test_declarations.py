"""What does not apply is taken out by an approved declaration for class and period, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.journeys.scores.deeds import Case, Steps, honest, made_on, passed
from tests.journeys.scores.ground import CLINIC, HOSPITAL, Ground, after
from tests.journeys.scores.records import SETS, url_of

MONTH, WEEKS = timedelta(days=31), timedelta(days=20)
PATIENTS, THEN = 4, 5
"""How many there are, one on each day; and the day on which something is declared."""


@pytest.fixture(scope="module")
def plain(clinics):
    """A month of which nothing is declared, and the score of somebody whose patients have no date of birth."""
    return month(clinics, lambda first: None)


def test_an_approved_one_for_the_class_and_the_whole_period_takes_the_data_set_out(clinics, plain):
    _, _, before, _ = plain
    _, _, excused, _ = month(clinics, lambda first: approved(clinics, CLINIC, first, after(first)))
    assert excused > before


def test_those_that_expire_or_begin_within_the_period_or_are_of_another_class_change_nothing(clinics, plain):
    def declare(first: date) -> None:
        approved(clinics, CLINIC, first - MONTH, first + WEEKS)
        approved(clinics, CLINIC, first + timedelta(days=1), after(first))
        approved(clinics, HOSPITAL, first, after(first))

    _, _, before, _ = plain
    _, _, score, excused = month(clinics, declare)
    assert (score, excused) == (before, [])


def test_one_that_nobody_approved_or_somebody_too_late_changes_nothing(clinics, plain):
    period, who, before, first = plain[0], plain[1], plain[2], date.fromisoformat(f"{plain[0]}-01")
    id_ = declared(clinics, CLINIC, first, clinics.calendar.today + MONTH)
    assert clinics.score(period, who) == before
    assert clinics.asking.refused("approveDeclaration", {}, "evaluator", id=id_).startswith("403 ")
    clinics.asking.done("approveDeclaration", {"reason": "so it is"}, "business", id=id_)
    assert clinics.score(period, who) == before
    clinics.asking.done("revokeDeclaration", {"reason": "the end of the test"}, "business", id=id_)


def month(clinics: Ground, declare: Callable[[date], None]) -> tuple[str, str, float, list[str]]:
    """Of a month in which something is declared: its name, who was scored, the score, and what was excused."""
    first, sender = clinics.next_month(), clinics.newcomer()
    made = [
        made_on(sender.name, first, number, number, each, 0 if each == "patient" else None)
        for number in range(PATIENTS)
        for each in SETS
    ]

    def deed(case: Case) -> Steps:
        return [*honest(case), (THEN, lambda: declare(first))]

    period = passed(clinics, first, [(Case(sender, first, made), deed)], dict.fromkeys(SETS, PATIENTS))
    snapshot = clinics.asking.done("takeScores", {"period": period}, "evaluator")["snapshot"]["id"]
    account = clinics.asking.done("readScoreAccount", by="evaluator", snapshot=snapshot, id=sender.name)
    assert account["score"] == clinics.score(period, sender.name)
    return period, sender.name, account["score"], account["excused"]


def declared(clinics: Ground, kind: str, begin: date, expires: date) -> str:
    """The id of a declaration by the evaluator that patients do not apply."""
    body = {"class": kind, "target": url_of("patient"), "reason": "no patients", "begin": str(begin)}
    return str(clinics.asking.done("declareNotApplicable", {**body, "expires": str(expires)}, "evaluator")["id"])


def approved(clinics: Ground, kind: str, begin: date, expires: date) -> None:
    """The same, approved by another person."""
    id_ = declared(clinics, kind, begin, expires)
    clinics.asking.done("approveDeclaration", {"reason": "so it is"}, "business", id=id_)
