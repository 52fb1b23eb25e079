from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from fhir_server.operations.fhirpath_items import JSON_VALUE
from fhir_server.operations.operation import OperationLimits

PATIENT = {
    "resourceType": "Patient",
    "id": "1",
    "active": True,
    "name": [{"family": "Wang", "given": ["Wei", "Ming"]}, {"given": ["Xiao"]}],
    "birthDate": "1970",
    "_birthDate": {"id": "b"},
    "contact": [{"gender": "male"}],
    "contained": [{"resourceType": "Group", "id": "g"}],
}


def expression(text: str) -> dict[str, Any]:
    return {"name": "expression", "valueString": text}


def subject(resource: Any = None) -> dict[str, Any]:
    return {"name": "resource", "resource": resource or PATIENT}


def results(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in answer["parameter"] if row["name"] == "result"]


def parts(server: Any, text: str, *more: dict[str, Any]) -> list[dict[str, Any]]:
    (result,) = results(server.post("$fhirpath", expression(text), subject(), *more))
    found: list[dict[str, Any]] = result.get("part", [])
    return found


def test_an_expression_is_evaluated_on_a_stored_resource(server: Any) -> None:
    server.put(PATIENT)
    answer = server.get("Patient/1/$fhirpath", {"expression": "Patient.name.given.first()"})
    assert answer["parameter"][0] == {
        "name": "parameters",
        "part": [
            {"name": "evaluator", "valueString": "Plumbline (R4)"},
            {"name": "expression", "valueString": "Patient.name.given.first()"},
        ],
    }
    assert results(answer) == [{"name": "result", "part": [{"name": "string", "valueString": "Wei"}]}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("birthDate", {"name": "date", "valueDate": "1970", "_valueDate": {"id": "b"}}),
        ("name[1]", {"name": "HumanName", "valueHumanName": {"given": ["Xiao"]}}),
        ("contained", {"name": "Group", "resource": {"resourceType": "Group", "id": "g"}}),
        ("active", {"name": "boolean", "valueBoolean": True}),
        ("name.count()", {"name": "integer", "valueInteger": 2}),
        ("name.exists()", {"name": "boolean", "valueBoolean": True}),
        ("1.50", {"name": "decimal", "valueDecimal": Decimal("1.50")}),
        ("'a' & 'b'", {"name": "string", "valueString": "ab"}),
        ("@2020-01", {"name": "date", "valueDate": "2020-01"}),
        ("@2020-01-02T03:04:05Z", {"name": "dateTime", "valueDateTime": "2020-01-02T03:04:05Z"}),
        ("@T10:00", {"name": "time", "valueString": "10:00"}),
        ("@T10:00:00", {"name": "time", "valueTime": "10:00:00"}),
        ("1 year", {"name": "Quantity", "valueQuantity": {"value": Decimal(1), "unit": "year"}}),
        ("Patient.type()", {"name": "string", "valueString": "FHIR.Patient"}),
        ("now()", {"name": "dateTime", "valueDateTime": "2024-01-01T00:00:01.000Z"}),
    ],
)
def test_items_are_parts_named_by_their_types(server: Any, text: str, expected: Any) -> None:
    (part,) = parts(server, text)
    assert part == expected


def test_quantities_are_in_ucum(server: Any) -> None:
    (part,) = parts(server, "4 'mg'")
    assert part["valueQuantity"] == {
        "value": Decimal(4), "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"
    }  # fmt: skip


def test_an_element_that_no_parameter_can_hold_is_given_as_json(server: Any) -> None:
    (part,) = parts(server, "contact")
    (extension,) = part["extension"]
    assert (part["name"], extension["url"]) == ("Patient.contact", JSON_VALUE)
    assert json.loads(extension["valueString"]) == {"gender": "male"}


def test_there_is_a_result_for_each_context(server: Any) -> None:
    rows = (expression("given.count()"), subject(), {"name": "context", "valueString": "name"})
    found = results(server.post("$fhirpath", *rows))
    assert [(row["valueString"], row["part"][0]["valueInteger"]) for row in found] == [("name[0]", 2), ("name[1]", 1)]


def test_variables_and_traces_are_known(server: Any) -> None:
    given = {"name": "variables", "part": [{"name": "who", "valueString": "Xiao"}, {"name": "p", "resource": PATIENT}]}
    assert parts(server, "name.given.where($this = %who)", given) == [{"name": "string", "valueString": "Xiao"}]
    assert parts(server, "%p.active", given) == [{"name": "boolean", "valueBoolean": True}]
    assert parts(server, "active.trace('it').not()")[1] == {
        "name": "trace", "valueString": "it", "part": [{"name": "boolean", "valueBoolean": True}]
    }  # fmt: skip


def test_nothing_found_is_a_result_without_parts(server: Any) -> None:
    assert parts(server, "address") == []


@pytest.mark.parametrize(
    ("path", "rows", "said", "status"),
    [
        ("$fhirpath", [subject()], "The parameter 'expression' is missing", 400),
        ("$fhirpath", [expression("1")], "The parameter 'resource' is missing", 400),
        ("$fhirpath", [expression("1"), subject({"resourceType": "Nothing"})], "of the type 'Nothing'", 400),
        ("Group/$fhirpath", [expression("1"), subject()], "is a Patient; expected a Group", 400),
        ("Patient/1/$fhirpath", [expression("1"), subject()], "expected one of them", 400),
        ("Patient/9/$fhirpath", [expression("1")], "There is no Patient/9", 404),
        ("$fhirpath", [expression("name."), subject()], "The expression cannot be used", 400),
        ("$fhirpath", [expression("fly()"), subject()], "The expression cannot be used", 400),
        ("$fhirpath", [expression("name + 1"), subject()], "cannot be evaluated", 422),
        ("$fhirpath", [expression("%none"), subject()], "there is no variable %none", 422),
        ("$fhirpath", [expression("1" * 5000), subject()], "has 5000 characters; at most 4000", 422),
        ("$fhirpath", [expression("1"), subject(), {"name": "context", "valueString": "1"}], "gives values", 400),
    ],
)
def test_what_cannot_be_evaluated_is_refused_with_the_reason(
    server: Any, path: str, rows: Any, said: str, status: int
) -> None:
    refusal = server.refused(path, *rows)
    assert said in str(refusal)
    assert refusal.status == status


def test_what_costs_too_much_is_refused(server: Any) -> None:
    costly = "descendants().select(%resource.descendants().select(%resource.descendants().select(%resource)))"
    assert server.refused("$fhirpath", expression(costly), subject()).issues[0]["code"] == "too-costly"
    server.limits = OperationLimits(results=3)
    assert "more than 3 items" in str(server.refused("$fhirpath", expression("descendants()"), subject()))
