"""Whatever is given, the validator answers: no input makes it raise, hang or take more than linear time."""

from __future__ import annotations

import copy
import json
import os
import tarfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.validator import Policy, Report, Validator
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import (
    COLOURS,
    CORE,
    LANGUAGES,
    OBSERVATION,
    PATIENT,
    binding,
    constraint,
    core_validator,
    element,
    extension,
    of_type,
    profile,
    sliced,
    value_set,
    world,
)

_ARCHIVE = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[4] / "shared")) / "data/r4-examples.tar.gz"
_LARGEST = 60_000
"""Bytes of an example that is still mutated."""

_DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div>'
_LOINC = "http://loinc.org"
_PRESSURE: Resource = {
    "resourceType": "Observation",
    "id": "o",
    "meta": {"profile": [f"{CORE}/bp"], "versionId": "1"},
    "text": {"status": "generated", "div": _DIV},
    "contained": [{"resourceType": "Patient", "id": "p", "name": [{"family": "x", "given": ["a", "b"]}]}],
    "status": "final",
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
    "code": {"coding": [{"system": _LOINC, "code": "85354-9", "display": "x"}]},
    "subject": {"reference": "#p"},
    "effectivePeriod": {"start": "2020-01-01", "end": "2020-01-02T10:00:00Z"},
    "component": [
        {
            "code": {"coding": [{"system": _LOINC, "code": code}]},
            "valueQuantity": {"value": Decimal("120.0"), "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
        }
        for code in ("8480-6", "8462-4")
    ],
    "extension": [{"url": f"{CORE}/observation-bodyPosition", "valueCodeableConcept": {"text": "x"}}],
}  # fmt: skip
_FORM: Resource = {
    "resourceType": "Questionnaire",
    "id": "q",
    "status": "active",
    "item": [
        {"linkId": "a", "type": "choice", "answerOption": [{"valueString": "x"}, {"valueCoding": {"code": "y"}}]},
        {
            "linkId": "b",
            "type": "group",
            "enableWhen": [{"question": "a", "operator": "=", "answerString": "x"}],
            "item": [{"linkId": "c", "type": "quantity", "required": True}],
        },
    ],
}
_ANSWERS: Resource = {
    "resourceType": "QuestionnaireResponse",
    "status": "completed",
    "contained": [_FORM],
    "questionnaire": "#q",
    "item": [
        {"linkId": "a", "answer": [{"valueString": "x"}]},
        {"linkId": "b", "item": [{"linkId": "c", "answer": [{"valueQuantity": {"value": 1}}]}]},
    ],
}
_DOCUMENT: Resource = {
    "resourceType": "Bundle",
    "type": "document",
    "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"},
    "timestamp": "2020-01-01T00:00:00Z",
    "entry": [
        {
            "fullUrl": "http://server.test/Composition/c",
            "resource": {
                "resourceType": "Composition",
                "id": "c",
                "status": "final",
                "type": {"text": "x"},
                "date": "2020",
                "author": [{"reference": "Practitioner/d"}],
                "title": "x",
                "section": [{"title": "x", "entry": [{"reference": "Observation/o"}]}],
            },
        },
        {"fullUrl": "http://server.test/Practitioner/d", "resource": {"resourceType": "Practitioner", "id": "d"}},
        {"fullUrl": "http://server.test/Observation/o", "resource": _PRESSURE},
    ],
}
SEEDS = (_PRESSURE, _FORM, _ANSWERS, _DOCUMENT)

STRICT = profile(
    "Observation",
    element("Observation", constraint=[constraint("s-1", "component.all(code.coding.exists()) and subject.resolve().exists()")]),
    sliced("Observation.category", "value:$this"),
    element("Observation.category:warm", max="1", binding=binding("required", "warm")),
    element("Observation.code", patternCodeableConcept={"coding": [{"system": _LOINC}]}),
    element("Observation.subject", type=of_type("Reference", targets=[f"{CORE}/Patient"], aggregation=["contained"])),
    element("Observation.effective[x]", minValueQuantity={"value": 100, "code": "a", "system": "http://unitsofmeasure.org"}),
    sliced("Observation.component", "pattern:code", "exists:interpretation", rules="closed", ordered=True),
    element("Observation.component:upper", min=1, max="1"),
    element("Observation.component:upper.code", patternCodeableConcept={"coding": [{"code": "8480-6"}]}),
    element("Observation.component:upper.value[x]", maxValueQuantity={"value": 300, "code": "mm[Hg]"}),
    element("Observation.component:upper.interpretation", max="0"),
    name="strict",
)  # fmt: skip
COLOUR = extension("colour", element("Extension.value[x]", type=of_type("code")), contexts=["Patient", "fhirpath:name"])
CODED = [{"coding": None}, {"coding": [None]}, {"coding": [{"code": []}]}, {"coding": [{"code": "x", "system": {}}]}]
ODD: list[Any] = [
    None, 0, -1, True, False, "", " ", "x", "#", "#p", "Patient/1", "2020-13-01", "2020-01-01T00:00:00Z", "\x00", "\ud800", "x" * 100,
    10**30, Decimal("1.0"), Decimal("1E400"), [], {}, [None], [[]], [{}], ["x"], [1], {"x": 1}, {"id": "a"}, {"extension": []},
    {"extension": [None]}, {"resourceType": "Patient"}, {"resourceType": 1}, {"resourceType": []}, {"reference": 1}, {"reference": "#"},
    *CODED, [{"url": 1}], [{"url": COLOUR["url"], "valueCode": 3}], [{"url": COLOUR["url"]}], {"contained": [{"contained": [{}]}]},
]  # fmt: skip
NAMES = ("value", "valueString", "resourceType", "contained", "extension", "modifierExtension", "id", "meta", "reference")


