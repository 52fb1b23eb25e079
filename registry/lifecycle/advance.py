"""The only function that changes a state. It is pure: it gives the event that happens, or says what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.lifecycle.book import Book
from registry.lifecycle.guards import Question
from registry.lifecycle.missing import Lack, evidence_of, lack, moves_of, role_of
from registry.lifecycle.rules import Rules, Transition
from registry.model.case import Act, Actor, Case
from registry.model.event import Event
from registry.people.roles import AUTHORITY
from registry.refusal import Kind
from registry.sentence import Sentence

REASON_LENGTH = 2_000
"""How many characters a reason may have."""
_REASON = Sentence("a reason has to be given", "须说明理由")


@dataclass(frozen=True, slots=True)
class Missing:
    """Why nothing happens; `kind` is that of the refusal."""

    kind: Kind
    sentences: tuple[Sentence, ...]


def advance(case: Case, act: Act, actor: Actor, now: datetime, book: Book) -> Event | Missing:
    """The event that the act makes of the case at the instant `now`, or what is missing for it."""
    rules = book.at(now)
    transition = _transition(case, act, rules)
    if isinstance(transition, Missing):
        return transition
    if len(act.reason) > REASON_LENGTH:
        return Missing("invalid", (_too_long(len(act.reason)),))
    lacking = lack(Question(case, transition, actor, now, rules, book.zone))
    missing = _override(act, actor, lacking) if act.override else _ordinary(act, transition, lacking)
    return missing or _event(case, act, actor, now, rules, transition, lacking)


def _transition(case: Case, act: Act, rules: Rules) -> Transition | Missing:
    named = rules.named(act.action)
    if not named:
        known = ", ".join(each.action for each in rules.leaving(case.progress.states))
        return Missing(
            "invalid",
            (
                Sentence(
                    f"there is no action '{act.action}'; expected one of: {known}",
                    f"没有操作“{act.action}”；可用：{known}",
                ),
            ),
        )
    states = case.progress.states
    found = next((each for each in named if states[each.machine] in each.sources), None)
    return found or Missing("conflict", (_elsewhere(named, states[named[0].machine]),))


def _elsewhere(named: tuple[Transition, ...], state: str) -> Sentence:
    sources = ", ".join(f"'{source}'" for each in named for source in each.sources)
    return Sentence(
        f"'{named[0].name.en}' is possible in {sources}, but the state is '{state}'",
        f"“{named[0].name.zh}”只能在 {sources} 进行，当前状态为“{state}”",
    )


def _ordinary(act: Act, transition: Transition, lacking: Lack) -> Missing | None:
    if lacking.role:
        return Missing("forbidden", lacking.role)
    reason = (_REASON,) if transition.needs_reason and not act.reason.strip() else ()
    sentences = (*lacking.guards, *lacking.firm, *reason)
    return Missing("conflict" if lacking.sentences else "invalid", sentences) if sentences else None


def _override(act: Act, actor: Actor, lacking: Lack) -> Missing | None:
    if AUTHORITY not in actor.roles or not actor.id:
        only = "only a named person with the role 'authority' may act in spite of what is missing"
        return Missing("forbidden", (Sentence(only, "只有具有“特批”角色的指定人员可以越过缺项"), *lacking.sentences))
    if lacking.firm:
        return Missing("conflict", lacking.firm)
    if not act.reason.strip():
        return Missing("invalid", (_REASON,))
    if not lacking.sentences:
        return Missing("invalid", (Sentence("nothing is missing, so nothing is to be overridden", "无缺项，无须特批"),))
    return None


def _too_long(length: int) -> Sentence:
    return Sentence(
        f"the reason has {length} characters; expected at most {REASON_LENGTH}",
        f"理由长 {length} 个字符；最多 {REASON_LENGTH} 个",
    )


def _event(
    case: Case, act: Act, actor: Actor, now: datetime, rules: Rules, transition: Transition, lacking: Lack
) -> Event:
    own, *also = moves_of(case, transition)
    return Event(
        number=case.progress.number + 1,
        standard=case.standard.id,
        edition=case.edition.id,
        project=case.project.id,
        machine=own.machine,
        action=act.action,
        source=own.source,
        target=own.target,
        actor=actor.id,
        role=AUTHORITY if act.override else role_of(transition, actor) or "",
        profile=rules.name,
        instant=now,
        also=tuple(also),
        evidence=tuple(dict.fromkeys((*act.evidence, *evidence_of(case, transition)))),
        reason=act.reason,
        override=lacking.sentences if act.override else (),
    )
