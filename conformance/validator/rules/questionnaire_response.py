"""A QuestionnaireResponse against its Questionnaire.

https://hl7.org/fhir/R4/questionnaireresponse.html#notes and https://hl7.org/fhir/R4/questionnaire.html
"""

from __future__ import annotations

from dataclasses import dataclass

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import extension, integer, objects, part, rows, text
from conformance.validator.rules.questionnaire_answers import check_answer
from conformance.validator.rules.questionnaire_compare import compare_dates
from conformance.validator.rules.questionnaire_enable_when import Answers, Trail, is_enabled
from conformance.validator.rules.questionnaire_form import Form, Question, index_form
from fhir_kernel.resource import Resource

_OCCURS = "http://hl7.org/fhir/StructureDefinition/questionnaire-{}Occurs"
_EXAMPLE_HOSTS = ("http://example.org", "https://example.org")
_FINAL = ("completed", "amended")
Found = list[tuple[int, Resource]]
"""The items of a response with one linkId, each with its position."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What stays the same while one response is walked."""

    form: Form
    answers: Answers
    context: Context
    is_final: bool
    """Whether the response claims to be complete, so that what is required must be there."""


def check_questionnaire_response(response: Resource, path: str, context: Context) -> None:
    """Every item and answer against the Questionnaire that the response names; a warning where that is not known."""
    canonical = text(response, "questionnaire")
    if canonical is None:
        context.report("questionnaire-response.no-questionnaire", path)
        return
    form = _find_form(response, canonical, path, context)
    if form is None:
        severity = "information" if canonical.startswith(_EXAMPLE_HOSTS) else "warning"
        context.report("questionnaire-response.unknown-questionnaire", path, found=canonical, severity=severity)
        return
    _check_authored(response, form.questionnaire, path, context)
    walk = Walk(form, Answers(response), context, response.get("status") in _FINAL)
    _check_items(walk, form.root, response, path, ())


RULES: RuleTable = {"QuestionnaireResponse": (check_questionnaire_response,)}


def _find_form(response: Resource, canonical: str, path: str, context: Context) -> Form | None:
    found = None if canonical.startswith("#") else context.catalog.find(canonical, "Questionnaire")
    found = found or context.resolve(canonical, f"{path}.questionnaire")
    if found is None or found.get("resourceType") != "Questionnaire":
        return None
    return index_form(found, response if canonical.startswith("#") else found)


def _check_authored(response: Resource, questionnaire: Resource, path: str, context: Context) -> None:
    authored = text(response, "authored")
    period = part(questionnaire, "effectivePeriod")
    for name, wrong in (("start", -1), ("end", 1)):
        limit = text(period, name)
        if authored and limit and compare_dates(authored, limit) == wrong:
            issue_id = f"questionnaire-response.authored-{'before' if wrong < 0 else 'after'}"
            context.report(issue_id, f"{path}.authored", found=authored, expected=limit)


def _check_items(walk: Walk, parent: Question, holder: Resource, path: str, trail: Trail) -> None:
    """The items that `holder` has, against the children of `parent`; then what is missing."""
    found = _sort_items(walk, parent, holder, path, trail)
    for question in parent.children:
        if question.link_id in found:
            _check_question(walk, question, found[question.link_id], path, trail)
        elif question.item.get("required") is True and is_enabled(
            question, walk.form, trail, walk.answers, walk.context
        ):
            _report_missing(walk, question, path)


def _sort_items(walk: Walk, parent: Question, holder: Resource, path: str, trail: Trail) -> dict[str, Found]:
    """The items by linkId; those that are unknown, misplaced or out of order are reported."""
    found: dict[str, Found] = {}
    last = -1
    for at, item in rows(holder, "item"):
        link_id = text(item, "linkId")
        if link_id is None:
            continue
        position = parent.positions.get(link_id)
        place = f"{path}.item[{at}]"
        if position is None:
            _check_stray(walk, link_id, item, place, trail)
            continue
        if position < last:
            walk.context.report("questionnaire-response.out-of-order", place, link_id=link_id)
        last = position
        found.setdefault(link_id, []).append((at, item))
    return found


