"""Where a case stands: its state, who has it in hand, until when, and which documents it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.lifecycle.book import Book
from registry.lifecycle.guards.drafting import drafting_deadline
from registry.lifecycle.guards.publication import review_due
from registry.lifecycle.rules import Rules, Transition
from registry.model.case import Case
from registry.model.codec import Kept
from registry.sentence import Sentence

_IN_FORCE = frozenset({"60.60", "90.93"})


@dataclass(frozen=True, slots=True)
class ChecklistEntry(Kept):
    """A document that some action asks for."""

    kind: str
    name: Sentence
    actions: tuple[str, ...]
    """For which actions it is asked."""
    filed: str = ""
    """The id of the document that counts; empty where it is missing."""


@dataclass(frozen=True, slots=True)
class Standing(Kept):
    """Who holds it now, what is missing, and until when."""

    state: str
    name: Sentence
    holders: tuple[str, ...]
    since: datetime | None
    deadline: datetime | None
    is_overdue: bool
    documents: tuple[ChecklistEntry, ...]


def standing(case: Case, now: datetime, book: Book) -> Standing:
    """Where the text of the case stands at the instant `now`. Raises KeyError before it was proposed."""
    rules = book.at(now)
    state = rules.state("text", case.state)
    deadline = deadline_of(case, rules)
    return Standing(
        state=state.code,
        name=state.name,
        holders=state.holders,
        since=case.progress.entered.get(state.code),
        deadline=deadline,
        is_overdue=deadline is not None and now > deadline,
        documents=tuple(checklist(case, rules)),
    )


def deadline_of(case: Case, rules: Rules) -> datetime | None:
    """Until when the present state should be left; None where nothing presses."""
    if case.state == "20.20":
        return drafting_deadline(case, rules)
    if case.state == "30.20" and case.facts.consultation is not None:
        return case.facts.consultation.closes
    if case.state in _IN_FORCE:
        return review_due(case, rules)
    state = rules.state("text", case.state)
    since = case.progress.entered.get(case.state)
    return None if since is None or state.span is None else since + state.span


def checklist(case: Case, rules: Rules) -> Sequence[ChecklistEntry]:
    """The documents of the present state, those that are filed too."""
    leaving = [each for each in rules.transitions if each.machine == "text" and case.state in each.sources]
    codes = dict.fromkeys(code for each in leaving for code in each.documents)
    return [_entry(case, code, leaving, rules) for code in codes]


def _entry(case: Case, code: str, leaving: Sequence[Transition], rules: Rules) -> ChecklistEntry:
    kind, found = rules.documents[code], case.newest(code)
    since = case.progress.entered_last(kind.since)
    counts = found is not None and (since is None or found.filed >= since)
    actions = tuple(each.action for each in leaving if code in each.documents)
    return ChecklistEntry(code, kind.name, actions, found.id if found is not None and counts else "")
