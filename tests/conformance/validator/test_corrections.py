from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from conformance.validator.corrections import CORRECTIONS, corrected
from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.fhirpath import Engine, Environment, node

core = cache(open_core)


@cache
def engine() -> Engine:
    return Engine(core().model)


def holds(key: str, owner: str, value: dict[str, Any]) -> bool:
    """Whether the corrected invariant holds for a value of the type `owner`."""
    found = node(value, owner)
    expression = corrected(key, owner, "")
    assert expression
    return engine().compile(expression).holds(found, Environment(resource=found, root_resource=found))


def published(catalog: Catalog) -> set[str]:
    structures = (each for each in catalog.all("StructureDefinition") if each["url"].startswith("http://hl7.org/fhir/"))
    elements = (element for each in structures for element in each.get("snapshot", {}).get("element", ()))
    return {row["key"] for element in elements for row in element.get("constraint", ())}


def test_every_correction_compiles_and_gives_its_reason() -> None:
    for correction in CORRECTIONS.values():
        assert correction.reason.endswith((".", "where."))
        if correction.expression is not None:
            engine().compile(correction.expression)


def test_only_published_invariants_are_corrected() -> None:
    assert {key for key, _ in CORRECTIONS} <= published(core())


def test_what_is_right_stays_as_it_is() -> None:
    assert corrected("pat-1", "Patient.contact", "name.exists()") == "name.exists()"
    assert corrected("inv-1", "Parameters.parameter", "value.exists()") == "value.exists()"


@pytest.mark.parametrize(
    ("key", "owner", "good", "bad"),
    [
        (
            "vsd-0",
            "ValueSet",
            {"resourceType": "ValueSet", "name": "Abc_1"},
            {"resourceType": "ValueSet", "name": "x Abc"},
        ),
        ("que-12", "Questionnaire.item", {"enableWhen": [{"question": "1"}]}, {"enableWhen": [{"question": "1"}] * 2}),
        (
            "que-7",
            "Questionnaire.item.enableWhen",
            {"operator": "exists", "answerBoolean": True},
            {"operator": "exists", "answerInteger": 1},
        ),
        ("tim-9", "Timing.repeat", {"offset": 1, "when": ["AC", "HS"]}, {"offset": 1, "when": ["AC", "C"]}),
        ("ras-2", "RiskAssessment.prediction", {"probabilityRange": {}}, {"probabilityDecimal": 101}),
        ("bdl-8", "Bundle.entry", {"resource": {}}, {"fullUrl": "http://a.org/Patient/1/_history/2"}),
        ("md-1", "MessageDefinition.focus", {"code": "Patient"}, {"code": "Patient", "max": "0"}),
        (
            "opd-3",
            "OperationDefinition.parameter",
            {"type": "Patient", "targetProfile": ["http://a.org"]},
            {"type": "Period", "targetProfile": ["http://a.org"]},
        ),
        ("eld-20", "ElementDefinition", {"path": "Patient.deceased[x]"}, {"path": "Patient.de ceased"}),
        ("eld-19", "ElementDefinition", {"path": "Patient.extension:a"}, {"path": "Patient.a!"}),
        (
            "inv-1",
            "Task",
            {"resourceType": "Task", "authoredOn": "2012-02-03T10:00:00Z", "lastModified": "2012-02-03"},
            {"resourceType": "Task", "authoredOn": "2012-02-03", "lastModified": "2012-02-02"},
        ),
        (
            "rng-2",
            "Range",
            {"low": {"value": 2, "unit": "a"}, "high": {"value": 1, "unit": "b"}},
            {"low": {"value": 2}, "high": {"value": 1}},
        ),
        (
            "con-3",
            "Condition",
            {"resourceType": "Condition", "category": [{"text": "x"}]},
            {
                "resourceType": "Condition",
                "category": [
                    {
                        "coding": [
                            {
                                "system": "http://terminology.hl7.org/CodeSystem/condition-category",
                                "code": "problem-list-item",
                            }
                        ]
                    }
                ],
            },
        ),
    ],
)
def test_each_correction_says_what_the_text_says(
    key: str, owner: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert holds(key, owner, good)
    assert not holds(key, owner, bad)


@pytest.mark.parametrize("key", ["vsd-0", "per-1", "ref-1", "rng-2", "bdl-8"])
def test_what_is_absent_breaks_nothing(key: str) -> None:
    owner = {"vsd-0": "ValueSet", "per-1": "Period", "ref-1": "Reference", "rng-2": "Range", "bdl-8": "Bundle.entry"}[
        key
    ]
    assert holds(key, owner, {"id": "a"})
