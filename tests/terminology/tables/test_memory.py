"""A table over a CodeSystem resource."""

from typing import Any

import pytest

from fhir_kernel.resource import Resource
from terminology.tables.memory import MemoryTable

STANDARD = "http://hl7.org/fhir/concept-properties#"


def table(*concepts: Resource, **header: Any) -> MemoryTable:
    return MemoryTable.of({"resourceType": "CodeSystem", **header, "concept": list(concepts)})


def having(**properties: Any) -> list[Resource]:
    return [{"code": code, **value} for code, value in properties.items()]


TRUE = {"valueBoolean": True}


def test_concepts_are_numbered_parents_first() -> None:
    made = table({"code": "a", "concept": [{"code": "b", "concept": [{"code": "c"}]}, {"code": "d"}]}, {"code": "e"})
    assert [made.code(each) for each in range(len(made))] == ["a", "b", "c", "d", "e"]
    assert made.position("d") == 3
    assert made.position("x") is None
    assert list(made.hierarchy.descendants(0)) == [1, 2, 3]
    assert made.concept(0) == {"code": "a"}


def test_of_a_repeated_code_the_first_stands_and_a_concept_without_a_code_is_left_out() -> None:
    made = table({"code": "a", "display": "one"}, {"code": "a", "display": "two"}, {"display": "three"}, {"code": 4})
    assert len(made) == 1
    assert made.display(0) == "one"


def test_a_parent_property_is_the_primary_parent_where_a_concept_is_nested_in_none() -> None:
    made = table(
        {"code": "b", "property": [{"code": "parent", "valueCode": "a"}]},
        {"code": "a", "concept": [{"code": "c", "property": [{"code": "parent", "valueCode": "b"}]}]},
    )
    assert [made.code(each) for each in range(3)] == ["a", "b", "c"]
    assert made.hierarchy.parents(1) == [0]
    assert made.hierarchy.parents(2) == [0, 1]


def test_a_child_property_makes_a_parent_under_whatever_code_it_is_declared() -> None:
    below = {"code": "narrower", "uri": STANDARD + "child"}
    made = table(
        {"code": "a", "property": [{"code": "narrower", "valueCode": "b"}, {"code": "narrower", "valueCode": "?"}]},
        {"code": "b"},
        property=[below],
    )
    assert made.hierarchy.children(0) == [1]


def test_a_parent_that_closes_a_cycle_is_told() -> None:
    made = table(
        {"code": "a", "property": [{"code": "parent", "valueCode": "b"}]},
        {"code": "b", "property": [{"code": "parent", "valueCode": "a"}]},
    )
    assert made.dropped == [("b", "a")]
    assert made.hierarchy.subsumes(0, 1)


@pytest.mark.parametrize("properties", [
    {"inactive": TRUE}, {"status": {"valueCode": "retired"}}, {"status": {"valueCode": "inactive"}},
    {"status": {"valueString": "withdrawn"}}, {"inactive": {"valueCode": "true"}},
])  # fmt: skip
def test_a_concept_is_inactive_by_its_properties(properties: Any) -> None:
    assert list(table({"code": "a"}, {"code": "b", "property": having(**properties)}).inactive) == [1]


@pytest.mark.parametrize("properties", [
    {"inactive": {"valueBoolean": False}}, {"status": {"valueCode": "deprecated"}}, {"deprecated": TRUE},
])  # fmt: skip
def test_a_deprecated_concept_is_still_active(properties: Any) -> None:
    assert not table({"code": "a", "property": having(**properties)}).inactive


def test_a_standards_status_does_not_make_a_concept_inactive() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
    assert not table({"code": "a", "extension": [{"url": url, "valueCode": "withdrawn"}]}).inactive


def test_the_declared_uri_says_which_property_is_meant() -> None:
    concepts = [
        {"code": "a", "property": having(off=TRUE, group=TRUE)},
        {"code": "b", "property": having(inactive=TRUE, notSelectable=TRUE)},
        {"code": "c", "property": having(abstract=TRUE)},
    ]
    declared = [{"code": "off", "uri": STANDARD + "inactive"}, {"code": "group", "uri": STANDARD + "notSelectable"}]
    made = table(*concepts, property=declared)
    assert list(made.inactive) == [0]
    assert list(made.abstract) == [0, 2]
    assert list(table(*concepts).inactive) == [1]
    assert list(table(*concepts).abstract) == [1, 2]


def test_property_values_are_named_as_filters_name_them() -> None:
    coding = {"valueCoding": {"system": "http://s", "version": "1", "code": "x"}}
    made = table(
        {"code": "a", "property": having(flag=TRUE, kind=coding, rank={"valueInteger": 7})},
        {"code": "b", "property": having(flag={"valueBoolean": False}, kind=coding)},
    )
    values = {
        name: {v: list(runs) for v, runs in made.property_values(name).items()} for name in ("flag", "kind", "rank")
    }
    assert values == {"flag": {"false": [1], "true": [0]}, "kind": {"http://s#x": [0, 1]}, "rank": {"7": [0]}}
    assert made.property_values("other") == {}


def test_elements_that_are_not_what_they_should_be_are_passed_over() -> None:
    made = table({"code": "a", "display": 5, "designation": "x", "property": ["x", {"code": [], "valueCode": "y"}]})
    assert made.display(0) is None
    assert not made.search("x")
    assert not made.inactive
    assert len(MemoryTable.of({"resourceType": "CodeSystem", "concept": "none"})) == 0


def test_a_word_is_found_anywhere_in_a_display_or_designation() -> None:
    made = table(
        {"code": "a", "display": "慢性乙型病毒性肝炎", "designation": [{"value": "MXYXBDXGY"}]},
        {"code": "b", "display": "Viral Hepatitis", "designation": [{"value": "ＡＢＣ １"}]},
        {"code": "c"},
    )
    found = {
        text: list(made.search(text)) for text in ("肝炎", "炎", "mxyx", "HEPA vi", "abc", "乙型 viral", "肝 mx", "")
    }
    assert found == {"肝炎": [0], "炎": [0], "mxyx": [0], "HEPA vi": [1], "abc": [1], "乙型 viral": [], "肝 mx": [],
                     "": [0, 1, 2]}  # fmt: skip


def test_the_header_is_the_resource_without_its_concepts() -> None:
    assert table({"code": "a"}, url="http://u").header == {"resourceType": "CodeSystem", "url": "http://u"}
