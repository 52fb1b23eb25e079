"""Resources to be broken, and the ways to break them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from conformance.validator import Policy, Report, Validator
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import (
    COLOURS,
    CORE,
    LANGUAGES,
    binding,
    constraint,
    element,
    extension,
    of_type,
    profile,
    sliced,
    value_set,
    world,
)

DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div>'
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_RULE = "component.all(code.coding.exists()) and subject.resolve().exists()"
PRESSURE: Resource = {
    "resourceType": "Observation",
    "id": "o",
    "meta": {"profile": [f"{CORE}/bp"], "versionId": "1"},
    "text": {"status": "generated", "div": DIV},
    "contained": [{"resourceType": "Patient", "id": "p", "name": [{"family": "x", "given": ["a", "b"]}]}],
    "status": "final",
    "category": [{"coding": [{"system": f"{_TERMINOLOGY}/observation-category", "code": "vital-signs"}]}],
    "code": {"coding": [{"system": _LOINC, "code": "85354-9", "display": "x"}]},
    "subject": {"reference": "#p"},
    "effectivePeriod": {"start": "2020-01-01", "end": "2020-01-02T10:00:00Z"},
    "component": [
        {
            "code": {"coding": [{"system": _LOINC, "code": code}]},
            "valueQuantity": {"value": Decimal("120.0"), "unit": "mmHg", "system": _UCUM, "code": "mm[Hg]"},
        }
        for code in ("8480-6", "8462-4")
    ],
    "extension": [{"url": f"{CORE}/observation-bodyPosition", "valueCodeableConcept": {"text": "x"}}],
}
FORM: Resource = {
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
    "contained": [FORM],
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
        {"fullUrl": "http://server.test/Observation/o", "resource": PRESSURE},
    ],
}
SEEDS = (PRESSURE, FORM, _ANSWERS, _DOCUMENT)

STRICT = profile(
    "Observation",
    element("Observation", constraint=[constraint("s-1", _RULE)]),
    sliced("Observation.category", "value:$this"),
    element("Observation.category:warm", max="1", binding=binding("required", "warm")),
    element("Observation.code", patternCodeableConcept={"coding": [{"system": _LOINC}]}),
    element("Observation.subject", type=of_type("Reference", targets=[f"{CORE}/Patient"], aggregation=["contained"])),
    element("Observation.effective[x]", minValueQuantity={"value": 100, "code": "a", "system": _UCUM}),
    sliced("Observation.component", "pattern:code", "exists:interpretation", rules="closed", ordered=True),
    element("Observation.component:upper", min=1, max="1"),
    element("Observation.component:upper.code", patternCodeableConcept={"coding": [{"code": "8480-6"}]}),
    element("Observation.component:upper.value[x]", maxValueQuantity={"value": 300, "code": "mm[Hg]"}),
    element("Observation.component:upper.interpretation", max="0"),
    name="strict",
)
COLOUR = extension("colour", element("Extension.value[x]", type=of_type("code")), contexts=["Patient", "fhirpath:name"])
CODED = [{"coding": None}, {"coding": [None]}, {"coding": [{"code": []}]}, {"coding": [{"code": "x", "system": {}}]}]
ODD: list[Any] = [
    None,
    0,
    -1,
    True,
    False,
    "",
    " ",
    "x",
    "#",
    "#p",
    "Patient/1",
    "2020-13-01",
    "2020-01-01T00:00:00Z",
    "\x00",
    "\ud800",
    "x" * 100,
    10**30,
    Decimal("1.0"),
    Decimal("1E400"),
    [],
    {},
    [None],
    [[]],
    [{}],
    ["x"],
    [1],
    {"x": 1},
    {"id": "a"},
    {"extension": []},
    {"extension": [None]},
    {"resourceType": "Patient"},
    {"resourceType": 1},
    {"resourceType": []},
    {"reference": 1},
    {"reference": "#"},
    *CODED,
    [{"url": 1}],
    [{"url": COLOUR["url"], "valueCode": 3}],
    [{"url": COLOUR["url"]}],
    {"contained": [{"contained": [{}]}]},
]
NAMES = (
    "value",
    "valueString",
    "resourceType",
    "contained",
    "extension",
    "modifierExtension",
    "id",
    "meta",
    "reference",
)


@cache
def validator() -> Validator:
    policy = Policy(
        best_practice="warning", references="follow", html_in_strings="error", html_in_markdown="error", publishing=True
    )
    return world(
        STRICT, COLOUR, COLOURS, value_set("warm", "red"), policy=policy, resolver=lambda _: {"resourceType": "Patient"}
    )


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
