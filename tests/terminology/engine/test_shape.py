"""What comes with a request may be any JSON; where it is not built as it should be, the answer says so, and where."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from terminology.failures import OperationFailed
from terminology.operation_table import OPERATIONS
from terminology.operations import Call
from tests.terminology.engine.world import (
    EXPAND,
    IN_VALUE_SET,
    LOOKUP,
    code_system,
    concept,
    refusal,
    run,
    service,
    value_set,
    where,
)

Row = dict[str, Any]
SYSTEM, SET = "http://example.org/cs", "http://example.org/vs"
_STANDARD = "http://hl7.org/fhir/StructureDefinition/"
_EXTENSIONS = [{"url": f"{_STANDARD}structuredefinition-standards-status", "valueCode": "draft"}]
_DESIGNATION = {"language": "de", "value": "Eins", "use": {"system": SYSTEM, "code": "x"}, "extension": _EXTENSIONS}
_CODE_SYSTEM = code_system(
    SYSTEM,
    concept("1", concept("2", display="Two", p="a"), display="One", inactive=True)
    | {"designation": [_DESIGNATION], "extension": _EXTENSIONS, "definition": "The first"},
    property=[{"code": "p", "type": "code", "uri": "http://example.org/p"}],
    version="1.0.0",
    language="en",
    extension=_EXTENSIONS,
)
_SUPPLEMENT = code_system(
    f"{SYSTEM}-more", {"code": "1", "designation": [_DESIGNATION]}, content="supplement", supplements=SYSTEM
)
_CONTAINED = value_set("", {"system": SYSTEM}) | {"id": "in"}
_STORED: Row = {"resourceType": "ValueSet", "url": f"{SET}/stored", "status": "active"}
_STORED["expansion"] = {
    "contains": [{"system": SYSTEM, "version": "1.0.0", "code": "1", "designation": [_DESIGNATION]}]
}
_VALUE_SET = value_set(
    SET,
    where(SYSTEM, ("concept", "is-a", "1"), version="1.x.x"),
    {"system": SYSTEM, "concept": [{"code": "2", "display": "Zwei", "designation": [_DESIGNATION]}]},
    {"valueSet": ["#in", f"{SET}/stored"]},
    exclude=[where(SYSTEM, ("p", "=", "b"))],
    inactive=False,
    contained=[_CONTAINED],
    extension=[{"url": f"{_STANDARD}valueset-supplement", "valueCanonical": f"{SYSTEM}-more"}],
)
_RULE = {"name": "system-version", "valueCanonical": f"{SYSTEM}|1.0.0"}
_CODING = {"system": SYSTEM, "version": "1.0.0", "code": "2", "display": "Two"}
_BROUGHT = [{"name": "tx-resource", "resource": each} for each in (_CODE_SYSTEM, _SUPPLEMENT, _STORED)]
_SHARED = [*_BROUGHT, _RULE, {"name": "displayLanguage", "valueCode": "de"}]
_GIVEN: dict[str, list[Row]] = {
    "expand": [
        {"name": "valueSet", "resource": _VALUE_SET},
        *_SHARED,
        {"name": "includeDesignations", "valueBoolean": True},
        {"name": "property", "valueString": "*"},
        {"name": "count", "valueInteger": 5},
        {"name": "filter", "valueString": "w"},
    ],
    "validate-code": [
        {"name": "valueSet", "resource": _VALUE_SET},
        {"name": "codeableConcept", "valueCodeableConcept": {"coding": [_CODING], "text": "two"}},
        *_SHARED,
    ],
    "lookup": [{"name": "coding", "valueCoding": _CODING}, *_SHARED],
    "batch-validate-code": [
        {"name": "url", "valueUri": f"{SET}/stored"},
        {
            "name": "validation",
            "resource": {"resourceType": "Parameters", "parameter": [{"name": "coding", "valueCoding": _CODING}]},
        },
        *_SHARED,
    ],
}
_WRONG: list[Any] = [None, True, 7, "text", [], {}, [None], ["text"], [[]], [{}], {"code": 1}, 1.5]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"compose": []}, "compose is a list; expected an object"),
        ({"compose": {"include": {}}}, "compose.include is an object; expected a list of objects"),
        ({"compose": {"include": [3]}}, "compose.include[0] is 3; expected an object"),
        ({"compose": {"include": [{"system": 3}]}}, "compose.include[0].system is 3; expected a text"),
        ({"compose": {"include": [{"filter": None}]}}, "compose.include[0].filter is null; expected a list of objects"),
        ({"compose": {"include": [{"concept": "a"}]}}, "compose.include[0].concept is 'a'; expected a list of objects"),
        ({"compose": {"include": [{"valueSet": [5]}]}}, "compose.include[0].valueSet[0] is 5; expected a text"),
        ({"compose": {"inactive": "no"}}, "compose.inactive is 'no'; expected true or false"),
        ({"expansion": {"contains": [{"code": True}]}}, "expansion.contains[0].code is true; expected a text"),
    ],
)
def test_the_answer_says_where_what_and_what_was_expected(change: Row, message: str) -> None:
    found = refusal(service(), EXPAND, valueSet={"resourceType": "ValueSet", "url": SET} | change)
    assert found == f"Parameters.parameter[0].resource.{message}"


def test_a_resource_that_came_along_is_checked_too() -> None:
    wrong = code_system(SYSTEM, {"code": "1", "designation": "eins"})
    found = refusal(service(), LOOKUP, code="1", system=SYSTEM, tx_resource=wrong)
    assert found == "Parameters.parameter[2].resource.concept[0].designation is 'eins'; expected a list of objects"


def test_an_installed_resource_is_named_by_its_canonical() -> None:
    asked = service(code_system(SYSTEM, {"code": 1}, version="2"))
    assert refusal(asked, LOOKUP, code="1", system=SYSTEM) == (
        f"CodeSystem {SYSTEM}: CodeSystem.concept[0].code is 1; expected a text"
    )
    asked = service(value_set(SET, {"system": SYSTEM, "filter": {}}))
    assert "ValueSet.compose.include[0].filter is an object" in refusal(asked, EXPAND, url=SET)


def test_a_coding_must_be_one() -> None:
    found = refusal(service(), IN_VALUE_SET, url=SET, coding={"system": SYSTEM, "code": 5})
    assert found == "Parameters.parameter[1].valueCoding.code is 5; expected a text"


def test_a_long_wrong_value_is_cut_in_the_message() -> None:
    found = refusal(service(), EXPAND, valueSet={"resourceType": "ValueSet", "compose": "x" * 5_000})
    assert len(found) < 150


def test_deeply_nested_concepts_are_read_and_listed() -> None:
    row = concept("c3000", display="deepest")
    for index in range(2_999, 0, -1):
        row = {"code": f"c{index}", "concept": [row]}
    asked = service(code_system(SYSTEM, row))
    expansion = run(asked, EXPAND, url=f"{SYSTEM}/vs", count=3_001)["expansion"]
    assert len(expansion["contains"]) == expansion["total"] == 3_000


@settings(max_examples=600, deadline=None)
@given(data=st.data())
def test_no_malformed_input_is_more_than_refused(data: DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(_GIVEN)))
    parameters = copy.deepcopy(_GIVEN[name])
    for _ in range(data.draw(st.integers(1, 2))):
        holder, key = data.draw(st.sampled_from(list(_places(parameters))))
        if data.draw(st.booleans()):
            holder[key] = copy.deepcopy(data.draw(st.sampled_from(_WRONG)))
        elif isinstance(holder, dict):
            holder.pop(key, None)
    rows = tuple(parameters)
    operation = next(each for each in OPERATIONS if each.name == name and each.resource_type != "ConceptMap")
    if name == "validate-code":
        operation = next(each for each in OPERATIONS if each.name == name and each.resource_type == "ValueSet")
    with suppress(OperationFailed):
        assert service().run(operation, Call(rows))["resourceType"] in ("ValueSet", "Parameters")


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place below, as what holds it and its key or index."""
    rows = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in rows:
        yield node, key
        yield from _places(value)
