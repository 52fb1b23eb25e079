"""Bytes that are no resource, and resources too deep or too wide: each is answered, in time that is linear."""

from __future__ import annotations

import pytest

from conformance.validator import Report
from fhir_kernel.resource import Resource
from tests.conformance.validator.harm import PRESSURE, STRICT, answered, validator
from tests.conformance.validator.world import CORE, OBSERVATION, PATIENT, core_validator

_BEGIN = '<Patient xmlns="http://hl7.org/fhir">'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"hello",
        b"[1]",
        b"null",
        b"1",
        b'"x"',
        b"\x1f\x8b\x08\x00",
        bytes(range(256)),
        b"<html></html>",
        b'{"resourceType":"Patient"',
        b'{"resourceType":"Patient","name":[{',
        b"<Patient",
        b"<Patient/>",
        '{"resourceType":"Patient","id":"é"}'.encode("latin-1"),
        '{"resourceType":"Patient","id":"a"}'.encode("utf-16"),
        b'{"resourceType":"Observation","valueInteger":' + b"9" * 100_000 + b"}",
        b'{"resourceType":"Observation","valueQuantity":{"value":1e999999999}}',
        b'<?xml version="1.0" encoding="klingon"?><Patient xmlns="http://hl7.org/fhir"/>',
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_BEGIN}<id value="&a;"/></Patient>'.encode(),
        f'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>{_BEGIN}<id value="&c;"/></Patient>'.encode(),
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 100_000,
        b'{"resourceType":"Patient","name":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'<Patient xmlns="http://hl7.org/fhir">' + b"<contained>" * 10_000,
    ],
)
def test_what_cannot_be_read_is_one_fatal_issue_of_one_line(data: bytes) -> None:
    (found,) = core_validator().validate_bytes(data).issues
    assert found.severity == "fatal"
    assert "\n" not in found.text()
    assert len(found.text()) < 300


def test_what_is_too_large_is_told_with_its_limit() -> None:
    text = b'{"resourceType":"Patient","id":"' + b"a" * 200_000_000 + b'"}'
    (found,) = core_validator().validate_bytes(text).issues
    assert (found.id, "100000000" in found.text()) == ("input.limit", True)


def test_a_key_that_stands_twice_is_told_with_its_place() -> None:
    found = core_validator().validate_bytes(b'{"resourceType":"Patient",\n"id":"a",\n"id":"b"}').issues
    assert [(each.id, each.path, each.line) for each in found] == [("json.duplicate-key", "Patient.id", 3)]


def nested(depth: int, inner: Resource, name: str, outer: Resource) -> Resource:
    for _ in range(depth):
        inner = outer | {name: [inner]}
    return inner


@pytest.mark.parametrize(
    "resource",
    [
        PATIENT | {"extension": [nested(120, {"url": "a", "valueString": "x"}, "extension", {"url": "a"})]},
        {
            "resourceType": "Questionnaire",
            "status": "active",
            "item": [nested(120, {"linkId": "a"}, "item", {"linkId": "b"})],
        },
        nested(300, PATIENT, "contained", PATIENT),
        {"resourceType": "Parameters", "parameter": [nested(300, {"name": "a"}, "part", {"name": "b"})]},
        {"resourceType": "CodeSystem", "concept": [nested(300, {"code": "a"}, "concept", {"code": "b"})]},
        PATIENT | {"name": nested(5000, PATIENT, "name", PATIENT)},
        PATIENT | {"x": nested(5000, PATIENT, "x", PATIENT)},
        nested(2000, PATIENT, "contained", PATIENT),
        PATIENT | {"extension": [nested(2000, {"url": "a", "valueString": "x"}, "extension", {"url": "a"})]},
    ],
)
def test_deep_nesting_is_answered(resource: Resource) -> None:
    answered(validator().validate(resource))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "resource",
    [
        PATIENT | {"name": [{"famly": "x"}] * 20_000},
        PATIENT | {"name": [None] * 20_000},
        PATIENT | {f"k{at}": 1 for at in range(20_000)},
        PATIENT | {"name": [{"given": [None] * 20_000, "_given": [{}] * 20_000}]},
        PATIENT
        | {"contained": [{"resourceType": "Patient", "id": "p", "link": [{"other": {"reference": "#p"}}]}] * 2_000},
        OBSERVATION
        | {"component": [PRESSURE["component"][0]] * 5_000, "meta": {"profile": [f"{CORE}/bp", STRICT["url"]]}},
        {
            "resourceType": "Questionnaire",
            "status": "active",
            "item": [{"linkId": str(at), "type": "string"} for at in range(5_000)],
        },
        {
            "resourceType": "Bundle",
            "type": "document",
            "entry": [
                {
                    "fullUrl": f"http://server.test/Patient/{at}",
                    "resource": PATIENT
                    | {"id": str(at), "link": [{"other": {"reference": f"Patient/{at + 1}"}, "type": "seealso"}]},
                }
                for at in range(5_000)
            ],
        },
        {
            "resourceType": "Bundle",
            "type": "history",
            "entry": [{"fullUrl": "http://server.test/Patient/1", "resource": PATIENT}] * 5_000,
        },
    ],
)
def test_what_is_wide_takes_time_in_proportion(resource: Resource) -> None:
    assert isinstance(validator().validate(resource), Report)
