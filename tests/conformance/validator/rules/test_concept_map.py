"""Rules of a ConceptMap by itself."""

from __future__ import annotations

from typing import Any

from conformance.validator.rules import concept_map
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, errors, issues_of, told

COLOURS, WORDS, WARM = f"{HOME}/cs/colours", f"{HOME}/cs/words", f"{HOME}/vs/warm"


def system(url: str, *codes: str, content: str = "complete") -> Resource:
    kept = {"resourceType": "CodeSystem", "url": url, "content": content, "caseSensitive": True}
    return {**kept, "concept": [{"code": code} for code in codes]}


DEFINITIONS = (
    system(COLOURS, "red", "green"),
    system(WORDS, "rot", "gruen"),
    {
        "resourceType": "ValueSet",
        "url": WARM,
        "compose": {"include": [{"system": COLOURS, "concept": [{"code": "red"}]}]},
    },
)


def mapped(source: str, *targets: str, relation: str = "equivalent") -> Resource:
    return {"code": source, "target": [{"code": code, "equivalence": relation} for code in targets]}


def check(*elements: Resource, group: Resource | None = None, **more: Any) -> list[Issue]:
    rows = {"source": COLOURS, "target": WORDS, "element": list(elements), **(group or {})}
    rows = {name: value for name, value in rows.items() if value is not None}
    return issues_of(concept_map.RULES, {"resourceType": "ConceptMap", "group": [rows], **more}, *DEFINITIONS)


def test_both_codes_exist_in_their_systems() -> None:
    assert check(mapped("red", "rot")) == []
    assert errors(check(mapped("mauve", "lila"))) == [
        "code-unknown @ ConceptMap.group[0].element[0].code",
        "code-unknown @ ConceptMap.group[0].element[0].target[0].code",
    ]


def test_codes_are_in_the_value_set_that_the_map_covers() -> None:
    assert told(check(mapped("red"), mapped("green"), sourceCanonical=WARM)) == [
        "code-not-in-value-set @ ConceptMap.group[0].element[1].code"
    ]
    assert errors(check(sourceCanonical=COLOURS)) == ["not-a-value-set @ ConceptMap.source"]


def test_a_system_that_is_missing_unknown_or_partial_is_a_warning() -> None:
    for group, problem in (
        ({"source": None}, "no-system @ ConceptMap.group[0]"),
        ({"source": f"{HOME}/cs/none"}, "system-unknown @ ConceptMap.group[0].source"),
    ):
        issues = check(mapped("x"), group=group)
        assert told(issues) == [problem]
        assert errors(issues) == []


def test_the_same_mapping_is_there_once_with_one_relation() -> None:
    issues = check(mapped("red", "rot", "rot"), mapped("red", "rot", relation="wider"))
    assert errors(issues) == []
    assert told(issues) == [
        "mapping-twice @ ConceptMap.group[0].element[0].target[1]",
        "mapping-contradicts @ ConceptMap.group[0].element[1].target[0]",
    ]


def test_mappings_that_depend_on_something_are_not_compared() -> None:
    target = {"code": "rot", "equivalence": "equal", "dependsOn": [{"property": "x", "value": "y"}]}
    assert check({"code": "red", "target": [target, target]}) == []
