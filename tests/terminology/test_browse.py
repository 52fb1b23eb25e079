from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.definitions.catalog import open_core
from terminology.browse import SEARCH_PARAMETERS, Criterion, NotSearchable, Shelf, criterion

TEXTS = st.text(alphabet="abAB ,\\|", max_size=4)
SYSTEMS = st.lists(st.fixed_dictionaries({"name": TEXTS, "url": TEXTS, "id": TEXTS}), max_size=6)


def shelf(*resources):
    return Shelf("ValueSet", [{"resourceType": "ValueSet", **each} for each in resources])


def asked(name, value, resource_type="ValueSet"):
    made = criterion(resource_type, name, value)
    assert isinstance(made, Criterion)
    return made


def found(held, *criteria, sort=()):
    return [row.first("name") for row in held.search(criteria, sort)]


def test_search_parameters_are_those_of_fhir():
    catalog = open_core()
    for kind, rows in SEARCH_PARAMETERS.items():
        for row in rows:
            definition = catalog.find(row.definition, "SearchParameter")
            assert definition is not None, row
            assert (definition["code"], definition["type"]) == (row.name, row.type)
            assert kind in definition["base"] or "Resource" in definition["base"]


@pytest.mark.parametrize(
    ("value", "matches"),
    [("a|1", True), ("|1", False), ("1", True), ("a|", True), ("b|1", False), ("2", False), ("a|2", False)],
)
def test_an_identifier_is_found_by_system_value_or_both(value, matches):
    held = shelf({"name": "n", "identifier": [{"system": "a", "value": "1"}]})
    assert bool(found(held, asked("identifier", value))) is matches


def test_commas_separate_alternatives_unless_they_are_escaped():
    held = shelf({"name": "a,b"}, {"name": "b"}, {"name": "c"})
    assert found(held, asked("name:exact", r"a\,b,c")) == ["a,b", "c"]


def test_several_criteria_must_all_be_met():
    held = shelf({"name": "ab", "status": "draft"}, {"name": "ac", "status": "active"})
    assert found(held, asked("name", "a"), asked("status", "draft")) == ["ab"]


def test_order_is_by_several_keys_and_the_last_stays_within_the_first():
    held = shelf(*({"name": name, "status": status} for name, status in ("bx", "ax", "cy", "dx")))
    assert found(held, sort=[("status", True), ("name", False)]) == ["c", "a", "b", "d"]


def test_what_is_not_understood_is_named_with_what_is_near():
    refused = criterion("ValueSet", "nam", "a")
    assert isinstance(refused, NotSearchable)
    assert refused.text.startswith("ValueSet cannot be searched by 'nam'; perhaps name; possible: _id, description")


@given(SYSTEMS, TEXTS)
def test_a_search_by_url_finds_what_going_through_all_would(resources, url):
    held = Shelf("CodeSystem", resources)
    by_url = asked("url", url, "CodeSystem")
    assert sorted(map(id, held.search([by_url]))) == sorted(id(row) for row in held.rows if by_url.accepts(row))


@given(SYSTEMS, TEXTS)
def test_contains_finds_at_least_what_beginning_does(resources, text):
    held = Shelf("CodeSystem", resources)
    begins, holds = (set(map(id, held.search([asked(name, text, "CodeSystem")]))) for name in ("name", "name:contains"))
    assert begins <= holds


@given(SYSTEMS)
def test_every_id_finds_a_row_with_it(resources):
    held = Shelf("CodeSystem", resources)
    assert all(held.with_id(each["id"]).first("_id") == each["id"] for each in resources)
