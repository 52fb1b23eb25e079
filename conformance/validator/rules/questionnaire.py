"""Rules for Questionnaire beyond its StructureDefinition: conditions, options, initial values, definitions.

https://hl7.org/fhir/R4/questionnaire.html. What the invariants que-0 … que-13 say is left to them.
"""

from __future__ import annotations

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import choice, rows, text
from conformance.validator.rules.questionnaire_answers import ANSWER_TYPES
from conformance.validator.rules.questionnaire_derived import check_derivations
from conformance.validator.rules.questionnaire_form import Form, Question, index_form, questions
from conformance.validator.rules.value_set import IMPLICIT_VALUE_SETS
from conformance.validator.rules.value_set_contained import contained_value_set
from fhir_kernel.resource import Resource, split_canonical

_OPTION_TYPES = {
    "string": ("string",),
    "text": ("string",),
    "integer": ("integer",),
    "decimal": ("integer",),
    "date": ("date",),
    "dateTime": ("date",),
    "time": ("time",),
    "reference": ("Reference",),
    "choice": ("Coding", "string", "integer", "date", "time", "Reference"),
    "open-choice": ("Coding", "string", "integer", "date", "time", "Reference"),
}


def check_questionnaire(questionnaire: Resource, path: str, context: Context) -> None:
    """Every item of the Questionnaire, and what it is derived from."""
    form = index_form(questionnaire, questionnaire, path)
    for question in questions(form):
        _check_conditions(question, form, context)
        _check_options(question, context)
        _check_value_set(question, form, context)
        _check_initial(question, context)
        _check_definition(question, context)
    check_derivations(form, path, context)


RULES: RuleTable = {"Questionnaire": (check_questionnaire,)}


def _check_conditions(question: Question, form: Form, context: Context) -> None:
    for at, condition in rows(question.item, "enableWhen"):
        link_id = text(condition, "question")
        if link_id is None:
            continue
        target = form.by_link_id.get(link_id)
        told = {"found": link_id, "link_id": question.link_id}
        if target is None:
            context.report("questionnaire.condition-unknown", question.path, **told)
        elif target is question:
            context.report("questionnaire.condition-on-itself", question.path, **told)
        elif question.holds(target):
            context.report("questionnaire.condition-on-inner", question.path, **told)
        else:
            if target.order > question.order:
                context.report("questionnaire.condition-on-later", question.path, **told)
            _check_condition_type(condition, target, f"{question.path}.enableWhen[{at}]", context)


def _check_condition_type(condition: Resource, target: Question, path: str, context: Context) -> None:
    expected = ANSWER_TYPES.get(target.type or "")
    answer = choice(condition, "answer")
    if expected is None:
        if target.type in ("group", "display"):
            context.report("questionnaire.condition-without-answer", path, found=target.link_id, type=target.type)
    elif answer is not None and condition.get("operator") != "exists":
        allowed = (*expected, "string") if target.type == "url" else expected
        if answer.type not in allowed:
            told = {"found": answer.type, "expected": ", ".join(expected), "link_id": target.link_id}
            context.report("questionnaire.condition-type", path, **told)


def _check_options(question: Question, context: Context) -> None:
    allowed = _OPTION_TYPES.get(question.type or "")
    if allowed is None:
        return
    for at, option in rows(question.item, "answerOption"):
        value = choice(option)
        if value is not None and value.type not in allowed:
            told = {"found": value.type, "expected": ", ".join(allowed), "type": question.type}
            context.report("questionnaire.option-type", f"{question.path}.answerOption[{at}].value", **told)


def _check_value_set(question: Question, form: Form, context: Context) -> None:
    canonical = text(question.item, "answerValueSet")
    if canonical is None or canonical.startswith(IMPLICIT_VALUE_SETS):
        return
    if canonical.startswith("#"):
        is_known = contained_value_set(form.container, canonical) is not None or "." in form.root.path
    else:
        is_known = context.catalog.find(canonical, "ValueSet") is not None
    if not is_known:
        severity = "warning" if canonical.startswith("#") else "information"
        place = f"{question.path}.answerValueSet"
        context.report("questionnaire.value-set-unknown", place, found=canonical, severity=severity)


def _check_initial(question: Question, context: Context) -> None:
    allowed = ANSWER_TYPES.get(question.type or "")
    if allowed is None:
        return
    for at, initial in rows(question.item, "initial"):
        value = choice(initial)
        if value is not None and value.type not in allowed:
            told = {"found": value.type, "expected": ", ".join(allowed), "type": question.type}
            context.report("questionnaire.initial-type", f"{question.path}.initial[{at}].value", **told)


def _check_definition(question: Question, context: Context) -> None:
    """`definition` is the URL of a StructureDefinition with the id of one of its elements behind `#`."""
    definition = text(question.item, "definition")
    if definition is None or "#" not in definition:
        return
    _, _, fragment = split_canonical(definition)
    found = context.catalog.find(definition.partition("#")[0], "StructureDefinition")
    if found is None or fragment is None:
        return
    if not _has_element(found, fragment):
        told = {"found": fragment, "url": definition.partition("#")[0]}
        context.report("questionnaire.definition-unknown", f"{question.path}.definition", **told)


def _has_element(structure: Resource, element_id: str) -> bool:
    views = [structure.get(name) for name in ("snapshot", "differential")]
    known = [view for view in views if isinstance(view, dict)]
    if not isinstance(structure.get("snapshot"), dict):
        return True
    return any(row.get("id") == element_id for view in known for _, row in rows(view, "element"))
