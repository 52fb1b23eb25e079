from __future__ import annotations

from typing import Any

import pytest

from conformance.enforcement import Enforcement
from conformance.operations import OPERATIONS, Call, sent, validate
from fhir_kernel.issues import to_operation_outcome
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Method
from terminology.failures import OperationFailed
from tests.conformance.judging import BORN, BORN_RULE, NAMED, NOW, PATIENT, WRONG, enforcement, rule
from tests.conformance.validator.world import OBSERVATION, core

JUDGE = enforcement(rule(BORN_RULE, "warn"), types={"Observation": "observe"})
STORED = PATIENT | {"id": "p1"}


def asked(
    resource: Resource | None = None,
    *,
    judge: Enforcement = JUDGE,
    on: str = "Patient",
    at: str | None = None,
    stored: Resource | None = None,
    **values: str,
) -> Resource:
    rows: list[dict[str, Any]] = [{"name": name, "valueString": value} for name, value in values.items()]
    if resource is not None:
        rows.append({"name": "resource", "resource": resource})
    return validate(judge, Call(on, tuple(rows), NOW, at, stored)).outcome


def found(outcome: Resource) -> list[tuple[str, str]]:
    rows = [(row["severity"], row["details"].get("coding", [{}])[0].get("code", "")) for row in outcome["issue"]]
    return [row for row in rows if row[1]]


@pytest.mark.parametrize("resource", [PATIENT, WRONG, OBSERVATION | {"status": "x"}, OBSERVATION | {"foo": 1}])
@pytest.mark.parametrize(("mode", "method"), [("", "POST"), ("create", "POST"), ("update", "PUT")])
def test_the_verdict_is_that_of_a_write(resource: Resource, mode: str, method: Method) -> None:
    kind, resource = resource["resourceType"], resource | {"id": "p1"}
    written = JUDGE.judge(resource, method=method, now=NOW)
    outcome = asked(resource, on=kind, at="p1" if mode == "update" else None, **({"mode": mode} if mode else {}))
    assert outcome == to_operation_outcome(written.issues)
    assert any(row["severity"] in ("error", "fatal") for row in outcome["issue"]) is not written.accepted


def test_a_nominated_profile_is_asked_too() -> None:
    assert found(asked(PATIENT)) == [("warning", "cardinality.min")]
    assert found(asked(PATIENT, profile=NAMED["url"])) == [("error", "cardinality.min"), ("warning", "cardinality.min")]
    assert found(asked(PATIENT, profile=BORN_RULE)) == [("error", "cardinality.min")]
    assert found(asked(PATIENT | {"birthDate": "2000-01-01"}, profile=BORN["url"])) == []


@pytest.mark.parametrize("profile", ["http://x.test/nothing", "http://hl7.org/fhir/ValueSet/administrative-gender"])
def test_a_nominated_profile_that_cannot_be_asked_is_a_failure(profile: str) -> None:
    with pytest.raises(OperationFailed, match=profile) as caught:
        asked(PATIENT, profile=profile)
    assert caught.value.code == "not-supported"


def test_what_a_write_to_the_url_would_be_refused_for_is_told() -> None:
    assert ("error", "enforcement.wrong-type") in found(asked(OBSERVATION))
    assert ("error", "enforcement.wrong-id") in found(asked(PATIENT, at="p1", mode="update"))
    assert ("error", "enforcement.wrong-id") in found(asked(STORED, at="p2", mode="update"))
    assert "enforcement.wrong-id" not in str(asked(STORED, at="p1", mode="update"))


def test_what_is_stored_is_validated_where_nothing_is_sent() -> None:
    assert found(asked(at="p1", stored=STORED)) == [("warning", "cardinality.min")]
    outcome = asked(at="p1", stored=STORED, mode="profile", profile=NAMED["url"])
    assert ("error", "cardinality.min") in found(outcome)
    assert asked(WRONG, at="p1", stored=WRONG, mode="delete")["issue"][0]["severity"] == "information"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("value", {"mode": "destroy"}),
        ("required", {}),
        ("required", {"mode": "create", "at": "p1", "stored": STORED}),
        ("invalid", {"mode": "update", "resource": STORED}),
        ("invalid", {"mode": "delete"}),
        ("invalid", {"mode": "profile", "profile": BORN_RULE}),
        ("required", {"mode": "profile", "at": "p1", "stored": STORED}),
        ("not-found", {"mode": "delete", "at": "p1"}),
        ("not-found", {"at": "p1"}),
    ],
)
def test_what_cannot_be_told_is_a_failure(code: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(OperationFailed) as caught:
        asked(**arguments)
    assert caught.value.code == code


def test_a_body_is_parameters_or_the_resource_itself() -> None:
    rows = [{"name": "resource", "resource": PATIENT}, {"name": "mode", "valueCode": "create"}]
    assert sent({"resourceType": "Parameters", "parameter": rows}) == tuple(rows)
    for bare in (PATIENT, {"resourceType": "Parameters", "parameter": [{"name": "x", "valueCode": "a"}]}):
        assert sent(bare) == ({"name": "resource", "resource": bare},)


def test_it_is_told_in_the_language_that_is_asked_for() -> None:
    call = Call("Patient", ({"name": "resource", "resource": WRONG},), NOW, language="zh")
    assert "值集" in validate(JUDGE, call).outcome["issue"][0]["details"]["text"]


def test_the_table_is_as_its_definition_says() -> None:
    (operation,) = OPERATIONS
    definition = core().find(operation.definition, "OperationDefinition")
    assert definition is not None
    assert definition["code"] == operation.name
    defined = {each["name"] for each in definition["parameter"] if each["use"] == "in"}
    assert defined | {"scored"} == set(operation.parameters)
    assert operation.at == {level for level in ("system", "type", "instance") if definition[level]}