@cache
def validator() -> Validator:
    policy = Policy(best_practice="warning", references="follow", html_in_strings="error", html_in_markdown="error", publishing=True)
    return world(STRICT, COLOUR, COLOURS, value_set("warm", "red"), policy=policy, resolver=lambda _: {"resourceType": "Patient"})  # fmt: skip


@cache
def official() -> tuple[Resource, ...]:
    """The official examples, where a copy of them is at hand."""
    if not _ARCHIVE.is_file():
        return ()
    with tarfile.open(_ARCHIVE) as archive:
        streams = (archive.extractfile(each) for each in archive if each.name.endswith(".json") and each.size < _LARGEST)
        return tuple(parse_json(stream.read()) for stream in streams if stream is not None)


def nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """(object or array, key or index) of every value within `value`."""
    stack = [value]
    while stack:
        each = stack.pop()
        keys = list(each) if isinstance(each, dict) else range(len(each)) if isinstance(each, list) else ()
        for key in keys:
            yield each, key
            stack.append(each[key])


def mutate(resource: Resource, draw: Any) -> None:
    """Change one node of `resource` in one of many bad ways."""
    places = list(nodes(resource))
    if not places:
        return
    holder, key = places[draw(st.integers(0, len(places) - 1))]
    odd = copy.deepcopy(draw(st.sampled_from(ODD)))
    match draw(st.sampled_from(("replace", "replace", "drop", "rename", "beside", "wrap", "repeat", "copy"))):
        case "replace":
            holder[key] = odd
        case "drop":
            del holder[key]
        case "rename" if isinstance(holder, dict):
            holder[draw(st.sampled_from((*NAMES, f"_{key}", f"{key}x")))] = holder.pop(key)
        case "beside" if isinstance(holder, dict):
            holder[f"_{key}"] = odd
        case "repeat" if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
        case "copy":
            other, at = places[draw(st.integers(0, len(places) - 1))]
            holder[key] = copy.deepcopy(other[at])
        case _:
            holder[key] = [holder[key]]


def answered(report: Report) -> None:
    """A report is one where every issue can be told in both languages, and as JSON."""
    for each in report.issues:
        assert each.id
        assert all(each.text(language) for language in LANGUAGES)
    json.dumps(report.to_operation_outcome())


THOROUGH = settings(
    max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip


@THOROUGH
@given(st.data())
def test_a_resource_broken_in_any_way_is_answered(data: st.DataObject) -> None:
    resource = copy.deepcopy(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 8))):
        mutate(resource, data.draw)
    answered(validator().validate(resource, [STRICT["url"], f"{CORE}/bp", f"{CORE}/bodyheight"]))


@THOROUGH
@given(st.data())
def test_an_official_example_broken_in_any_way_is_answered(data: st.DataObject) -> None:
    resource = copy.deepcopy(data.draw(st.sampled_from(official() or SEEDS)))
    for _ in range(data.draw(st.integers(1, 20))):
        mutate(resource, data.draw)
    answered(validator().validate(resource))


