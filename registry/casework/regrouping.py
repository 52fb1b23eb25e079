"""Another composition of a drafting group: whoever leaves once drafting has begun stays in it, with an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from registry.model.case import Case
from registry.model.group import Drafter, DraftingGroup
from registry.refusal import refused


@dataclass(frozen=True, slots=True)
class Composition:
    """Who is to draft from now on."""

    members: Sequence[Drafter]
    lead_unit: str
    in_charge: str


def regrouped(case: Case, before: DraftingGroup, wanted: Composition, now: datetime) -> DraftingGroup:
    """The group with those who are wanted, and with all who drafted before. Raises Refused."""
    _check(wanted)
    present = [_declared(each, before.present) for each in wanted.members]
    if not _has_begun(case):
        return replace(before, members=tuple(present), lead_unit=wanted.lead_unit, in_charge=wanted.in_charge)
    stay = {(each.person, each.unit) for each in present}
    past = [_ended(each, now) if (each.person, each.unit) not in stay else each for each in before.members]
    former = () if before.lead_unit in ("", wanted.lead_unit) else (before.lead_unit,)
    return replace(
        before,
        lead_unit=wanted.lead_unit,
        in_charge=wanted.in_charge,
        members=(*(each for each in past if each.until is not None), *present),
        former_lead_units=tuple(dict.fromkeys((*before.former_lead_units, *former))),
    )


def _has_begun(case: Case) -> bool:
    """Whether anything can have been drafted; before, a group is put right without a trace but in its changes."""
    return case.progress.entered_last(["20.20"]) is not None or case.progress.states["package"] != "none"


def _declared(wanted: Drafter, before: Sequence[Drafter]) -> Drafter:
    """What a member declared stays theirs, unless they are of another unit now."""
    known = next((each for each in before if (each.person, each.unit) == (wanted.person, wanted.unit)), None)
    return wanted if known is None else replace(wanted, interests=known.interests, declared=known.declared)


def _ended(past: Drafter, now: datetime) -> Drafter:
    return replace(past, until=past.until or now)


def _check(wanted: Composition) -> None:
    people = [each.person for each in wanted.members]
    if len(set(people)) < len(people):
        raise refused("invalid", "a member stands in it twice", "成员重复", where="members")
    if wanted.in_charge and wanted.in_charge not in people:
        en = "the person in charge is not a member of the drafting group; name another one who is"
        raise refused("invalid", en, "负责人不是起草组成员；请另行指定", where="inCharge")