def _check_stray(walk: Walk, link_id: str, item: Resource, path: str, trail: Trail) -> None:
    question = walk.form.by_link_id.get(link_id)
    if question is None:
        walk.context.report("questionnaire-response.unknown-link-id", path, link_id=link_id)
        return
    expected = question.parent.link_id if question.parent is not None and question.parent.parent is not None else "-"
    walk.context.report("questionnaire-response.misplaced", path, link_id=link_id, expected=expected)
    _check_item(walk, question, item, path, trail, True)


def _check_question(walk: Walk, question: Question, found: Found, path: str, trail: Trail) -> None:
    """The items that belong to one question."""
    enabled = is_enabled(question, walk.form, trail, walk.answers, walk.context)
    if len(found) > 1 and question.item.get("repeats") is not True:
        place = f"{path}.item[{found[1][0]}]"
        walk.context.report("questionnaire-response.repeated-item", place, link_id=question.link_id, found=len(found))
    if question.type == "group":
        _check_occurs(walk, question, len(found), f"{path}.item[{found[-1][0]}]")
    for at, item in found:
        place = f"{path}.item[{at}]"
        if enabled is False and "answer" not in item and "item" not in item:
            continue
        if enabled is False:
            walk.context.report("questionnaire-response.not-enabled", place, link_id=question.link_id)
        _check_item(walk, question, item, place, trail, enabled is True)


def _check_item(walk: Walk, question: Question, item: Resource, path: str, trail: Trail, is_asked: bool) -> None:
    """One item of the response; `is_asked` says that an answer may be required of it."""
    _check_text(walk, question, item, path)
    answers = list(rows(item, "answer"))
    inner = (*trail, (question, item))
    if question.type == "group":
        _check_group(walk, question, item, path, inner, is_asked)
        return
    if not answers and is_asked and question.item.get("required") is True and question.type != "display":
        _report_missing(walk, question, path)
    if question.type == "display":
        _check_display(walk, question, item, path)
        return
    _check_number_of_answers(walk, question, len(answers), path)
    for at, answer in answers:
        place = f"{path}.answer[{at}]"
        check_answer(question, walk.form, answer, place, len(answers), walk.context)
        _check_items(walk, question, answer, place, inner)
    if objects(item, "item"):
        walk.context.report("questionnaire-response.items-beside-answers", path, link_id=question.link_id)


def _check_text(walk: Walk, question: Question, item: Resource, path: str) -> None:
    shown, asked = text(item, "text"), text(question.item, "text")
    if shown is not None and shown != asked:
        told = {"found": shown, "expected": asked or "-", "link_id": question.link_id}
        walk.context.report("questionnaire-response.text-differs", path, **told)


def _check_group(walk: Walk, question: Question, item: Resource, path: str, trail: Trail, is_asked: bool) -> None:
    if "answer" in item:
        walk.context.report("questionnaire-response.group-answered", path, link_id=question.link_id)
    if is_asked and question.item.get("required") is True and not objects(item, "item"):
        severity = "error" if walk.is_final else "warning"
        walk.context.report("questionnaire-response.group-empty", path, link_id=question.link_id, severity=severity)
    _check_items(walk, question, item, path, trail)


def _check_display(walk: Walk, question: Question, item: Resource, path: str) -> None:
    if "answer" in item or "item" in item:
        walk.context.report("questionnaire-response.display-answered", path, link_id=question.link_id)


def _check_number_of_answers(walk: Walk, question: Question, count: int, path: str) -> None:
    if count > 1 and question.item.get("repeats") is not True:
        walk.context.report("questionnaire-response.repeated-answer", path, link_id=question.link_id, found=count)
    _check_occurs(walk, question, count, path)


def _check_occurs(walk: Walk, question: Question, count: int, path: str) -> None:
    if "extension" not in question.item:
        return
    least, most = (extension(question.item, _OCCURS.format(name)) for name in ("min", "max"))
    fewest = integer(least.value) if least is not None else None
    limit = integer(most.value) if most is not None else None
    told = {"link_id": question.link_id, "found": count}
    if fewest is not None and count < fewest:
        walk.context.report("questionnaire-response.too-few", path, expected=fewest, **told)
    if limit is not None and count > limit:
        walk.context.report("questionnaire-response.too-many", path, expected=limit, **told)


def _report_missing(walk: Walk, question: Question, path: str) -> None:
    severity = "error" if walk.is_final else "warning"
    walk.context.report("questionnaire-response.missing", path, link_id=question.link_id, severity=severity)
