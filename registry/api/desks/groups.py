"""Answers about the drafting group of a project: who drafts, and what they declare of their interests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.kit import INSIDERS, Kit, require
from registry.api.told import told
from registry.api.wording import text_of
from registry.http.route import Answer, Call
from registry.model.case import Case
from registry.model.group import Drafter, DraftingGroup
from registry.people.kit import person_in
from registry.records.keeping import GROUPS, PROJECTS
from registry.refusal import Refused
from registry.sentence import Sentence

_FORMING = Sentence("forming the drafting group", "组建起草组")
_NONE = Sentence("the project has no drafting group", "该项目没有起草组")


class GroupsDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def group(self, call: Call) -> Answer:
        case = await self._kit.case(self._kit.store, call.path["id"], call.now)
        what = Sentence("seeing the drafting group with its declarations", "查看起草组及利益声明")
        require(call.caller, case, what, *INSIDERS)
        return Answer(told(_group(case)))

    async def save(self, call: Call) -> Answer:
        kit, new_id = self._kit, self._kit.new_id()

        async def work(transaction: Transaction) -> DraftingGroup:
            case = await kit.case(transaction, call.path["id"], call.now)
            require(call.caller, case, _FORMING, "M", "L", "S", "LU")
            _check_not_voted(case)
            names = {
                each["person"]: (await person_in(transaction, each["person"])).name for each in call.body["members"]
            }
            made = _made(case, call.body, new_id, names)
            await GROUPS.save(transaction, made)
            if case.project.group != made.id:
                await PROJECTS.save(transaction, replace(case.project, group=made.id))
            return made

        return Answer(told(await kit.store.commit(work)))

    async def declare(self, call: Call) -> Answer:
        kit, me = self._kit, call.caller.known().id
        interests = text_of(call.body, "interests", most=2_000, least=1)

        async def work(transaction: Transaction) -> DraftingGroup:
            group = _group(await kit.case(transaction, call.path["id"], call.now))
            if me not in {each.person for each in group.members}:
                said = Sentence(
                    "only members of the drafting group declare their interests", "只有起草组成员可以声明利益关系"
                )
                raise Refused("forbidden", (said,))
            members = tuple(
                replace(each, interests=interests, declared=call.now) if each.person == me else each
                for each in group.members
            )
            made = replace(group, members=members)
            await GROUPS.save(transaction, made)
            return made

        return Answer(told(await kit.store.commit(work)))


def _group(case: Case) -> DraftingGroup:
    if case.group is None:
        raise Refused("missing", (_NONE,))
    return case.group


def _made(case: Case, body: Mapping[str, Any], new_id: str, names: Mapping[str, str]) -> DraftingGroup:
    before = case.group or DraftingGroup(new_id, case.project.id)
    known = {each.person: each for each in before.members}
    given = [{"name": names[each["person"]], **each} for each in body["members"]]
    members = tuple(_drafter(each, known.get(each["person"])) for each in given)
    if len({each.person for each in members}) < len(members):
        raise Refused("invalid", (Sentence("a member stands in it twice", "成员重复"),), where="members")
    return replace(
        before,
        lead_unit=body.get("leadUnit", before.lead_unit or case.project.lead_unit),
        in_charge=body.get("inCharge", before.in_charge),
        members=members,
    )


def _drafter(given: Mapping[str, Any], before: Drafter | None) -> Drafter:
    """What a member declared stays theirs, unless they are of another unit now."""
    made = Drafter(given["person"], given["unit"], given["name"], given.get("isUser", False))
    if before is None or before.unit != made.unit:
        return made
    return replace(made, interests=before.interests, declared=before.declared)


def _check_not_voted(case: Case) -> None:
    """Who drafted decides who is recused; so it does not change while they vote."""
    if case.state == "40.20":
        en = "the drafting group does not change while the review is open"
        raise Refused("conflict", (Sentence(en, "审查期间不得更改起草组"),))
