"""Walks through JSON find what the FHIRPath engine finds."""

from __future__ import annotations

import os
import tarfile
from functools import cache
from pathlib import Path

import pytest

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.fhirpath.engine import Engine
from fhir_kernel.fhirpath.parser import parse
from fhir_kernel.store.values import ReferenceValue
from fhir_server.search.extractors import Extractors
from fhir_server.search.paths import PathReader
from fhir_server.search.plan import Planner
from tests.fhir_server.search.world import index

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[4] / "shared"))
_ARCHIVE = _SHARED / "data/r4-examples.tar.gz"

NOT_R4 = {"QuestionnaireResponse": "item-subject", "Observation": "code-value-date"}
"""Parameters whose expressions the engine rightly refuses: R4 writes a function and a type that there are not."""


@cache
def planner():
    """Without bindings, which only paths tell."""
    model, read = index().model, index().read
    return Planner(PathReader(model, read), Extractors(model, read, lambda _path: ""), Engine(model, as_filters=True))


@cache
def examples():
    with tarfile.open(_ARCHIVE) as archive:
        streams = [archive.extractfile(each) for each in archive if each.name.endswith(".json")]
        return [parse_json(each.read()) for each in streams if each is not None]


def is_comparable(value):
    """What is contained is known to the engine alone; a walk has no eye for it."""
    return not (isinstance(value, ReferenceValue) and value.url.startswith("#"))


@pytest.mark.skipif(not _ARCHIVE.is_file(), reason=f"no examples at {_ARCHIVE}")
def test_every_parameter_finds_the_same_in_every_example():
    compared = 0
    for resource in examples():
        kind = resource["resourceType"]
        known = {code: each for code, each in index().parameters(kind).items() if NOT_R4.get(kind) != code}
        walked = planner().plan(kind, known).values(resource)
        for code, definition in known.items():
            evaluated = []
            planner()._evaluated(definition)(resource, evaluated)
            assert set(filter(is_comparable, evaluated)) == set(filter(is_comparable, walked.get(code, ()))), code
            compared += len(evaluated)
    assert compared > 7_000


@pytest.mark.parametrize(
    ("expression", "steps"),
    [
        ("Observation.value as Quantity", [("valueQuantity",)]),
        (
            "Observation.effective",
            [("effectiveDateTime",), ("effectivePeriod",), ("effectiveTiming",), ("effectiveInstant",)],
        ),
        ("Observation.component.code | Observation.code", [("component", "code"), ("code",)]),
        ("Patient.name", []),
        ("Resource.meta.tag", [("meta", "tag")]),
        ("(Observation.value as CodeableConcept).text", [("valueCodeableConcept", "text")]),
    ],
)
def test_an_expression_becomes_paths_of_the_type_that_it_is_asked_of(expression, steps):
    assert [each.steps for each in planner().paths.paths(parse(expression), "Observation")] == steps
