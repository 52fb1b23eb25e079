"""Whether an answer is one of the options that its question permits.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.answerOption
"""

from __future__ import annotations

from typing import Any

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import Typed, choice, extension, objects, text
from conformance.validator.rules.questionnaire_form import Form, Question
from conformance.validator.rules.value_set_contained import Membership, contained_value_set, membership
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery, Verdict

_EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
_NOT_IN = "questionnaire-response.not-in-value-set"
_UNKNOWN = "questionnaire-response.value-set-unknown"
_OPTION_TYPES = {"dateTime": ("date", "dateTime"), "decimal": ("integer", "decimal")}


def check_choice(question: Question, form: Form, answer: Typed, path: str, count: int, context: Context) -> None:
    """Whether `answer` to a choice or open-choice is permitted; `count` is the number of answers of its item."""
    is_open = question.type == "open-choice"
    if objects(question.item, "answerOption"):
        if answer.type == "Coding":
            _check_coding_option(question, answer.value, is_open, path, count, context)
        elif answer.type == "string" and is_open:
            _check_free_text(question, answer.value, path, context)
        else:
            check_option(question, answer, path, context)
    elif answer.type == "Coding" and text(question.item, "answerValueSet"):
        _check_value_set(question.item["answerValueSet"], form, answer.value, is_open, path, context)
    else:
        context.report("questionnaire-response.no-options", path, link_id=question.link_id)


def check_option(question: Question, answer: Typed, path: str, context: Context) -> None:
    """Whether a plain `answer` is among the options of its type; nothing where the question has none at all."""
    options = _options(question)
    if not options:
        return
    types = _OPTION_TYPES.get(answer.type, (answer.type,))
    same = [option.value for option in options if option.type in types]
    if not same:
        context.report("questionnaire-response.no-options-of-type", path, type=answer.type, link_id=question.link_id)
    elif not any(_same(answer, value) for value in same):
        context.report("questionnaire-response.not-an-option", path, found=_shown(answer), link_id=question.link_id)


def check_text_in_value_set(question: Question, form: Form, value: str, path: str, context: Context) -> None:
    """Whether a string is a code of the question's value set, where it has one."""
    canonical = text(question.item, "answerValueSet")
    if canonical is not None:
        _check_value_set(canonical, form, {"code": value}, False, path, context)


def _options(question: Question) -> list[Typed]:
    found = (choice(option) for option in objects(question.item, "answerOption"))
    return [value for value in found if value is not None]


def _same(answer: Typed, option: Any) -> bool:
    if answer.type == "Reference":
        return text(answer.value, "reference") == text(option, "reference")
    return bool(answer.value == option)


def _shown(answer: Typed) -> str:
    if isinstance(answer.value, dict):
        return text(answer.value, "reference") or text(answer.value, "display") or ""
    return str(answer.value)


def _check_coding_option(
    question: Question, coding: Any, is_open: bool, path: str, count: int, context: Context
) -> None:
    system, code = text(coding, "system"), text(coding, "code")
    if is_open and code is None and system is None and text(coding, "display"):
        return
    codings = 0
    for option in objects(question.item, "answerOption"):
        value = choice(option)
        if value is None or value.type != "Coding":
            continue
        codings += 1
        if (text(value.value, "system"), text(value.value, "code")) == (system, code):
            if count > 1 and _is_exclusive(option):
                context.report("questionnaire-response.exclusive-option", path, found=_code(coding))
            return
    if codings:
        context.report("questionnaire-response.not-an-option", path, found=_code(coding), link_id=question.link_id)
    elif not is_open:
        context.report("questionnaire-response.no-options-of-type", path, type="Coding", link_id=question.link_id)


def _is_exclusive(option: Resource) -> bool:
    flag = extension(option, _EXCLUSIVE)
    return flag is not None and flag.value is True


def _check_free_text(question: Question, value: Any, path: str, context: Context) -> None:
    """Free text that names one of the codes is likely a slip."""
    folded = str(value).casefold()
    for option in _options(question):
        if option.type == "Coding":
            names = (text(option.value, "display"), text(option.value, "code"))
            if folded in (name.casefold() for name in names if name):
                context.report("questionnaire-response.text-is-an-option", path, found=value)
                return


def _check_value_set(canonical: str, form: Form, coding: Any, is_open: bool, path: str, context: Context) -> None:
    code, system = text(coding, "code"), text(coding, "system")
    told = {"found": _code(coding), "value_set": canonical}
    if code is None:
        if not is_open:
            context.report(_NOT_IN, path, **told)
    elif canonical.startswith("#"):
        _check_contained(canonical, form, Membership(code, system), told, path, context)
    else:
        query = CodeQuery(code, system, text(coding, "version"), value_set=canonical)
        context.check_code(query, path, _NOT_IN, on_unknown=_UNKNOWN, **told)


def _check_contained(
    canonical: str, form: Form, asked: Membership, told: dict[str, str], path: str, context: Context
) -> None:
    value_set = contained_value_set(form.container, canonical)
    verdict = membership(value_set, asked) if value_set is not None else Verdict.UNKNOWN
    if isinstance(verdict, CodeQuery):
        context.check_code(verdict, path, _NOT_IN, on_unknown=_UNKNOWN, **told)
    elif verdict is Verdict.OUT:
        context.report(_NOT_IN, path, **told)
    elif verdict is Verdict.UNKNOWN:
        context.report(_UNKNOWN, path, **told)


def _code(coding: Any) -> str:
    system, code = text(coding, "system"), text(coding, "code")
    shown = f"{system}#{code}" if system else code
    return shown or text(coding, "display") or ""
