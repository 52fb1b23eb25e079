from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from registry.people.caller import Caller
from registry.people.grants import Grant, grant_of, has_role_over, roles_for
from registry.people.refusals import NotLoggedIn
from registry.people.roles import ROLES, missing_role
from registry.people.scope import Scope
from registry.refusal import Refused
from registry.sentence import Sentence
from tests.registry.people.world import START

PUBLICATION = Sentence("publication", "公布")
DIVISIONS = some.sampled_from(["", "31", "310000", "310100", "310115", "32", "320100", "110000", "1101"])
SCOPES = some.one_of(
    some.just(Scope.everything()),
    some.builds(Scope, some.just("jurisdiction"), DIVISIONS),
    some.builds(Scope, some.sampled_from(["committee", "group"]), some.sampled_from(["a", "b"])),
)
MINUTES = some.integers(-5, 5).map(lambda number: START + timedelta(minutes=number))
GRANTS = some.builds(
    Grant,
    id=some.just("g"),
    person=some.just("p"),
    role=some.sampled_from([each for each in ROLES if each != "A"]),
    scope=SCOPES,
    begins=MINUTES,
    granted_by=some.just("q"),
    granted=some.just(START),
    until=some.none() | MINUTES,
    ended=some.none() | MINUTES,
    ended_by=some.just(""),
)
PLACES = some.fixed_dictionaries(
    {},
    optional={
        "committee": some.sampled_from(["a", "b"]),
        "group": some.sampled_from(["a", "b"]),
        "jurisdiction": DIVISIONS,
    },
)


def _grant(role, scope, **more):
    return Grant("g", "p", role, scope, START, "q", START, **more)


def _roles(*grants, **case):
    return roles_for(grants, now=START, **case) - {"A"}


@pytest.mark.parametrize(
    ("held", "case", "reaches"),
    [
        ("310000", "310000", True),
        ("310000", "310115", True),
        ("31", "310115", True),
        ("310100", "310115", True),
        ("310115", "310000", False),
        ("310000", "320100", False),
        ("", "", True),
        ("", "310000", False),
        ("310000", "", False),
    ],
)
def test_a_province_reaches_over_its_cities_and_the_nation_is_a_place_of_its_own(held, case, reaches):
    assert _roles(_grant("N", Scope("jurisdiction", held)), jurisdiction=case) == ({"N"} if reaches else set())


def test_a_role_holds_in_its_committee_and_group_alone():
    committee, group = _grant("S", Scope("committee", "tc-1")), _grant("LU", Scope("group", "tc-1"))
    assert _roles(committee, group, committee="tc-1", group="g-1") == {"S"}
    assert _roles(committee, group, committee="tc-2", group="tc-1") == {"LU"}
    assert _roles(committee, group, jurisdiction="") == set()


def test_everything_reaches_over_every_case_even_one_without_any_place():
    everywhere = _grant("authority", Scope.everything())
    assert _roles(everywhere) == _roles(everywhere, jurisdiction="310000") == {"authority"}


def test_everybody_has_the_role_of_anyone():
    assert roles_for((), now=START) == {"A"}


@given(some.lists(GRANTS, max_size=6), PLACES)
def test_a_role_is_held_where_a_grant_in_force_reaches_and_nowhere_else(grants, case):
    places = [Scope(kind, code) for kind, code in case.items()]
    expected = {
        each.role
        for each in grants
        if each.begins <= START
        and (each.until is None or each.until > START)
        and (each.ended is None or each.ended > START)
        and (each.scope.kind == "everything" or any(each.scope.covers(place) for place in places))
    }
    assert roles_for(grants, now=START, **case) == expected | {"A"}


@given(some.lists(GRANTS, max_size=4), SCOPES, SCOPES)
def test_who_has_a_role_over_a_scope_has_it_over_all_that_it_covers(grants, outer, inner):
    for role in ROLES:
        if outer.covers(inner) and has_role_over(grants, role, outer, START):
            assert has_role_over(grants, role, inner, START)


@given(SCOPES, SCOPES, SCOPES)
def test_scopes_cover_themselves_and_what_those_cover_that_they_cover(one, two, three):
    assert one.covers(one)
    if one.covers(two) and two.covers(three):
        assert one.covers(three)


@given(GRANTS)
def test_a_grant_is_kept_as_it_was_given(grant):
    assert grant_of(grant.document()) == grant or grant.ended is None


def test_a_refusal_names_the_role_and_its_place():
    said = missing_role(PUBLICATION, ["N"], jurisdiction="310000")
    assert said.en == "publication needs the role N (publication officer) for jurisdiction 310000"
    assert said.zh == "公布需要角色N（发布人员，范围：行政区划 310000）"


def test_a_refusal_names_each_role_that_would_do():
    said = missing_role(PUBLICATION, ["S", "M"], committee="tc-1", jurisdiction="").en
    expected = "S (secretariat of the committee) for committee tc-1, M (business department) for national standards"
    assert said == f"publication needs one of the roles {expected}"


def test_a_caller_is_asked_for_a_role_and_says_which_one_it_acts_in():
    grants = (_grant("N", Scope("jurisdiction", "310000")),)
    person = object()
    caller = Caller("198.51.100.7", START, person, grants)  # type: ignore[arg-type]
    assert caller.require(PUBLICATION, "M", "N", jurisdiction="310100") == "N"
    with pytest.raises(Refused, match="for jurisdiction 320000") as refused:
        caller.require(PUBLICATION, "N", jurisdiction="320000")
    assert refused.value.kind == "forbidden"
    with pytest.raises(NotLoggedIn, match="publication needs the role N"):
        Caller("198.51.100.7", START).require(PUBLICATION, "N", jurisdiction="")
    assert Caller("198.51.100.7", START).require(PUBLICATION, "A") == "A"
