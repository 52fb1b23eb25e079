"""A Questionnaire indexed by linkId, for its own rules and for those of its responses.

https://hl7.org/fhir/R4/questionnaire.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.validator.rules.knowledge_values import rows, text
from fhir_kernel.resource import Resource


@dataclass(slots=True, eq=False)
class Question:
    """One item of a Questionnaire; groups and displays too."""

    item: Resource
    link_id: str
    type: str | None
    path: str
    """FHIRPath location within the Questionnaire's resource."""
    parent: Question | None
    order: int
    """Its number in reading order."""
    last: int = 0
    """The number of the last item within it; its own where it has none."""
    children: list[Question] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    """By linkId, the place of each child among `children`."""

    def holds(self, other: Question) -> bool:
        """Whether `other` is this item or stands within it."""
        return self.order <= other.order <= self.last


@dataclass(frozen=True, slots=True)
class Form:
    """A Questionnaire and its items by linkId."""

    questionnaire: Resource
    container: Resource
    """The resource that holds what `#id` means: the Questionnaire, or the response that contains it."""
    root: Question
    """Stands for the Questionnaire itself; its children are the topmost items."""
    by_link_id: dict[str, Question]
    """The first item of each linkId."""
    slow_patterns: set[str] = field(default_factory=set)
    """Regular expressions that took too long once, and are not tried again."""


def index_form(questionnaire: Resource, container: Resource, path: str = "Questionnaire") -> Form:
    """The index of `questionnaire`, in time linear in its items. Items without linkId are left out."""
    root = Question(questionnaire, "", "group", path, None, 0)
    form = Form(questionnaire, container, root, {})
    _index_children(root, form, 1)
    return form


def questions(form: Form) -> Iterator[Question]:
    """Every item in reading order."""
    stack = list(reversed(form.root.children))
    while stack:
        question = stack.pop()
        yield question
        stack.extend(reversed(question.children))


def _index_children(parent: Question, form: Form, order: int) -> int:
    for at, item in rows(parent.item, "item"):
        link_id = text(item, "linkId")
        if link_id is None:
            continue
        question = Question(item, link_id, text(item, "type"), f"{parent.path}.item[{at}]", parent, order)
        parent.positions.setdefault(link_id, len(parent.children))
        parent.children.append(question)
        form.by_link_id.setdefault(link_id, question)
        order = _index_children(question, form, order + 1)
    parent.last = order - 1
    return order
