"""Whether an item of a Questionnaire is enabled by the answers of a response.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import Typed, choice, extension, objects, rows, text
from conformance.validator.rules.questionnaire_compare import compare
from conformance.validator.rules.questionnaire_form import Form, Question
from fhir_kernel.resource import Resource

Trail = tuple[tuple[Question, Resource], ...]
"""The items of a response, each with its question, from the outermost to where the walk is."""

_EXPRESSIONS = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
    "http://phr.kanta.fi/StructureDefinition/fiphr-ext-questionnaire-enablewhen",
)
_ORDER: Mapping[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


class Answers:
    """The answers of a response by linkId, for the whole and for each group instance that is asked about."""

    def __init__(self, response: Resource) -> None:
        self.response = response
        self._by_scope: dict[int, dict[str, list[Typed]]] = {}

    def within(self, scope: Resource | None, link_id: str) -> list[Typed]:
        """The answers to `link_id` within an item of the response, itself included; None is the whole response."""
        node = self.response if scope is None else scope
        index = self._by_scope.get(id(node))
        if index is None:
            index = self._by_scope[id(node)] = _answers_by_link_id(node)
        return index.get(link_id, [])


def is_enabled(question: Question, form: Form, trail: Trail, answers: Answers, context: Context) -> bool | None:
    """Whether the conditions of `question` hold where the walk is; None where they cannot be evaluated."""
    for url in _EXPRESSIONS:
        value = extension(question.item, url)
        if value is not None:
            return _holds_expression(value, answers.response, context)
    conditions = objects(question.item, "enableWhen")
    if not conditions:
        return True
    behavior = text(question.item, "enableBehavior")
    if len(conditions) > 1 and behavior not in ("any", "all"):
        return True
    results = (_holds(condition, question, form, trail, answers) for condition in conditions)
    return all(results) if behavior == "all" else any(results)


def _holds_expression(value: Typed, response: Resource, context: Context) -> bool | None:
    """A FHIRPath expression, as an Expression or in a string, over the whole response."""
    if isinstance(value.value, str):
        return context.holds(value.value, response)
    expression = text(value.value, "expression")
    if expression is None or text(value.value, "language") != "text/fhirpath":
        return None
    return context.holds(expression, response)


def _holds(condition: Resource, question: Question, form: Form, trail: Trail, answers: Answers) -> bool:
    given = _answers_to(condition, question, form, trail, answers)
    expected = choice(condition, "answer")
    if condition.get("operator") == "exists":
        return expected is not None and expected.value is bool(given)
    return expected is not None and any(_fits(each, condition.get("operator"), expected) for each in given)


def _answers_to(condition: Resource, source: Question, form: Form, trail: Trail, answers: Answers) -> list[Typed]:
    """The answers that count: those in the innermost group instance that encloses both questions."""
    target = form.by_link_id.get(text(condition, "question") or "")
    if target is None:
        return []
    common = source.parent
    while common is not None and common.parent is not None and not common.holds(target):
        common = common.parent
    if common is None or common.parent is None:
        return answers.within(None, target.link_id)
    for question, item in reversed(trail):
        if question is common:
            return answers.within(item, target.link_id)
    return []


def _fits(actual: Typed, sign: Any, expected: Typed) -> bool:
    if actual.type == expected.type == "Coding":
        same = _same_coding(actual.value, expected.value)
        return same if sign == "=" else sign == "!=" and not same
    order = compare(actual, expected)
    test = _ORDER.get(sign) if isinstance(sign, str) else None
    return order is not None and test is not None and test(order, 0)


def _same_coding(actual: Any, expected: Any) -> bool:
    """By code, and by system where the condition names one."""
    system = text(expected, "system")
    return text(actual, "code") == text(expected, "code") and system in (None, text(actual, "system"))


def _answers_by_link_id(node: Resource) -> dict[str, list[Typed]]:
    index: dict[str, list[Typed]] = {}
    stack: list[Iterator[Resource]] = [iter([node])]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
            continue
        link_id = text(item, "linkId")
        if link_id is not None:
            values = (choice(answer) for _, answer in rows(item, "answer"))
            index.setdefault(link_id, []).extend(value for value in values if value is not None)
        stack.append(iter(_inner_items(item)))
    return index


def _inner_items(item: Resource) -> list[Resource]:
    nested = objects(item, "item")
    for answer in objects(item, "answer"):
        nested.extend(objects(answer, "item"))
    return nested
