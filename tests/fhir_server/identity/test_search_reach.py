from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fhir_kernel.store.criteria import All, Chain, Has, Match, Not, OfTypes, Query, Some, TokenTest
from fhir_server.identity.narrowing import Narrowing
from fhir_server.identity.scopes import parse_scopes
from fhir_server.identity.search_reach import within_reach
from fhir_server.outcomes import RequestRefused
from fhir_server.search.index import Backlog
from tests.fhir_server.records_world import search_index

CODE = Match("code", (TokenTest(None, "1"),))
MALE = Match("gender", (TokenTest(None, "male"),))


@pytest.fixture
def caller(service):
    """Makes a caller with scopes."""
    narrowing = Narrowing(search_index(), lambda: datetime(2025, 1, 1, tzinfo=UTC))
    known = replace(service.caller(service.token()), narrowing=narrowing)
    return lambda scopes: replace(known, scopes=parse_scopes(scopes)[0])


NESTED = Has("Provenance", "target", Chain("agent", ("Practitioner", "Organization"), CODE))


@pytest.mark.parametrize(
    "criterion",
    [
        Chain("subject", ("Patient",), CODE),
        Not(Has("Patient", "link", CODE)),
        All((CODE, Not(Some((Has("Provenance", "target", Chain("agent", ("Patient",), CODE)),))))),
        Some((OfTypes(("Observation",), Chain("subject", ("Patient",), CODE)),)),
    ],
)
def test_whoever_may_not_search_a_type_learns_nothing_of_it(caller, criterion):
    query = Query(("Observation",), criterion)
    assert within_reach(None, query) == query
    assert within_reach(caller("system/*.s"), query) == query
    scopes = "system/Observation.s system/Provenance.s system/Patient."
    assert within_reach(caller(scopes + "s"), query) == query
    with pytest.raises(RequestRefused, match=r"expected system/Patient\.s"):
        within_reach(caller(scopes + "r"), query)


def test_every_type_that_a_chain_leads_to_is_looked_at(caller):
    query = Query(("Observation",), NESTED)
    scopes = "system/Observation.s system/Provenance.s system/Practitioner.s"
    with pytest.raises(RequestRefused, match=r"expected system/Organization\.s"):
        within_reach(caller(scopes), query)


def test_criteria_of_scopes_are_added_for_each_type(caller):
    narrowed = caller("system/*.s?_tag=a system/Patient.s?gender=male")
    plain = caller("system/Observation.s system/Group.s system/Patient.s?gender=male")
    chain = Chain("subject", ("Patient", "Group"), CODE)
    found = within_reach(plain, Query(("Observation",), Not(chain))).criterion
    expected = (Chain("subject", ("Patient",), All((CODE, MALE))), Chain("subject", ("Group",), CODE))
    assert found == Not(Some(expected))
    tagged = Match("_tag", (TokenTest(None, "a"),))
    assert within_reach(narrowed, Query(("Observation",))).criterion == tagged
    assert within_reach(narrowed, Query(("Patient",), CODE)).criterion == All((CODE, Some((tagged, MALE))))


def test_a_search_of_several_types_needs_them_as_a_whole(caller):
    query = Query(("Observation", "Patient"))
    assert within_reach(caller("system/Observation.s system/Patient.s"), query) == query
    with pytest.raises(RequestRefused, match="criteria"):
        within_reach(caller("system/Observation.s system/Patient.s?gender=male"), query)


def test_criteria_by_what_is_still_being_indexed_allow_nothing_until_it_is(caller):
    index = search_index().trial({})
    narrowed = replace(
        caller("system/Patient.rs?gender=male"), narrowing=Narrowing(index, lambda: datetime(2025, 1, 1, tzinfo=UTC))
    )
    query = Query(("Observation",), Chain("subject", ("Patient",), CODE))
    index.backlog = {"Patient": {"gender": Backlog(1, 9)}}
    for asked in (Query(("Patient",)), query):
        with pytest.raises(RequestRefused, match="by 'gender' yet: it is being indexed, 1 of 9 done") as refused:
            within_reach(narrowed, asked)
        assert refused.value.status == 503
    index.backlog = {}
    assert within_reach(narrowed, Query(("Patient",))).criterion == MALE
