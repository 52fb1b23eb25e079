"""What can be done next: every action that leaves the states of a case, with what is missing and who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.lifecycle.book import Book
from registry.lifecycle.guards import Question
from registry.lifecycle.missing import Lack, lack
from registry.lifecycle.rules import Transition
from registry.model.case import Actor, Case
from registry.model.codec import Kept
from registry.model.event import Machine
from registry.people.roles import AUTHORITY
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Possible(Kept):
    """An action. With nothing missing it does not fail at this instant, given a reason where it needs one."""

    machine: Machine
    action: str
    name: Sentence
    target: str
    target_name: Sentence
    roles: tuple[str, ...]
    needs_reason: bool
    missing: tuple[Sentence, ...]
    can_override: bool = False
    """Whether this actor may do it in spite of what is missing."""


def possible(case: Case, actor: Actor, now: datetime, book: Book) -> Sequence[Possible]:
    """Every action that leaves the states of the case at the instant `now`, in the order of the rules."""
    rules = book.at(now)
    asked = [Question(case, each, actor, now, rules, book.zone) for each in rules.leaving(case.progress.states)]
    return [_possible(each) for each in asked]


def _possible(asked: Question) -> Possible:
    transition, lacking = asked.transition, lack(asked)
    return Possible(
        machine=transition.machine,
        action=transition.action,
        name=transition.name,
        target=transition.target,
        target_name=_name(asked, transition),
        roles=transition.roles,
        needs_reason=transition.needs_reason,
        missing=lacking.sentences,
        can_override=_can_override(asked.actor, lacking),
    )


def _name(asked: Question, transition: Transition) -> Sentence:
    return asked.rules.state(transition.machine, transition.target).name


def _can_override(actor: Actor, lacking: Lack) -> bool:
    return bool(actor.id and AUTHORITY in actor.roles and lacking.sentences and not lacking.firm)
