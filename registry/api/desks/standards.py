"""Answers what everybody may ask: the catalogue, a standard with its editions, whose number it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fhir_kernel.store.base import Reader, Transaction
from registry.api.kit import Kit
from registry.api.told import told
from registry.api.wording import sentence_of
from registry.http.route import Answer, Call
from registry.lifecycle.book import Book
from registry.lifecycle.status import STATUS_NAMES
from registry.model.relation import Relation
from registry.model.standard import Standard
from registry.people.caller import Caller
from registry.records.catalogue import Listed, Wanted
from registry.records.keeping import COMMITTEES, STANDARDS, edit_edition
from registry.records.numbers import find_edition, holder
from registry.records.row import Row, Run, named
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
        page = {"standards": [_entry(each) for each in found.listed], "total": found.total, "statuses": found.statuses}
        return Answer(page if found.next is None else {**page, "next": found.next})

    async def standard(self, call: Call) -> Answer:
        row = await self._row(call.path["id"])
        book, today = await self._kit.rulebook.book(self._kit.store), self._kit.today(call.now)
        shown = {
            "standard": told(row.standard),
            "editions": [_edition(each, today, book, call) for each in row.runs],
            "relatedFrom": await self._related(row),
        }
        committee = await COMMITTEES.find(self._kit.store, row.standard.committee)
        if committee is not None:
            named = {"id": committee.id, "name": committee.name, "number": committee.number}
            shown["committee"] = named
        return Answer(shown)

    async def number(self, call: Call) -> Answer:
        number, store = call.path["number"], self._kit.store
        edition = await find_edition(store, number)
        if edition is not None:
            return Answer({"standard": edition.standard, "edition": edition.id})
        standard = await holder(store, number)
        if not standard:
            raise Refused("missing", (Sentence(f"nothing has the number {number}", f"没有编号为 {number} 的标准"),))
        return Answer({"standard": standard})

    async def change(self, call: Call) -> Answer:
        """Class, title and committee, as long as nothing is published."""

        async def work(transaction: Transaction) -> Standard:
            before = await STANDARDS.get(transaction, call.path["id"])
            _may_change(call.caller, before, call.body)
            made = await _changed(transaction, before, call.body)
            await STANDARDS.save(transaction, made)
            return made

        return Answer(told(await self._kit.store.commit(work)))

    async def relate(self, call: Call) -> Answer:
        relations = [
            Relation(each["kind"], each.get("target", ""), each.get("number", "")) for each in call.body["relations"]
        ]

        async def work(transaction: Transaction) -> dict[str, Any]:
            standard = await STANDARDS.get(transaction, call.path["standard"])
            what = Sentence("saying how an edition stands to others", "填写标准间关系")
            call.caller.require(
                what, "S", "M", "N", committee=standard.committee or None, jurisdiction=standard.jurisdiction
            )
            for each in relations:
                await _check_relation(transaction, each)
            made = await edit_edition(
                transaction,
                standard.id,
                call.path["edition"],
                lambda its: replace(its, relations=(*(r for r in its.relations if r.kind in _KEPT), *relations)),
            )
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


def _entry(listed: Listed) -> dict[str, Any]:
    entry = {
        "standard": told(listed.row.standard),
        "status": listed.status,
        "statusName": STATUS_NAMES[listed.status],
        "editions": len(listed.row.runs),
    }
    run = listed.run
    if run is None:
        return entry
    changed = {} if run.changed is None else {"changed": run.changed}
    return {**entry, "edition": told(run.edition), "stage": run.stage, **changed}


def _edition(run: Run, today: date, book: Book, call: Call) -> dict[str, Any]:
    status = run.status(today)
    state = book.at(call.now).states.get(("text", run.stage))
    return {
        **told(run.edition),
        "status": status,
        "statusName": STATUS_NAMES[status],
        "stage": run.stage,
        **({} if state is None else {"stageName": state.name}),
        **({} if run.changed is None else {"changed": run.changed}),
    }


def _may_change(caller: Caller, standard: Standard, body: dict[str, Any]) -> None:
    what = Sentence("changing a standard", "修改标准信息")
    roles = ("M", "administrator") if "custodian" in body or "track" in body else ("S", "M", "administrator")
    caller.require(what, *roles, committee=standard.committee or None, jurisdiction=standard.jurisdiction)


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
