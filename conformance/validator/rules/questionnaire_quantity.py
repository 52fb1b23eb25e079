"""Limits and units of quantity answers.

http://hl7.org/fhir/uv/sdc/StructureDefinition-sdc-questionnaire-minQuantity.html and
https://hl7.org/fhir/R4/extension-questionnaire-unitoption.html
"""

from __future__ import annotations

from typing import Any

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import choice, extension, extensions, number, text
from conformance.validator.rules.questionnaire_form import Question
from fhir_kernel import ucum
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
_UCUM = "http://unitsofmeasure.org"
_LIMITS = (
    ("minimum", -1, (_SDC + "minQuantity", _CORE + "minValue")),
    ("maximum", 1, (_SDC + "maxQuantity", _CORE + "maxValue")),
)


def check_quantity(question: Question, value: Any, path: str, context: Context) -> None:
    """Minimum, maximum and unit of a quantity answer."""
    if not isinstance(value, dict):
        return
    for bound, wrong, urls in _LIMITS:
        for limit in (extension(question.item, url) for url in urls):
            if limit is not None and limit.type == "Quantity" and isinstance(limit.value, dict):
                _check_limit(value, limit.value, bound, wrong, path, context)
    _check_unit_options(question, value, path, context)
    unit_set = extension(question.item, _CORE + "questionnaire-unitValueSet")
    if unit_set is not None and isinstance(unit_set.value, str):
        _check_unit_value_set(value, unit_set.value, path, context)


def compare_quantities(a: Any, b: Any) -> int | None:
    """The order of two quantities, in UCUM units brought to one; None where their units do not allow it."""
    first, second = number(a.get("value")), number(b.get("value"))
    if first is None or second is None or text(a, "system") != text(b, "system"):
        return None
    one, other = text(a, "code"), text(b, "code")
    if one != other:
        if one is None or other is None or text(a, "system") != _UCUM:
            return None
        second = ucum.convert(second, other, one)
    return None if second is None else (first > second) - (first < second)


def describe(quantity: Resource) -> str:
    """`10 kg (http://unitsofmeasure.org#kg)`."""
    unit, code = text(quantity, "unit"), text(quantity, "code")
    shown = " ".join(
        str(each) for each in (quantity.get("comparator"), quantity.get("value"), unit) if each is not None
    )
    return f"{shown} ({text(quantity, 'system') or ''}#{code})" if code else shown


def _check_limit(value: Resource, limit: Resource, bound: str, wrong: int, path: str, context: Context) -> None:
    told = {"found": describe(value), "expected": describe(limit)}
    if not all(text(each, name) for each in (value, limit) for name in ("system", "code")):
        context.report(f"questionnaire-response.quantity-{bound}-no-units", path, **told)
        return
    order = compare_quantities(value, limit)
    if order is None and number(value.get("value")) is not None:
        context.report(f"questionnaire-response.quantity-{bound}-not-comparable", path, **told)
    elif order == wrong:
        context.report(f"questionnaire-response.{bound}", path, **told)


def _check_unit_options(question: Question, value: Resource, path: str, context: Context) -> None:
    options = [choice(row) for row in extensions(question.item, _CORE + "questionnaire-unitOption")]
    codings = [option.value for option in options if option is not None and isinstance(option.value, dict)]
    if codings and not any(_is_unit(value, coding) for coding in codings):
        allowed = ", ".join(text(coding, "code") or text(coding, "display") or "" for coding in codings)
        context.report("questionnaire-response.unit-not-allowed", path, found=describe(value), expected=allowed)


def _is_unit(value: Resource, coding: Resource) -> bool:
    code = text(coding, "code")
    if code is None:
        return text(coding, "display") == text(value, "unit")
    return code == text(value, "code") and text(coding, "system") in (None, text(value, "system"))


def _check_unit_value_set(value: Resource, canonical: str, path: str, context: Context) -> None:
    code = text(value, "code")
    told = {"found": describe(value), "value_set": canonical}
    if code is None:
        context.report("questionnaire-response.unit-not-in-value-set", path, **told)
        return
    query = CodeQuery(code, text(value, "system"), value_set=canonical)
    unknown = "questionnaire-response.value-set-unknown"
    context.check_code(query, path, "questionnaire-response.unit-not-in-value-set", on_unknown=unknown, **told)
