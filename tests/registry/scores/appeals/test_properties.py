"""What holds whatever the numbers, the days and the order of steps are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.people.caller import Caller
from registry.people.grants import Grant
from registry.people.person import Person
from registry.people.scope import Scope
from registry.refusal import Refused
from registry.scores.appeals.advancing import Wanted, advance
from registry.scores.appeals.case import Appeal, Order
from registry.scores.appeals.deadlines import after_working_days, late
from registry.scores.appeals.errata import Erratum, struck
from registry.scores.appeals.lifecycle import APPEAL, OPEN, ORDER, STATES
from registry.scores.appeals.tasks import task_of
from registry.scores.appeals.traffic import Shown, is_enough, told
from registry.sentence import Sentence

SMALL = settings(max_examples=50, deadline=None)
NOW, DAY = datetime(2023, 11, 5, 2, tzinfo=UTC), date(2023, 10, 1)
CASE = Appeal("a", "east", "East", "", "2023-10-1", "2023-10", "r", "mapping", "t", (), NOW, "p", DAY, DAY)
ERRATUM = Erratum("E-2023-001", "a", "strike", DAY, DAY, NOW, "m", "why", ("r",))
days = st.dates(DAY, DAY + timedelta(days=20))


def caller(organisation: str, role: str) -> Caller:
    person = Person("p", "p", "P", NOW, organisation, "active")
    return Caller("", NOW, person, (Grant("g", "p", role, Scope.everything(), NOW, "", NOW),))


@SMALL
@given(st.dates(DAY, date(2024, 12, 31)), st.integers(1, 12))
def test_so_many_days_from_monday_through_friday_lie_between(day, count):
    end = after_working_days(day, count)
    between = [day + timedelta(days=at) for at in range(1, (end - day).days + 1)]
    assert sum(each.weekday() < 5 for each in between) == count
    assert end.weekday() < 5


@SMALL
@given(days, days)
def test_it_is_late_from_the_day_after_on(due, today):
    assert bool(late(Sentence("this", "此事"), due, today)) == (today > due)


@SMALL
@given(st.lists(st.tuples(days, days, st.sets(st.sampled_from("rst"))), max_size=4), days, st.sampled_from("rst"))
def test_a_rule_is_struck_on_a_day_if_any_erratum_names_both(spans, day, rule):
    known = [replace(ERRATUM, first=first, last=last, rules=tuple(sorted(rules))) for first, last, rules in spans]
    assert struck(known, rule, day) == any(rule in rules and first <= day <= last for first, last, rules in spans)


@SMALL
@given(days, st.sampled_from(["rebuild", "declaration", "volume"]))
def test_other_errata_strike_nothing(day, effect):
    assert not struck([replace(ERRATUM, effect=effect, last=date.max)], "r", day)


@SMALL
@given(st.integers(0, 80), st.integers(0, 80), st.integers(1, 60), st.integers(1, 100))
def test_an_order_closes_on_enough_records_and_an_exact_share(passed, failed, records, share):
    judged = passed + failed
    order = Order("o", "east", "East", "", "r", "major", "t", NOW, "m", DAY, records, share, DAY)
    expected = judged >= records and Fraction(passed, judged) >= Fraction(share, 100)
    assert is_enough(order, Shown(judged, passed)) == expected
    assert f"{judged} records judged" in told(order, Shown(judged, passed)).en


def test_a_share_is_never_told_as_more_than_it_is():
    order = Order("o", "east", "East", "", "r", "major", "t", NOW, "m", DAY, 30, 95, DAY)
    assert "(94.9 %)" in told(order, Shown(100_000, 94_999)).en


@SMALL
@given(st.lists(st.tuples(st.sampled_from([each.action for each in APPEAL.steps]), st.booleans()), max_size=8))
def test_wherever_a_case_goes_its_events_tell_the_way_and_an_end_is_an_end(tried):
    case, past, kinds = CASE, [], set()
    for action, of_institution in tried:
        who = caller("east", "A") if of_institution else caller("office", "E")
        try:
            event = advance(case, APPEAL.step(action), who, Wanted("why"), past)
        except Refused as refused:
            kinds.add(refused.kind)
            continue
        assert case.state in ("", *OPEN)
        assert (event.source, event.number) == (case.state, case.number + 1)
        past.append(event)
        case = replace(case, state=event.target, number=event.number, outcome=APPEAL.step(action).outcome)
    assert kinds <= {"forbidden", "conflict"}
    assert case.state == (past[-1].target if past else "")
    assert bool(case.outcome) == (case.state in ("completed", "rejected", "cancelled"))
    assert not past or task_of(case, past)["status"] == case.state


@pytest.mark.parametrize("lifecycle", [APPEAL, ORDER], ids=lambda each: each.code)
def test_every_state_of_the_table_is_known_reached_and_left_or_an_end(lifecycle):
    states, reached = {""}, {""}
    for step in lifecycle.steps:
        states |= {*step.sources, step.target}
    for _ in lifecycle.steps:
        reached |= {step.target for step in lifecycle.steps if reached & set(step.sources)}
    assert states == reached <= set(STATES)
    left = {source for step in lifecycle.steps for source in step.sources}
    assert states - left <= {"completed", "rejected", "cancelled"}
