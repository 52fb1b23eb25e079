"""Whether an answer has the type of its question and keeps to the limits set for it.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.type
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import Typed, choice, extension, extensions, integer, number, text
from conformance.validator.rules.questionnaire_compare import compare
from conformance.validator.rules.questionnaire_form import Form, Question
from conformance.validator.rules.questionnaire_options import check_choice, check_option, check_text_in_value_set
from conformance.validator.rules.questionnaire_quantity import check_quantity
from fhir_kernel.errors import FhirPathError, LimitExceeded
from fhir_kernel.fhirpath.regex import matches_full
from fhir_kernel.resource import Resource

_CORE = "http://hl7.org/fhir/StructureDefinition/"
_CHOICE = ("Coding", "date", "time", "integer", "string", "Reference")
ANSWER_TYPES: Mapping[str, tuple[str, ...]] = {
    "boolean": ("boolean",),
    "decimal": ("decimal",),
    "integer": ("integer",),
    "date": ("date",),
    "dateTime": ("dateTime",),
    "time": ("time",),
    "string": ("string",),
    "text": ("string",),
    "url": ("uri",),
    "choice": _CHOICE,
    "open-choice": _CHOICE,
    "attachment": ("Attachment",),
    "reference": ("Reference",),
    "quantity": ("Quantity",),
}
"""The types of an answer by the type of its question; groups and displays take none."""

_MOST_SLOW_PATTERNS = 3


def check_answer(question: Question, form: Form, answer: Resource, path: str, count: int, context: Context) -> None:
    """The type, the limits and the options of one answer; `count` is the number of answers of its item."""
    value = choice(answer)
    allowed = ANSWER_TYPES.get(question.type or "")
    if value is None or allowed is None:
        return
    place = f"{path}.value"
    if value.type not in allowed:
        expected = ", ".join(allowed)
        context.report("questionnaire-response.wrong-type", place, found=value.type, expected=expected)
        return
    if question.type in ("choice", "open-choice"):
        check_choice(question, form, value, place, count, context)
        return
    for check in _CHECKS.get(question.type or "", ()):
        check(question, value, place, context)
    if "string" in allowed or "uri" in allowed:
        _check_pattern(question, form, value, place, context)
    if question.type == "string" and isinstance(value.value, str):
        check_text_in_value_set(question, form, value.value, place, context)


def _check_range(question: Question, answer: Typed, path: str, context: Context) -> None:
    for name, wrong in (("minimum", -1), ("maximum", 1)):
        limit = extension(question.item, f"{_CORE}{name[:3]}Value")
        if limit is not None and compare(answer, limit) == wrong:
            told = {"found": answer.value, "expected": limit.value}
            context.report(f"questionnaire-response.{name}", path, **told)


def _check_decimal_places(question: Question, answer: Typed, path: str, context: Context) -> None:
    limit = extension(question.item, _CORE + "maxDecimalPlaces")
    most = integer(limit.value) if limit is not None else None
    value = answer.value.get("value") if isinstance(answer.value, dict) else answer.value
    digits = number(value)
    if most is None or digits is None:
        return
    exponent = digits.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > most:
        context.report("questionnaire-response.decimal-places", path, found=value, expected=most)


def _check_length(question: Question, answer: Typed, path: str, context: Context) -> None:
    if not isinstance(answer.value, str):
        return
    length = len(answer.value)
    least = extension(question.item, _CORE + "minLength")
    shortest = integer(least.value) if least is not None else None
    longest = integer(question.item.get("maxLength"))
    if shortest is not None and length < shortest:
        context.report("questionnaire-response.too-short", path, found=length, expected=shortest)
    if longest is not None and length > longest:
        context.report("questionnaire-response.too-long", path, found=length, expected=longest)


def _check_pattern(question: Question, form: Form, answer: Typed, path: str, context: Context) -> None:
    pattern = extension(question.item, _CORE + "regex")
    if pattern is None or not isinstance(pattern.value, str) or not isinstance(answer.value, str):
        return
    matched = _matches(pattern.value, answer.value, form)
    told = {"found": answer.value, "expected": pattern.value}
    if matched is None:
        context.report("questionnaire-response.pattern-not-evaluated", path, **told)
    elif not matched:
        entry = extension(question.item, _CORE + "entryFormat")
        hint = f" ({entry.value})" if entry is not None else ""
        context.report("questionnaire-response.pattern", path, hint=hint, **told)


def _matches(pattern: str, value: str, form: Form) -> bool | None:
    """Whether the whole of `value` matches; None where the pattern is broken or takes too long."""
    if pattern in form.slow_patterns or len(form.slow_patterns) >= _MOST_SLOW_PATTERNS:
        return None
    try:
        return matches_full(value, pattern)
    except LimitExceeded:
        form.slow_patterns.add(pattern)
    except FhirPathError:
        return None
    return None


def _check_single_line(_: Question, answer: Typed, path: str, context: Context) -> None:
    if isinstance(answer.value, str) and ("\n" in answer.value or "\r" in answer.value):
        context.report("questionnaire-response.line-break", path)


def _check_attachment(question: Question, answer: Typed, path: str, context: Context) -> None:
    types = [choice(row) for row in extensions(question.item, _CORE + "mimeType")]
    allowed = [str(each.value) for each in types if each is not None]
    found = text(answer.value, "contentType")
    if allowed and (found is None or not any(_is_mime_type(found, each) for each in allowed)):
        expected = ", ".join(allowed)
        context.report("questionnaire-response.mime-type", path, found=found or "-", expected=expected)
    limit = extension(question.item, _CORE + "maxSize")
    most = number(limit.value) if limit is not None else None
    size = _size(answer.value)
    if most is not None and size is not None and size > most:
        context.report("questionnaire-response.too-large", path, found=size, expected=most)


def _is_mime_type(found: str, allowed: str) -> bool:
    """By type and subtype; `image/*` and `image` allow every subtype."""
    bare, wanted = found.partition(";")[0].strip().lower(), allowed.partition(";")[0].strip().lower()
    if wanted.endswith("/*") or "/" not in wanted:
        return bare.partition("/")[0] == wanted.partition("/")[0]
    return bare == wanted


def _size(attachment: Any) -> int | None:
    """Bytes of the data; as stated where there is no data."""
    data = text(attachment, "data")
    if data is None:
        return integer(attachment.get("size")) if isinstance(attachment, dict) else None
    try:
        return len(base64.b64decode(data))
    except (binascii.Error, ValueError):
        return None


def _check_reference(question: Question, answer: Typed, path: str, context: Context) -> None:
    types = [choice(row) for row in extensions(question.item, _CORE + "questionnaire-referenceResource")]
    allowed = [str(each.value) for each in types if each is not None]
    if not allowed:
        return
    found = _target_type(answer.value, path, context)
    if found is not None and found not in allowed:
        context.report("questionnaire-response.reference-type", path, found=found, expected=", ".join(allowed))


def _target_type(reference: Any, path: str, context: Context) -> str | None:
    """The type of the target, by the reference's `type`, by its form, or for `#id` by what is contained."""
    literal = text(reference, "reference")
    if literal is None:
        return text(reference, "type")
    if literal.startswith("#"):
        return text(context.resolve(literal, path), "resourceType")
    parts = literal.partition("/_history/")[0].split("/")
    if len(parts) >= 2 and context.catalog.model.is_resource(parts[-2]):
        return parts[-2]
    return text(reference, "type")


def _check_quantity(question: Question, answer: Typed, path: str, context: Context) -> None:
    check_quantity(question, answer.value, path, context)


_Check = Callable[[Question, Typed, str, Context], None]
_CHECKS: Mapping[str, tuple[_Check, ...]] = {
    "decimal": (_check_range, _check_decimal_places, check_option),
    "integer": (_check_range, check_option),
    "date": (_check_range, check_option),
    "dateTime": (_check_range, check_option),
    "time": (_check_range, check_option),
    "string": (_check_length, _check_single_line, check_option),
    "text": (_check_length,),
    "url": (_check_length,),
    "attachment": (_check_attachment,),
    "reference": (_check_reference,),
    "quantity": (_check_quantity, _check_decimal_places),
}
