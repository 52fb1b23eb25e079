"""Answers about the drafting group of a project: who drafts, and what they declare of their interests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fhir_kernel.store.base import Reader, Transaction
from registry.api.kit import INSIDERS, Kit, require
from registry.api.told import told
from registry.api.wording import text_of
from registry.casework.regrouping import Composition, regrouped
from registry.http.route import Answer, Call
from registry.model.case import Case
from registry.model.group import Drafter, DraftingGroup
from registry.people.kit import person_in
from registry.records.changes import Who, changes_of, differing, note_change
from registry.records.keeping import GROUPS, PROJECTS
from registry.refusal import Refused
from registry.sentence import Sentence

_FORMING = Sentence("forming the drafting group", "组建起草组")
_DRAFTER = "member"
"""By what a member declares their interests."""
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

    async def changes(self, call: Call) -> Answer:
        case = await self._kit.case(self._kit.store, call.path["id"], call.now)
        require(call.caller, case, Sentence("seeing the changes of a group", "查看起草组变更记录"), *INSIDERS)
        found = await changes_of(self._kit.store, GROUPS.collection, _group(case).id)
        return Answer({"changes": [told(each) for each in found]})

    async def save(self, call: Call) -> Answer:
        kit, new_id, change = self._kit, self._kit.new_id(), self._kit.new_id()

        async def work(transaction: Transaction) -> DraftingGroup:
            case = await kit.case(transaction, call.path["id"], call.now)
            role = require(call.caller, case, _FORMING, "M", "L", "S", "LU")
            _check_not_voted(case)
            before = case.group or DraftingGroup(new_id, case.project.id)
            made = regrouped(case, before, await _wanted(transaction, case, before, call.body), call.now)
            await _save(transaction, before, made, Who(change, call.caller.known().id, role, call.now))
            if case.project.group != made.id:
                await PROJECTS.save(transaction, replace(case.project, group=made.id))
            return made

        return Answer(told(await kit.store.commit(work)))

    async def declare(self, call: Call) -> Answer:
        kit, me, change = self._kit, call.caller.known().id, self._kit.new_id()
        interests = text_of(call.body, "interests", most=2_000, least=1)

        async def work(transaction: Transaction) -> DraftingGroup:
            group = _group(await kit.case(transaction, call.path["id"], call.now))
            if me not in {each.person for each in group.present}:
                said = Sentence(
                    "only members of the drafting group declare their interests", "只有起草组成员可以声明利益关系"
                )
                raise Refused("forbidden", (said,))
            members = tuple(
                replace(each, interests=interests, declared=call.now)
                if each in group.present and each.person == me
                else each
                for each in group.members
            )
            made = replace(group, members=members)
            await _save(transaction, group, made, Who(change, me, _DRAFTER, call.now))
            return made

        return Answer(told(await kit.store.commit(work)))


def _group(case: Case) -> DraftingGroup:
    if case.group is None:
        raise Refused("missing", (_NONE,))
    return case.group


async def _wanted(reader: Reader, case: Case, before: DraftingGroup, body: Mapping[str, Any]) -> Composition:
    """Every member is known here. Raises Refused (missing)."""
    members = []
    for each in body["members"]:
        person = await person_in(reader, each["person"])
        members.append(Drafter(person.id, each["unit"], each.get("name", person.name), each.get("isUser", False)))
    return Composition(
        members,
        body.get("leadUnit", before.lead_unit or case.project.lead_unit),
        body.get("inCharge", before.in_charge),
    )


async def _save(transaction: Transaction, before: DraftingGroup, made: DraftingGroup, who: Who) -> None:
    await GROUPS.save(transaction, made)
    old, new = before.document(), made.document()
    await note_change(transaction, GROUPS.collection, made.id, who, old, new, differing(old, new))


def _check_not_voted(case: Case) -> None:
    """Who drafted decides who is recused; so it does not change while they vote."""
    if case.state == "40.20":
        en = "the drafting group does not change while the review is open"
        raise Refused("conflict", (Sentence(en, "审查期间不得更改起草组"),))
