"""Answers what everybody may ask: the catalogue, a standard with its editions, whose number it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fhir_kernel.store.base import Reader, Transaction
from registry.api.catalogue_entries import edition_shown, entry
from registry.api.kit import INSIDERS, Kit
from registry.api.told import told
from registry.api.wording import sentence_of
from registry.http.route import Answer, Call
from registry.model.edition import Edition
from registry.model.relation import Relation
from registry.model.standard import Standard
from registry.people.caller import Caller
from registry.records.catalogue import Wanted
from registry.records.changes import Who, changes_of, differing, note_change
from registry.records.keeping import COMMITTEES, STANDARDS, edit_edition, edition
from registry.records.numbers import find_edition, holder
from registry.records.row import Row, named
from registry.refusal import Refused
from registry.sentence import Sentence

_PAGE = 50
_KEPT = ("replaces", "amends")
"""Relations that are decided with the number."""


class StandardsDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def search(self, call: Call) -> Answer:
        query = call.query
        lists = {
            name: tuple(query.get(of, ()))
            for name, of in (
                ("statuses", "status"),
                ("classes", "class"),
                ("kinds", "kind"),
                ("jurisdictions", "jurisdiction"),
                ("stages", "stage"),
                ("committees", "committee"),
            )
        }
        wanted = Wanted(query.get("q", ""), **lists)
        today, count = self._kit.today(call.now), query.get("count", _PAGE)
        found = await self._kit.catalogue.search(wanted, today, start=query.get("start", 0), count=count)
        page = {"standards": [entry(each) for each in found.listed], "total": found.total, "statuses": found.statuses}
        return Answer(page if found.next is None else {**page, "next": found.next})

    async def standard(self, call: Call) -> Answer:
        row = await self._row(call.path["id"])
        book, today = await self._kit.rulebook.book(self._kit.store), self._kit.today(call.now)
        shown = {
            "standard": told(row.standard),
            "editions": [edition_shown(each, today, book, call.now) for each in row.runs],
            "relatedFrom": await self._related(row),
        }
        committee = await COMMITTEES.find(self._kit.store, row.standard.committee)
        if committee is not None:
            named = {"id": committee.id, "name": committee.name, "number": committee.number}
            shown["committee"] = named
        return Answer(shown)

    async def number(self, call: Call) -> Answer:
        number, store = call.path["number"], self._kit.store
        found = await find_edition(store, number)
        if found is not None:
            return Answer({"standard": found.standard, "edition": found.id})
        standard = await holder(store, number)
        if not standard:
            raise Refused("missing", (Sentence(f"nothing has the number {number}", f"没有编号为 {number} 的标准"),))
        return Answer({"standard": standard})

    async def change(self, call: Call) -> Answer:
        """Class, title and committee, as long as nothing is published."""

        id_ = self._kit.new_id()

        async def work(transaction: Transaction) -> Standard:
            before = await STANDARDS.get(transaction, call.path["id"])
            role = _may_change(call.caller, before, call.body)
            made = await _changed(transaction, before, call.body)
            await STANDARDS.save(transaction, made)
            old, new = before.document(), made.document()
            who = Who(id_, call.caller.known().id, role, call.now)
            await note_change(transaction, STANDARDS.collection, made.id, who, old, new, differing(old, new))
            return made

        return Answer(told(await self._kit.store.commit(work)))

    async def changes(self, call: Call) -> Answer:
        """Of the standard, and of how its editions stand to others."""
        standard = await STANDARDS.get(self._kit.store, call.path["id"])
        what = Sentence("seeing the changes of a standard", "查看标准信息修改记录")
        call.caller.require(what, *INSIDERS, committee=standard.committee or None, jurisdiction=standard.jurisdiction)
        found = await changes_of(self._kit.store, STANDARDS.collection, standard.id)
        return Answer({"changes": [told(each) for each in found]})

    async def relate(self, call: Call) -> Answer:
        relations = [
            Relation(each["kind"], each.get("target", ""), each.get("number", "")) for each in call.body["relations"]
        ]

        id_ = self._kit.new_id()

        async def work(transaction: Transaction) -> dict[str, Any]:
            standard = await STANDARDS.get(transaction, call.path["standard"])
            what = Sentence("saying how an edition stands to others", "填写标准间关系")
            role = call.caller.require(
                what, "S", "M", "N", committee=standard.committee or None, jurisdiction=standard.jurisdiction
            )
            for each in relations:
                await _check_relation(transaction, each)
            before = await edition(transaction, standard.id, call.path["edition"])
            made = await edit_edition(
                transaction,
                standard.id,
                call.path["edition"],
                lambda its: replace(its, relations=(*(r for r in its.relations if r.kind in _KEPT), *relations)),
            )
            who = Who(id_, call.caller.known().id, role, call.now)
            await _note_relations(transaction, who, before, made)
            return told(made)

        return Answer(await self._kit.store.commit(work))

    async def _row(self, id_: str) -> Row:
        row = await self._kit.catalogue.row(id_)
        if row is None:
            raise Refused("missing", (Sentence(f"there is no standard '{id_}'", f"没有标准“{id_}”"),))
        return row

    async def _related(self, row: Row) -> Sequence[dict[str, Any]]:
        """Which editions name this standard, or one of its editions, by id or by number."""
        names = row.names
        return [
            {
                "standard": run.edition.standard,
                "edition": run.edition.id,
                "number": run.edition.number,
                "kind": each.kind,
            }
            for other in await self._kit.catalogue.referring(names)
            for run in other.runs
            for each in run.edition.relations
            if not names.isdisjoint(named(each))
        ]


async def _note_relations(transaction: Transaction, who: Who, before: Edition, after: Edition) -> None:
    """As a change of the standard."""
    name = f"editions/{after.id}/relations"
    old, new = ({name: each.document()["relations"]} for each in (before, after))
    await note_change(transaction, STANDARDS.collection, after.standard, who, old, new, [name])


def _may_change(caller: Caller, standard: Standard, body: dict[str, Any]) -> str:
    """The role by which they may. Raises NotLoggedIn, Refused (forbidden)."""
    what = Sentence("changing a standard", "修改标准信息")
    roles = ("M", "administrator") if "custodian" in body or "track" in body else ("S", "M", "administrator")
    return caller.require(what, *roles, committee=standard.committee or None, jurisdiction=standard.jurisdiction)


async def _changed(reader: Reader, standard: Standard, body: dict[str, Any]) -> Standard:
    changes: dict[str, Any] = {name: body[name] for name in ("committee", "custodian", "track") if name in body}
    if "committee" in changes:
        await COMMITTEES.get(reader, changes["committee"])
    if "class" in body:
        changes["system_class"] = body["class"]
    if "title" in body:
        changes["title"] = sentence_of(body["title"], "title")
    return replace(standard, **changes)


async def _check_relation(reader: Reader, relation: Relation) -> None:
    if not relation.target and not relation.number:
        said = Sentence("found neither target nor number; expected one", "target 与 number 均缺失；应填写其一")
        raise Refused("invalid", (said,), where="relations")
