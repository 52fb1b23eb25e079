"""Answers who proposes a standard: with what is there already, and with a receipt to follow the proposal by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.kit import Kit, actor_of
from registry.api.proposal_form import form_of
from registry.api.told import told
from registry.api.wording import sentence_of, text_of
from registry.http.route import Answer, Call
from registry.lifecycle.status import STATUS_NAMES
from registry.model.artefact import FiledDocument
from registry.model.case import Case
from registry.model.event import Event
from registry.records.cases import events
from registry.records.catalogue import Wanted
from registry.records.filing import file_document
from registry.records.keeping import PROJECTS
from registry.records.proposing import Proposal, propose
from registry.refusal import Refused
from registry.sentence import Sentence

RECEIPTS, CONTACTS = "proposal-receipt", "proposal-contact"
"""The collections: the project by the SHA-256 of a receipt, and how the proposer of a project can be reached."""
_SHOWN = 10
"""Duplicates that are shown; how many there are is told."""
_SHORTEST, _WINDOW = 2, 4
"""Characters of a Chinese title that are looked for together, and words of a Latin one that are left out."""


class ProposalsDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def duplicates(self, call: Call) -> Answer:
        found = await self._similar([call.query.get("title", "")], call)
        return Answer({"duplicates": found[:_SHOWN], "total": len(found)})

    async def propose(self, call: Call) -> Answer:
        body, kit = call.body, self._kit
        wanted = _proposal(body, call)
        duplicates = await self._similar([wanted.title.zh, wanted.title.en], call)
        form = form_of(wanted, call.now, kit.offset)
        digest, receipt = await kit.store.keep(form), kit.new_id()

        async def besides(transaction: Transaction, case: Case, _event: Event) -> None:
            searched = replace(case.project, duplicates_searched=call.now)
            await PROJECTS.save(transaction, searched)
            await file_document(transaction, _filed(case, digest, len(form), kit.new_id(), call))
            await transaction.save(RECEIPTS, _sealed(receipt), {"project": case.project.id})
            if contact := text_of(body, "contact", most=200):
                await transaction.save(CONTACTS, case.project.id, {"contact": contact})

        case = await propose(
            kit.store,
            wanted,
            lambda case: actor_of(call.caller, case),
            await kit.moment(call),
            kit.new_id,
            besides=besides,
        )
        ids = {"project": case.project.id, "standard": case.standard.id, "edition": case.edition.id}
        others = [each for each in duplicates if each["standard"]["id"] != case.standard.id][:_SHOWN]
        return Answer({**ids, "state": case.state, "receipt": receipt, "duplicates": others})

    async def follow(self, call: Call) -> Answer:
        store = self._kit.store
        kept = await store.load(RECEIPTS, _sealed(call.path["receipt"]))
        if kept is None:
            raise Refused("missing", (Sentence("there is no such receipt", "没有此回执"),))
        case = await self._kit.case(store, kept["project"], call.now)
        rules = (await self._kit.rulebook.book(store)).at(call.now)
        return Answer(
            {
                "project": case.project.id,
                "standard": case.standard.id,
                "title": case.project.title,
                "state": case.state,
                "stateName": rules.state("text", case.state).name,
                "received": case.project.created,
                "decisions": [
                    {
                        "action": each.action,
                        "to": each.target,
                        "toName": rules.state(each.machine, each.target).name,
                        "reason": each.reason,
                        "instant": each.instant,
                    }
                    for each in await events(store, case.project.id)
                ],
            }
        )

    async def _similar(self, titles: Sequence[str], call: Call) -> list[dict[str, Any]]:
        """Standards whose titles have what these have, those with all of it first."""
        found: dict[str, dict[str, Any]] = {}
        for text in (part for title in titles for part in _parts(title)):
            page = await self._kit.catalogue.search(Wanted(text), self._kit.today(call.now), count=_SHOWN * 5)
            for each in page.listed:
                status = {"status": each.status, "statusName": STATUS_NAMES[each.status]}
                found.setdefault(each.row.standard.id, {"standard": told(each.row.standard), **status})
        return list(found.values())


def _parts(title: str) -> Sequence[str]:
    """What is looked for: the whole title, then its halves, for titles of one matter seldom agree in all words."""
    words = title.split()
    if len(words) >= _WINDOW:
        return [title, " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])]
    if len(title) > _WINDOW and len(words) == 1:
        return [title, title[: len(title) // 2], title[len(title) // 2 :]]
    return [title] if len(title) >= _SHORTEST else []


def _proposal(body: Mapping[str, Any], call: Call) -> Proposal:
    person = call.caller.person
    return Proposal(
        title=sentence_of(body["title"], "title"),
        kind=body["kind"],
        system_class=body["class"],
        need=text_of(body, "need"),
        scope=text_of(body, "scope"),
        owner=text_of(body, "owner", most=300),
        jurisdiction=body.get("jurisdiction", ""),
        committee=body.get("committee", ""),
        proposer=person.id if person is not None else "",
        standard=body.get("standard", ""),
        project_kind=_project_kind(body),
        has_package=body.get("hasPackage", True),
        track=body.get("track", "text"),
    )


def _project_kind(body: Mapping[str, Any]) -> Any:
    kind = body.get("projectKind", "revision" if body.get("standard") else "new")
    if (kind == "new") == bool(body.get("standard")):
        en = "a revision or an amendment names the standard, a new one does not"
        raise Refused("invalid", (Sentence(en, "修订或修改单须指明标准，新制定则不指明"),), where="standard")
    return kind


def _filed(case: Case, digest: str, size: int, id_: str, call: Call) -> FiledDocument:
    by = call.caller.person.id if call.caller.person is not None else ""
    return FiledDocument(
        id=id_,
        project=case.project.id,
        kind="proposal",
        digest=digest,
        name="立项建议书.md",
        media_type="text/markdown; charset=utf-8",
        size=size,
        filed_by=by,
        filed=call.now,
        stage=case.state,
    )


def _sealed(receipt: str) -> str:
    return hashlib.sha256(receipt.encode()).hexdigest()
