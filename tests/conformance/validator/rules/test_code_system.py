"""Rules of a CodeSystem by itself."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules import code_system
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, errors, issues_of, told

URL, ALL = f"{HOME}/cs/colours", f"{HOME}/vs/colours"
HL7 = "http://hl7.org/fhir/concept-properties#"
RED: Resource = {"code": "red", "display": "Red"}


def system(*concepts: Resource, **more: Any) -> Resource:
    kept = {"resourceType": "CodeSystem", "url": URL, "content": "complete", "caseSensitive": True}
    return {**kept, **({"concept": list(concepts)} if concepts else {}), **more}


def check(resource: Resource, *definitions: Resource) -> list[Issue]:
    return issues_of(code_system.RULES, resource, *definitions)


def test_a_plain_code_system_has_no_issues() -> None:
    assert check(system(RED, {"code": "green", "concept": [{"code": "lime"}]}, hierarchyMeaning="is-a", count=3)) == []


def test_codes_are_unique_at_every_level() -> None:
    assert errors(check(system(RED, {"code": "x", "concept": [RED]}, hierarchyMeaning="is-a"))) == [
        "code-twice @ CodeSystem.concept[1].concept[0]"
    ]


@pytest.mark.parametrize(
    ("content", "count", "problem"),
    [("complete", 1, None), ("complete", 2, "count-differs"), ("fragment", 2, None), ("fragment", 1, "count-of-part")],
)
def test_the_count_fits_the_content(content: str, count: int, problem: str | None) -> None:
    issues = check(system(RED, content=content, count=count))
    assert told(issues) == ([f"{problem} @ CodeSystem.count"] if problem else [])
    assert bool(errors(issues)) is (problem == "count-differs")


def test_content_says_whether_there_are_concepts() -> None:
    assert errors(check(system(RED, content="not-present"))) == ["concepts-not-present @ CodeSystem.concept[0]"]
    issues = check(system())
    assert told(issues) == ["complete-and-empty @ CodeSystem"]
    assert errors(issues) == []


def test_what_is_not_stated_is_a_note_and_for_hl7_a_warning() -> None:
    for url, severity in ((URL, "information"), ("http://hl7.org/fhir/x", "warning")):
        resource = system({**RED, "definition": "x"}, url=url)
        del resource["caseSensitive"]
        (issue,) = check(resource)
        assert (issue.id, issue.severity) == ("code-system.element-missing", severity)


def test_a_supplement_says_so_and_leaves_case_to_its_base() -> None:
    base = system(RED, url=f"{HOME}/cs/base", hierarchyMeaning="is-a")
    made = system(RED, supplements=base["url"], hierarchyMeaning="part-of")
    assert errors(check(made, base)) == [
        "supplement-content @ CodeSystem.content",
        "supplement-case-sensitive @ CodeSystem.caseSensitive",
        "supplement-hierarchy @ CodeSystem",
    ]
    assert errors(check(system(RED, content="supplement"))) == ["nothing-supplemented @ CodeSystem.content"]


def test_a_supplement_adds_to_codes_that_exist() -> None:
    base = system(RED, url=f"{HOME}/cs/base")
    made = {"resourceType": "CodeSystem", "url": URL, "content": "supplement", "supplements": base["url"]}
    made["concept"] = [RED, {"code": "mauve"}]
    assert errors(check(made, base)) == ["supplement-unknown-code @ CodeSystem.concept[1]"]
    assert told(check(made)) == ["supplement-not-checked @ CodeSystem.concept[0]"]


def value_set(*includes: Resource, **more: Any) -> Resource:
    return {"resourceType": "ValueSet", "url": ALL, "compose": {"include": list(includes)}, **more}


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        (value_set({"system": URL}), None),
        (value_set({"system": URL}, {"system": "urn:x"}), "value-set-composed"),
        (value_set({"system": "urn:x"}), "value-set-system"),
        (value_set({"system": URL, "concept": [RED]}), "value-set-selective"),
        (value_set({"system": URL}, expansion={"contains": [RED, RED]}), "value-set-expansion"),
    ],
)
def test_the_value_set_of_all_codes_includes_just_this_system(definition: Resource, problem: str | None) -> None:
    expected = [f"{problem} @ CodeSystem"] if problem else []
    assert errors(check(system(RED, valueSet=ALL), definition)) == expected


def test_a_value_set_of_all_codes_belongs_to_a_complete_system() -> None:
    issues = check(system(RED, content="fragment", valueSet=ALL))
    assert told(issues) == ["value-set-of-part @ CodeSystem"]
    assert errors(issues) == []


def declared(*properties: Resource) -> list[Issue]:
    return check(system(RED, property=list(properties)))


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        ({"code": "inactive", "uri": HL7 + "inactive", "type": "boolean"}, None),
        ({"code": "dead", "uri": HL7 + "inactive", "type": "boolean"}, None),
        ({"code": "status", "uri": HL7 + "inactive", "type": "boolean"}, "property-code-of-another"),
        ({"code": "inactive", "uri": HL7 + "inactive", "type": "code"}, "property-uri-type"),
        ({"code": "x", "uri": HL7 + "colour", "type": "code"}, "property-uri-unknown"),
        ({"code": "x", "uri": "colour", "type": "code"}, "property-uri-relative"),
        ({"code": "x", "uri": URL + "#x", "type": "code"}, None),
    ],
)
def test_a_declaration_means_what_hl7_defines(declaration: Resource, problem: str | None) -> None:
    assert errors(declared(declaration)) == ([f"{problem} @ CodeSystem.property[0]"] if problem else [])


def test_a_property_is_declared_once_by_code_and_by_uri() -> None:
    one = {"code": "x", "uri": URL + "#x", "type": "code"}
    assert errors(declared(one, {**one, "code": "y"}, {**one, "uri": URL + "#z"})) == [
        "property-uri-twice @ CodeSystem.property[1]",
        "property-code-twice @ CodeSystem.property[2]",
    ]


def test_a_property_without_uri_has_no_meaning() -> None:
    issues = declared({"code": "x", "type": "string"}, {"code": "synonym", "type": "decimal"})
    assert errors(issues) == []
    assert told(issues) == [
        "property-without-uri @ CodeSystem.property[0]",
        "property-known-without-uri @ CodeSystem.property[1]",
        "property-code-type @ CodeSystem.property[1]",
    ]


def valued(declaration: Resource, value: Resource, *definitions: Resource) -> list[str]:
    uri = {"uri": URL + "#p"}
    concept = {**RED, "property": [{"code": "p", **value}]}
    found = check(system(concept, {"code": "green"}, property=[{"code": "p", **uri, **declaration}]), *definitions)
    return [f"{each.severity} {each.id.partition('.')[2]}" for each in found]


def test_a_value_has_the_declared_type() -> None:
    assert valued({"type": "integer"}, {"valueInteger": 1}) == []
    assert valued({"type": "integer"}, {"valueString": "1"}) == ["error property-type"]
    assert valued({"code": "other", "type": "integer"}, {"valueInteger": 1}) == ["warning property-undeclared"]


def test_a_code_value_is_a_code_of_the_system_or_of_the_named_value_set() -> None:
    assert valued({"type": "code"}, {"valueCode": "green"}) == []
    assert valued({"type": "code"}, {"valueCode": "mauve"}) == ["warning property-unknown-code"]
    assert valued({"type": "code", "uri": HL7 + "parent"}, {"valueCode": "mauve"}) == ["error property-unknown-code"]
    assert valued({"type": "code", "uri": HL7 + "status"}, {"valueCode": "retired"}) == []
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/codesystem-property-valueset", "valueCanonical": ALL}
    values = value_set({"system": "urn:x", "concept": [{"code": "pale"}]})
    assert valued({"type": "code", "extension": [extension]}, {"valueCode": "pale"}, values) == []
    assert valued({"type": "code", "extension": [extension]}, {"valueCode": "mauve"}, values) == [
        "error property-not-in-value-set"
    ]


def test_a_designation_of_no_use_does_not_contradict_the_display() -> None:
    designations = [
        {"value": "Red"},
        {"value": "Scarlet"},
        {"value": "Rot", "language": "de"},
        {"value": "Crimson", "use": {"code": "x"}},
    ]
    issues = check(system({**RED, "designation": designations}))
    assert told(issues) == ["designation-clash @ CodeSystem.concept[0].designation[1]"]


def test_concepts_of_hl7_are_described_and_the_first_that_is_not_is_named() -> None:
    issues = check(system(RED, {"code": "green"}, url="http://hl7.org/fhir/colours"))
    assert errors(issues) == []
    assert told(issues) == [
        "concept-undescribed @ CodeSystem.concept[1]",
        "concept-undescribed @ CodeSystem.concept[0]",
    ]


@pytest.mark.parametrize("broken", [None, 1, "x", [], {}, [1, {"property": [{"code": "p", "valueCode": 1}]}]])
def test_malformed_parts_are_passed_over(broken: Any) -> None:
    check(system(concept=broken, property=broken, supplements="x", valueSet=broken, count=broken))
