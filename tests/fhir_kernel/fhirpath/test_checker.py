"""Static type checks."""

from __future__ import annotations

import pytest

from fhir_kernel.errors import FhirPathTypeError
from fhir_kernel.fhirpath import Engine


@pytest.mark.parametrize(
    ("expression", "context", "complaint"),
    [
        ("name.given1", "Patient", "no element 'given1'"),
        ("Encounter.name", "Patient", "starts at Encounter"),
        ("valueQuantity", "Observation", "no element 'valueQuantity'"),
        ("(value as Period).unit", "Observation", "Period has no element 'unit'"),
        ("value.as(Wrong)", "Observation", "no type 'Wrong'"),
        ("children().skip(1)", "Patient", "order"),
        ("descendants()[0]", "Patient", "order"),
        ("identifier.startsWith('a')", "Patient", "takes a String"),
        ("iif('a', 1, 2)", "Patient", "no Boolean"),
        ("name.where(wrong = 1)", "Patient", "no element 'wrong'"),
        ("name.exists() and (active or wrong)", "Patient", "no element 'wrong'"),
        ("contact.name.select(famly)", "Patient", "no element 'famly'"),
    ],
)
def test_what_cannot_be_right_is_refused(engine: Engine, expression: str, context: str, complaint: str) -> None:
    with pytest.raises(FhirPathTypeError, match=complaint) as caught:
        engine.compile(expression, context, strict=True)
    assert caught.value.offset is not None


@pytest.mark.parametrize(
    ("expression", "context"),
    [
        ("Patient.name.given.first().startsWith('a')", "Patient"),
        ("value.unit | value.coding.code", "Observation"),
        ("(value as Quantity).unit", "Observation"),
        ("entry.resource.ofType(Patient).name.family", "Bundle"),
        ("contained.where(id = 'a').name", "Patient"),
        ("item.item.item.linkId", "Questionnaire"),
        ("%resource.anything", "Patient"),
        ("extension('a').value.exists()", "Patient"),
        ("birthDate.extension.url", "Patient"),
        ("name.sort(-family).first().use", "Patient"),
        ("type().name", "Patient"),
        ("repeat(item | answer).value", "QuestionnaireResponse"),
        ("subject.resolve().name", "Observation"),
    ],
)
def test_what_may_be_right_is_let_pass(engine: Engine, expression: str, context: str) -> None:
    assert engine.compile(expression, context, strict=True)
