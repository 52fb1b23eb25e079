from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.identity.permissions import access, permission
from fhir_server.identity.scopes import (
    EVERYTHING,
    LETTERS,
    Scope,
    granted,
    parse_scope,
    parse_scopes,
    scope_text,
    shortest,
)

TYPES = ("Patient", "Observation", "Encounter")
CRITERIA = (("category", "laboratory"), ("code", "http://loinc.org|1-8"), ("status", "a b&c"))
PLAIN = st.builds(
    Scope, st.sampled_from(("*", *TYPES)), st.frozensets(st.sampled_from(LETTERS), min_size=1), st.just(())
)
SCOPES = st.builds(
    Scope,
    st.sampled_from(("*", *TYPES)),
    st.frozensets(st.sampled_from(LETTERS), min_size=1),
    st.lists(st.sampled_from(CRITERIA), unique=True, max_size=2).map(tuple),
)


@given(SCOPES)
def test_a_scope_is_read_as_it_is_written(scope):
    assert parse_scope(str(scope)) == scope


@given(st.text(max_size=40))
def test_any_other_text_is_no_scope_and_no_failure(text):
    found = parse_scope(text)
    assert found is None or parse_scope(str(found)) == found


@given(st.permutations(LETTERS), st.integers(1, 5))
def test_permissions_out_of_order_mean_nothing(letters, count):
    text = "".join(letters[:count])
    assert (parse_scope(f"system/Patient.{text}") is not None) == (text == "".join(sorted(text, key=LETTERS.index)))


@pytest.mark.parametrize(
    "text",
    [
        "patient/Patient.rs",
        "user/*.cruds",
        "system/patient.r",
        "system/Patient.",
        "system/Patient",
        "system/Patient.dus",
        "system/Patient.rr",
        "system/Patient.r?",
        "system/Patient.r?code",
        "system/Patient.r?code=",
        "system/Patient.r system/Patient.s",
        "openid",
        "system/*.*.*",
        "system/患者.r",
    ],
)
def test_what_is_no_system_scope_is_refused(text):
    assert parse_scope(text) is None


@pytest.mark.parametrize(("first", "second"), [("read", "rs"), ("write", "cud"), ("*", "cruds")])
def test_permissions_of_the_first_version_are_understood(first, second):
    assert parse_scope(f"system/Patient.{first}") == parse_scope(f"system/Patient.{second}")


@given(st.lists(PLAIN, max_size=4), st.lists(PLAIN, max_size=4), st.sampled_from(LETTERS), st.sampled_from(TYPES))
def test_what_is_granted_is_what_was_asked_for_and_registered(asked, registered, letter, resource_type):
    both = permission(asked, letter, resource_type).is_full and permission(registered, letter, resource_type).is_full
    assert permission(granted(asked, registered), letter, resource_type).is_full == both


@given(st.lists(SCOPES, max_size=4), st.lists(SCOPES, max_size=4), st.sampled_from(LETTERS), st.sampled_from(TYPES))
def test_nothing_is_granted_beyond_either_side(asked, registered, letter, resource_type):
    given_ = permission(granted(asked, registered), letter, resource_type)
    for side in (asked, registered):
        own = permission(side, letter, resource_type)
        assert own.is_allowed or not given_.is_allowed
        assert own.is_full or not given_.is_full
        if own.alternatives:
            assert all(any(set(one) <= set(each) for one in own.alternatives) for each in given_.alternatives)


@given(st.lists(PLAIN, max_size=5), st.sampled_from(LETTERS), st.sampled_from((*TYPES, "*")))
def test_the_shortest_form_allows_the_same(scopes, letter, resource_type):
    short = shortest(scopes)
    assert permission(short, letter, resource_type) == permission(scopes, letter, resource_type)
    assert parse_scopes(scope_text(short))[0] == short


INTERACTIONS = {
    "c": ["create"],
    "r": ["read", "vread", "history-instance"],
    "u": ["update", "patch"],
    "d": ["delete"],
    "s": ["search-type", "history-type", "search-compartment"],
}


@given(st.frozensets(st.sampled_from(LETTERS)))
def test_each_interaction_needs_its_letter_on_its_type(letters):
    scopes = (Scope("Patient", letters),)
    for letter, interactions in INTERACTIONS.items():
        for each in interactions:
            assert access(scopes, each, "Patient").is_full == (letter in letters)
            assert not access(scopes, each, "Observation").is_allowed
            assert access((Scope("*", letters),), each, "Observation").is_full == (letter in letters)


def test_a_search_of_all_types_needs_search_on_all_types():
    assert not access((Scope("Patient", frozenset("s")),), "search-system").is_allowed
    assert access((Scope("*", frozenset("s")),), "search-system").is_full
    assert access((Scope("*", frozenset("s")),), "history-system").is_full


def test_bundles_need_nothing_themselves_and_the_capabilities_never():
    assert all(access((), each).is_full for each in ("batch", "transaction", "capabilities"))


def test_an_interaction_that_nobody_knows_is_not_allowed():
    assert not access((EVERYTHING,), "telepathy", "Patient").is_allowed


@pytest.mark.parametrize(
    ("scope", "operation", "resource_type", "allowed"),
    [
        ("system/Patient.r", "everything", "Patient", False),
        ("system/*.rs", "everything", "Patient", True),
        ("system/Observation.c", "validate", "Observation", True),
        ("system/Observation.c", "validate", "Patient", False),
        ("system/Patient.r", "meta", "Patient", True),
        ("system/Patient.r", "meta-add", "Patient", False),
        ("system/Patient.u", "meta-add", "Patient", True),
        ("system/ValueSet.r", "expand", "ValueSet", True),
        ("system/ValueSet.s", "expand", "ValueSet", False),
        ("system/Patient.s", "versions", None, True),
        ("system/Patient.rs", "meta", None, False),
        ("system/Patient.r?gender=male", "meta", "Patient", False),
    ],
)
def test_operations_need_what_their_table_says(scope, operation, resource_type, allowed):
    scopes, _ = parse_scopes(scope)
    assert access(scopes, "operation", resource_type, operation).is_allowed == allowed


def test_criteria_allow_some_and_a_scope_without_them_all():
    scopes, _ = parse_scopes("system/Observation.rs?category=laboratory system/Observation.r?status=final")
    found = access(scopes, "read", "Observation")
    assert found.is_allowed
    assert not found.is_full
    assert found.alternatives == ((("category", "laboratory"),), (("status", "final"),))
    assert access((*scopes, EVERYTHING), "read", "Observation").is_full
