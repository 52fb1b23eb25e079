"""Answers about committees and annual plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from fhir_kernel.store.base import Reader, Transaction
from registry.api.kit import INSIDERS, Kit
from registry.api.told import told
from registry.api.wording import sentence_of
from registry.casework.terms import with_terms
from registry.http.route import Answer, Call
from registry.model.codec import Kept
from registry.model.committee import Committee, CommitteeMember
from registry.model.plan import AnnualPlan
from registry.people.kit import person_in
from registry.people.roles import ADMINISTRATOR
from registry.records.changes import Who, changes_of, differing, note_change
from registry.records.keeping import COMMITTEES, PLANS, Shelf
from registry.refusal import Refused
from registry.sentence import Sentence

_PAGE = 50
_FOUNDING, _CHANGING = Sentence("founding a committee", "设立标委会"), Sentence("changing a committee", "修改标委会")
_PLANNING = Sentence("making an annual plan", "编制年度计划")
_DECREEING = Sentence("decreeing an annual plan", "下达年度计划")
Thing = TypeVar("Thing", bound=Kept)


class OfficesDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def committees(self, call: Call) -> Answer:
        return await self._page(COMMITTEES, "committees", call, told)

    async def committee(self, call: Call) -> Answer:
        return Answer(told(await COMMITTEES.get(self._kit.store, call.path["id"])))

    async def found(self, call: Call) -> Answer:
        body, id_ = call.body, call.body.get("id") or self._kit.new_id()
        role = call.caller.require(_FOUNDING, ADMINISTRATOR, "M", jurisdiction=body.get("jurisdiction", ""))
        by, change = call.caller.known().id, self._kit.new_id()
        made = Committee(
            id_,
            sentence_of(body["name"], "name"),
            body.get("number", ""),
            body.get("jurisdiction", ""),
            body.get("secretariat", ""),
        )

        async def work(transaction: Transaction) -> Committee:
            if await COMMITTEES.find(transaction, id_) is not None:
                said = Sentence(f"there is a committee '{id_}' already", f"标委会“{id_}”已存在")
                raise Refused("conflict", (said,), where="id")
            full = replace(made, members=await _members(transaction, body.get("members", ())))
            await _save(transaction, Committee(id_, made.name), full, Who(change, by, role, call.now))
            return full

        return Answer(told(await self._kit.store.commit(work)))

    async def committee_changes(self, call: Call) -> Answer:
        committee = await COMMITTEES.get(self._kit.store, call.path["id"])
        what = Sentence("seeing the changes of a committee", "查看标委会变更记录")
        call.caller.require(what, *INSIDERS, committee=committee.id, jurisdiction=committee.jurisdiction)
        found = await changes_of(self._kit.store, COMMITTEES.collection, committee.id)
        return Answer({"changes": [told(each) for each in found]})

    async def change_committee(self, call: Call) -> Answer:
        body, change = call.body, self._kit.new_id()

        async def work(transaction: Transaction) -> Committee:
            before = await COMMITTEES.get(transaction, call.path["id"])
            places = {"committee": before.id, "jurisdiction": before.jurisdiction}
            role = call.caller.require(_CHANGING, ADMINISTRATOR, "M", "S", **places)
            changes: dict[str, Any] = {name: body[name] for name in ("number", "secretariat") if name in body}
            if "name" in body:
                changes["name"] = sentence_of(body["name"], "name")
            if "members" in body:
                wanted = await _members(transaction, body["members"])
                changes["members"] = with_terms(before.members, wanted, self._kit.today(call.now))
            made = replace(before, **changes)
            await _save(transaction, before, made, Who(change, call.caller.known().id, role, call.now))
            return made

        return Answer(told(await self._kit.store.commit(work)))

    async def plans(self, call: Call) -> Answer:
        return await self._page(PLANS, "plans", call, told)

    async def plan(self, call: Call) -> Answer:
        return Answer(told(await PLANS.get(self._kit.store, call.path["id"])))

    async def make_plan(self, call: Call) -> Answer:
        body = call.body
        jurisdiction = body.get("jurisdiction", "")
        call.caller.require(_PLANNING, "M", jurisdiction=jurisdiction)
        made = AnnualPlan(self._kit.new_id(), body["year"], sentence_of(body["title"], "title"), jurisdiction)

        async def work(transaction: Transaction) -> None:
            await PLANS.save(transaction, made)

        await self._kit.store.commit(work)
        return Answer(told(made))

    async def change_plan(self, call: Call) -> Answer:
        body = call.body

        async def work(transaction: Transaction) -> AnnualPlan:
            before = await PLANS.get(transaction, call.path["id"])
            call.caller.require(_DECREEING, "M", "L", jurisdiction=before.jurisdiction)
            if before.decreed is not None:
                said = Sentence(f"the plan was decreed by {before.decree}", f"该计划已由 {before.decree} 下达")
                raise Refused("conflict", (said,))
            changes: dict[str, Any] = {name: body[name] for name in ("decree", "decreed") if name in body}
            if "title" in body:
                changes["title"] = sentence_of(body["title"], "title")
            made = replace(before, **changes)
            if made.decreed is not None and not made.decree:
                said = Sentence("a decree has a number", "下达须填写文号")
                raise Refused("invalid", (said,), where="decree")
            await PLANS.save(transaction, made)
            return made

        return Answer(told(await self._kit.store.commit(work)))

    async def _page(self, shelf: Shelf[Thing], name: str, call: Call, shown: Callable[[Thing], Any]) -> Answer:
        count = call.query.get("count", _PAGE)
        found: Sequence[Any] = await shelf.page(self._kit.store, after=call.query.get("after", ""), count=count + 1)
        page = {name: [shown(each) for each in found[:count]]}
        return Answer({**page, "next": found[count - 1].id} if len(found) > count else page)


async def _save(transaction: Transaction, before: Committee, made: Committee, who: Who) -> None:
    await COMMITTEES.save(transaction, made)
    old, new = before.document(), made.document()
    await note_change(transaction, COMMITTEES.collection, made.id, who, old, new, differing(old, new))


async def _members(reader: Reader, given: Sequence[Mapping[str, Any]]) -> tuple[CommitteeMember, ...]:
    """Every member is known here, since only who is logged in votes."""
    made = []
    for each in given:
        person = await person_in(reader, each["person"])
        name = each.get("name", person.name)
        made.append(CommitteeMember(person.id, each["unit"], name, each.get("since"), each.get("until")))
    return tuple(made)
