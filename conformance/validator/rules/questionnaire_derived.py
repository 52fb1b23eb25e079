"""A Questionnaire against the one that it is derived from.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.derivedFrom and
http://hl7.org/fhir/StructureDefinition/questionnaire-derivationType
"""

from __future__ import annotations

from typing import Any

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import choice, extension, integer, objects, rows, text
from conformance.validator.rules.questionnaire_form import Form, Question, index_form, questions
from fhir_kernel.resource import Resource

_DERIVATION = "http://hl7.org/fhir/StructureDefinition/questionnaire-derivationType"
_SYSTEM = "http://hl7.org/fhir/questionnaire-derivationType"


def check_derivations(form: Form, path: str, context: Context) -> None:
    """Every `derivedFrom`; its rules hold where it says `extends` or `compliesWith`."""
    canonicals = form.questionnaire.get("derivedFrom")
    siblings = form.questionnaire.get("_derivedFrom")
    for at, canonical in enumerate(canonicals if isinstance(canonicals, list) else ()):
        if not isinstance(canonical, str):
            continue
        place = f"{path}.derivedFrom[{at}]"
        base = context.catalog.find(canonical, "Questionnaire")
        if base is None:
            context.report("questionnaire.derived-from-unknown", place, found=canonical)
            continue
        sibling = siblings[at] if isinstance(siblings, list) and at < len(siblings) else None
        kind = _derivation(sibling, place, canonical, context)
        if kind is not None:
            _check_against(form, base, canonical, kind == "extends", context)


def _derivation(sibling: Any, path: str, canonical: str, context: Context) -> str | None:
    """`extends` or `compliesWith`; None for any other relation, which sets no rules."""
    value = extension(sibling, _DERIVATION)
    if value is None:
        context.report("questionnaire.derivation-untold", path, found=canonical)
        return None
    code, system = text(value.value, "code"), text(value.value, "system")
    if system == _SYSTEM and code in ("extends", "compliesWith"):
        return code
    if (system, code) != (_SYSTEM, "inspiredBy"):
        context.report("questionnaire.derivation-unknown", path, found=f"{system or ''}#{code or ''}")
    return None


def _check_against(form: Form, base: Resource, url: str, may_extend: bool, context: Context) -> None:
    original = index_form(base, base)
    for question in questions(form):
        source = original.by_link_id.get(question.link_id)
        if source is not None:
            _check_question(question, source, url, context)
        elif not may_extend:
            context.report("questionnaire.derived-new-item", question.path, link_id=question.link_id, url=url)


def _check_question(question: Question, source: Question, url: str, context: Context) -> None:
    told = {"link_id": question.link_id, "url": url}
    mine, theirs = question.item, source.item
    if source.type and question.type and source.type != question.type:
        place = f"{question.path}.type"
        context.report("questionnaire.derived-type", place, found=question.type, expected=source.type, **told)
    if theirs.get("repeats") is not True and mine.get("repeats") is True:
        context.report("questionnaire.derived-repeats", f"{question.path}.repeats", **told)
    if theirs.get("required") is True and mine.get("required") is False:
        context.report("questionnaire.derived-required", f"{question.path}.required", **told)
    _check_max_length(question, source, url, context)
    if objects(theirs, "answerOption"):
        _check_options(question, source, url, context)
    elif text(theirs, "answerValueSet") and objects(mine, "answerOption"):
        context.report("questionnaire.derived-answers", question.path, **told)


def _check_max_length(question: Question, source: Question, url: str, context: Context) -> None:
    limit, found = integer(source.item.get("maxLength")), integer(question.item.get("maxLength"))
    if limit is not None and (found is None or found > limit):
        told = {"link_id": question.link_id, "url": url, "expected": limit, "found": "-" if found is None else found}
        context.report("questionnaire.derived-max-length", question.path, **told)


def _check_options(question: Question, source: Question, url: str, context: Context) -> None:
    told = {"link_id": question.link_id, "url": url}
    if text(question.item, "answerValueSet") or not objects(question.item, "answerOption"):
        context.report("questionnaire.derived-answers", question.path, **told)
        return
    known = {_key(option) for option in objects(source.item, "answerOption")}
    for at, option in rows(question.item, "answerOption"):
        if _key(option) not in known:
            context.report("questionnaire.derived-new-option", f"{question.path}.answerOption[{at}]", **told)


def _key(option: Resource) -> tuple[str, ...]:
    value = choice(option)
    if value is None:
        return ()
    if isinstance(value.value, dict):
        names = ("system", "version", "code") if value.type == "Coding" else ("reference",)
        return (value.type, *(text(value.value, name) or "" for name in names))
    return (value.type, str(value.value))