@THOROUGH
@given(st.data())
def test_a_bundle_of_broken_resources_is_answered(data: st.DataObject) -> None:
    resources = [copy.deepcopy(data.draw(st.sampled_from(SEEDS))) for _ in range(2)]
    kind = data.draw(st.sampled_from(("document", "message", "transaction", "history", "collection", "searchset")))
    rows: list[Resource] = [{"fullUrl": f"http://server.test/Observation/{at}", "resource": each} for at, each in enumerate(resources)]
    bundle: Resource = {"resourceType": "Bundle", "type": kind, "entry": rows}
    for _ in range(data.draw(st.integers(1, 8))):
        mutate(bundle, data.draw)
    answered(validator().validate(bundle))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["Patient", "Bundle", "#a"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*NAMES, "name", "_id", "entry"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@THOROUGH
@given(st.dictionaries(st.sampled_from([*NAMES, "name", "entry", "item", "parameter"]), _JSON, max_size=6), st.data())
def test_any_json_is_answered(value: Resource, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(("Patient", "Bundle", "Parameters", "Observation", "Questionnaire", "ValueSet")))
    answered(validator().validate({"resourceType": kind} | value))


@THOROUGH
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    answered(core_validator().validate_bytes(data))


@THOROUGH
@given(st.data())
def test_damaged_text_is_answered(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_TEXTS))
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(len(text), at + 20)))
    inserted = data.draw(st.sampled_from([b"", b"{", b"}", b"[", b'"', b"\\", b"<", b">", b"&", b"\x00", b"\xff", b"null", b"1e9999", b",,"]))
    answered(core_validator().validate_bytes(text[:at] + inserted + text[end:]))


_TEXTS = (
    json.dumps(_FORM).encode(),
    b'<Patient xmlns="http://hl7.org/fhir"><id value="a"/><text><status value="generated"/>' + _DIV.encode()
    + b'</text><name><family value="x"/></name><contained><Basic><code><text value="x"/></code></Basic></contained></Patient>',
)  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"", b"  \n", b"hello", b"[1]", b"null", b"1", b'"x"', b"\x1f\x8b\x08\x00", bytes(range(256)), b"<html></html>",
        b'{"resourceType":"Patient"', b'{"resourceType":"Patient","name":[{', b"<Patient", b"<Patient/>",
        '{"resourceType":"Patient","id":"é"}'.encode("latin-1"),
        '{"resourceType":"Patient","id":"a"}'.encode("utf-16"),
        b'{"resourceType":"Observation","valueInteger":' + b"9" * 100_000 + b"}",
        b'{"resourceType":"Observation","valueQuantity":{"value":1e999999999}}',
        b'<?xml version="1.0" encoding="klingon"?><Patient xmlns="http://hl7.org/fhir"/>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"><id value="&a;"/></Patient>',
        b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><Patient xmlns="http://hl7.org/fhir"><id value="&c;"/></Patient>',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 100_000,
        b'{"resourceType":"Patient","name":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'<Patient xmlns="http://hl7.org/fhir">' + b"<contained>" * 10_000,
    ],
)  # fmt: skip
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
        {"resourceType": "Questionnaire", "status": "active", "item": [nested(120, {"linkId": "a"}, "item", {"linkId": "b"})]},
        nested(300, PATIENT, "contained", PATIENT),
        {"resourceType": "Parameters", "parameter": [nested(300, {"name": "a"}, "part", {"name": "b"})]},
        {"resourceType": "CodeSystem", "concept": [nested(300, {"code": "a"}, "concept", {"code": "b"})]},
        PATIENT | {"name": nested(5000, PATIENT, "name", PATIENT)},
        PATIENT | {"x": nested(5000, PATIENT, "x", PATIENT)},
        nested(2000, PATIENT, "contained", PATIENT),
        PATIENT | {"extension": [nested(2000, {"url": "a", "valueString": "x"}, "extension", {"url": "a"})]},
    ],
)  # fmt: skip
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
        PATIENT | {"contained": [{"resourceType": "Patient", "id": "p", "link": [{"other": {"reference": "#p"}}]}] * 2_000},
        OBSERVATION | {"component": [_PRESSURE["component"][0]] * 5_000, "meta": {"profile": [f"{CORE}/bp", STRICT["url"]]}},
        {"resourceType": "Questionnaire", "status": "active", "item": [{"linkId": str(at), "type": "string"} for at in range(5_000)]},
        {
            "resourceType": "Bundle",
            "type": "document",
            "entry": [
                {
                    "fullUrl": f"http://server.test/Patient/{at}",
                    "resource": PATIENT | {"id": str(at), "link": [{"other": {"reference": f"Patient/{at + 1}"}, "type": "seealso"}]},
                }
                for at in range(5_000)
            ],
        },
        {"resourceType": "Bundle", "type": "history", "entry": [{"fullUrl": "http://server.test/Patient/1", "resource": PATIENT}] * 5_000},
    ],
)  # fmt: skip
def test_what_is_wide_takes_time_in_proportion(resource: Resource) -> None:
    assert isinstance(validator().validate(resource), Report)
