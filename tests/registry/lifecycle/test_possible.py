from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.lifecycle.advance import advance
from registry.lifecycle.possible import possible
from registry.lifecycle.standing import standing
from registry.lifecycle.status import public_status
from registry.model.case import Act, Actor
from registry.model.edition import Edition
from registry.model.event import Event
from registry.people.roles import ROLES
from tests.registry.lifecycle.world import AUTHORITY, BOOK, DAY, EVERYBODY, NOW, ROAD, facts, new_case, ready, travel

ENDS = [*ROAD, "start-review", "conclude-review", "propose-abolition", "give-notice-of-abolition", "abolish"]
STATIONS = [travel(ENDS[:at]) for at in range(1, len(ENDS) + 1)]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(STATIONS),
    st.sampled_from([*ENDS, "repeat-comment", "keep"]),
    st.sets(st.sampled_from(sorted(ROLES))),
    st.integers(0, 100),
    st.booleans(),
)
def test_an_action_with_nothing_missing_never_fails_and_one_with_something_missing_always_does(
    station, as_for, roles, days, is_bare
):
    case, now = station
    now += days * DAY
    prepared = case if is_bare else replace(ready(case, as_for, now), facts=facts(as_for, now))
    actor = Actor("somebody", frozenset(roles | {"A"}))
    for each in possible(prepared, actor, now, BOOK):
        outcome = advance(prepared, Act(each.action, "reason"), actor, now, BOOK)
        assert isinstance(outcome, Event) == (not each.missing), each
        overridden = advance(prepared, Act(each.action, "reason", override=True), actor, now, BOOK)
        assert isinstance(overridden, Event) == each.can_override


def test_what_is_possible_tells_what_is_missing_and_who_may():
    case, now = travel(["propose"])
    found = {each.action: each for each in possible(case, Actor(), now, BOOK)}
    assert set(found) >= {"take-up", "withdraw"}
    assert found["take-up"].roles == ("S",)
    assert "needs the role S (secretariat of the committee)" in found["take-up"].missing[0].en


def test_nothing_leads_out_of_an_end():
    case, now = travel(["propose", "withdraw"])
    assert [each for each in possible(case, EVERYBODY, now, BOOK) if each.machine == "text"] == []


def test_an_authority_sees_what_could_be_overridden():
    case, now = travel(["propose"])
    found = {each.action: each.can_override for each in possible(case, AUTHORITY, now, BOOK)}
    assert found["take-up"]


def test_standing_tells_who_holds_it_until_when_and_which_documents_it_waits_for():
    case, now = travel(["propose", "take-up"])
    found = standing(replace(case, documents=()), now + 31 * DAY, BOOK)
    assert (found.state, found.name.zh, found.holders, found.is_overdue) == ("00.20", "建议评议", ("S",), True)
    assert (found.since, found.deadline) == (now, now + 30 * DAY)
    (wanted,) = found.documents
    assert (wanted.kind, wanted.filed) == ("triage-opinion", "")
    assert wanted.actions == ("accept", "return-proposal", "reject-proposal")
    filed = standing(ready(case, "accept", now), now, BOOK)
    assert filed.documents[0].filed.startswith("triage-opinion")


def test_the_deadline_of_drafting_is_that_of_the_project_plus_the_extension():
    case, now = travel(ROAD[: ROAD.index("start-package")], new_case(deadline=NOW + 300 * DAY))
    assert standing(case, now, BOOK).deadline == NOW + 300 * DAY
    case, now = travel(["extend"], case, now)
    assert standing(case, now, BOOK).deadline == NOW + 480 * DAY


def test_what_is_in_force_waits_for_its_review():
    case, now = travel(ROAD)
    assert standing(case, now, BOOK).deadline == now + 1825 * DAY


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ({}, "drafting"),
        ({"published": date(2026, 3, 2), "in_force": date(2026, 9, 1)}, "drafting"),
        ({"published": date(2026, 3, 1), "in_force": date(2026, 9, 1)}, "upcoming"),
        ({"published": date(2026, 1, 1), "in_force": date(2026, 3, 1)}, "in-force"),
        ({"published": date(2020, 1, 1), "in_force": date(2020, 3, 1), "ends": date(2026, 3, 2)}, "ending"),
        ({"published": date(2020, 1, 1), "in_force": date(2020, 3, 1), "ends": date(2026, 3, 1)}, "abolished"),
        (
            {
                "published": date(2020, 1, 1),
                "in_force": date(2020, 3, 1),
                "ends": date(2026, 3, 1),
                "replaced_by": "s/f",
            },
            "superseded",
        ),
    ],
)
def test_the_public_status_follows_from_the_dates(dates, status):
    assert public_status(Edition("e", "s", "p", NOW, **dates), date(2026, 3, 1)) == status


def test_a_project_that_ended_before_publication_is_told_as_abandoned():
    assert public_status(Edition("e", "s", "p", NOW), date(2026, 3, 1), is_abandoned=True) == "abandoned"
