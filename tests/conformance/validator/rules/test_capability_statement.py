from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules.capability_statement import check_capability_statement
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.conftest import Run

_NAME = "http://hl7.org/fhir/SearchParameter/individual-family"
_ID = "http://hl7.org/fhir/SearchParameter/Resource-id"
_EVERYTHING = "http://hl7.org/fhir/OperationDefinition/Patient-everything"
_VALIDATE = "http://hl7.org/fhir/OperationDefinition/Resource-validate"
_VITAL_SIGNS = "http://hl7.org/fhir/StructureDefinition/vitalsigns"
_PLACE = "CapabilityStatement.rest[0].resource[0]"


def statement(type_name: str = "Patient", **row: Any) -> Resource:
    return {
        "resourceType": "CapabilityStatement",
        "rest": [{"mode": "server", "resource": [{"type": type_name} | row]}],
    }


def search(name: str, type_name: str, definition: str = _NAME) -> Resource:
    return {"name": name, "type": type_name, "definition": definition}


def test_a_search_parameter_is_as_its_definition_says(run: Run) -> None:
    good = statement(searchParam=[search("family", "string"), search("_id", "token", _ID)])
    assert run(check_capability_statement, good) == []


def test_the_type_of_a_search_parameter_is_that_of_its_definition(run: Run) -> None:
    found = run(
        check_capability_statement, statement(searchParam=[search("family", "string"), search("family", "date")])
    )
    assert found == [("capability-statement.search-type", f"{_PLACE}.searchParam[1].type", "error")]


def test_for_parameters_of_all_resources_another_type_is_a_warning(run: Run) -> None:
    everywhere: Resource = {
        "resourceType": "CapabilityStatement",
        "rest": [{"searchParam": [search("_id", "uri", _ID)]}],
    }
    assert run(check_capability_statement, everywhere) == [
        ("capability-statement.search-type", "CapabilityStatement.rest[0].searchParam[0].type", "warning")
    ]


def test_another_name_than_the_code_is_noted(run: Run) -> None:
    assert run(check_capability_statement, statement(searchParam=[search("surname", "string")])) == [
        ("capability-statement.search-name", f"{_PLACE}.searchParam[0].name", "information")
    ]


def test_a_search_parameter_is_defined_for_the_type(run: Run) -> None:
    assert run(check_capability_statement, statement("Group", searchParam=[search("family", "string")])) == [
        ("capability-statement.search-base", f"{_PLACE}.searchParam[0].definition", "warning")
    ]


def test_profiles_are_for_the_type_under_which_they_stand(run: Run) -> None:
    assert run(check_capability_statement, statement("Observation", profile=_VITAL_SIGNS)) == []
    assert run(check_capability_statement, statement(profile=_VITAL_SIGNS, supportedProfile=[_VITAL_SIGNS])) == [
        ("capability-statement.profile-type", f"{_PLACE}.profile", "warning"),
        ("capability-statement.profile-type", f"{_PLACE}.supportedProfile[0]", "warning"),
    ]


def test_operations_are_for_the_type_under_which_they_stand(run: Run) -> None:
    named = [{"name": "everything", "definition": _EVERYTHING}, {"name": "validate", "definition": _VALIDATE}]
    assert run(check_capability_statement, statement(operation=named)) == []
    assert run(check_capability_statement, statement("Group", operation=named)) == [
        ("capability-statement.operation-type", f"{_PLACE}.operation[0].definition", "warning")
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"searchParam": [search("x", "date", "http://example.org/none"), {"name": "y", "type": "date"}]},
        {"profile": "http://example.org/none", "supportedProfile": ["http://example.org/none", 1]},
        {"operation": [{"name": "x", "definition": "http://example.org/none"}]},
        {"searchParam": {}, "operation": [1], "supportedProfile": "x", "profile": 1},
    ],
)
def test_what_is_unknown_or_malformed_is_left_to_other_checks(run: Run, row: dict[str, Any]) -> None:
    assert run(check_capability_statement, statement(**row)) == []
