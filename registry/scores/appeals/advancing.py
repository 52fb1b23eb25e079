"""Whether somebody may take a step of a case now: pure, and whoever may not is told what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from registry.people.caller import Caller
from registry.refusal import Refused, refused
from registry.scores.appeals.case import Case, CaseEvent, event_of
from registry.scores.appeals.lifecycle import STATES, Step
from registry.sentence import Sentence

DECIDERS = ("E", "M")
_NATION = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to do: why, and the number of the last event that they have seen."""

    reason: str = ""
    expected: int | None = None
    lacking: tuple[Sentence, ...] = ()
    """What else is missing for it."""


def advance(case: Case, step: Step, caller: Caller, wanted: Wanted, past: Sequence[CaseEvent]) -> CaseEvent:
    """The event that a step makes. Raises Refused: forbidden, conflict, or invalid with everything that is missing."""
    role = side_of(caller, step, case)
    check_state(case, step, past)
    if wanted.expected is not None and wanted.expected != case.number:
        raise _quicker(wanted.expected, past)
    missing = (*_no_reason(step, wanted), *wanted.lacking)
    if missing:
        raise Refused("invalid", missing, where=step.action)
    return event_of(case, step, case.number + 1, caller.known().id, role, caller.now, wanted.reason)


def advance_by_traffic(case: Case, step: Step, now: datetime) -> CaseEvent:
    """The event of a step that nobody takes, in a state in which it is possible."""
    return event_of(case, step, case.number + 1, "", "", now, "")


def side_of(caller: Caller, step: Step, case: Case) -> str:
    """The role by which the caller takes the step; empty for people of the institution. Raises Refused (forbidden)."""
    person = caller.known()
    is_own = person.organisation == case.institution
    if step.side == "institution":
        if not is_own:
            raise _of_others(step.name, case, person.organisation)
        return ""
    role = decider(caller, step.name, case.jurisdiction)
    if is_own:
        en = f"{step.name.en} needs somebody who does not belong to {case.name}, whom it concerns"
        raise refused("forbidden", en, f"{step.name.zh}应由不属于{case.name}的人员办理")
    return role


def decider(caller: Caller, what: Sentence, jurisdiction: str) -> str:
    """The role E or M of the caller, for the nation or for a jurisdiction. Raises Refused (forbidden)."""
    national = caller.roles(jurisdiction=_NATION)
    for role in DECIDERS:
        if role in national:
            return role
    return caller.require(what, *DECIDERS, jurisdiction=jurisdiction)


def check_state(case: Case, step: Step, past: Sequence[CaseEvent]) -> None:
    """Raises Refused (conflict) where the step is not possible as the case stands, and tells who brought it there."""
    if case.state in step.sources:
        return
    en, zh = (", ".join(STATES[each].en for each in step.sources), "、".join(STATES[each].zh for each in step.sources))
    now = STATES[case.state]
    raise refused(
        "conflict",
        f"{step.name.en} is possible while it is {en}, but it is {now.en}{_since(past).en}",
        f"{step.name.zh}只能在“{zh}”时进行，当前为“{now.zh}”{_since(past).zh}",
        "state",
    )


def _since(past: Sequence[CaseEvent]) -> Sentence:
    if not past:
        return Sentence("", "")
    last = past[-1]
    who, when = last.by or "traffic", last.instant.isoformat(timespec="seconds")
    return Sentence(f" since {when}, by {who} ({last.action})", f"（{when}，{who}，{last.action}）")


def _quicker(expected: int, past: Sequence[CaseEvent]) -> Refused:
    told = "; ".join(f"{each.action} by {each.by or 'traffic'}" for each in past if each.number > expected) or "–"
    number = past[-1].number if past else 0
    return refused(
        "conflict",
        f"somebody was quicker: found event {number} where {expected} was expected as the last one; since then: {told}",
        f"他人已先行操作：最后的事件为 {number}，预期为 {expected}；其间：{told}",
        "expected",
    )


def _of_others(what: Sentence, case: Case, organisation: str) -> Refused:
    found_en = f"somebody of {organisation}" if organisation else "somebody of no organisation"
    found_zh = f"{organisation} 的人员" if organisation else "不属于任何机构的人员"
    return refused(
        "forbidden",
        f"{what.en} needs a person of {case.name} ({case.institution}); found {found_en}",
        f"{what.zh}应由{case.name}（{case.institution}）的人员办理；实际为{found_zh}",
    )


def _no_reason(step: Step, wanted: Wanted) -> tuple[Sentence, ...]:
    if wanted.reason or not step.needs_reason:
        return ()
    return (Sentence(f"{step.name.en} needs a reason", f"{step.name.zh}须说明理由"),)
