"""Answers about tables that offices keep in Excel: the ledger of standards (台账) and the annual plan (年度计划)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from fhir_kernel.store.base import Transaction
from registry.api.files import table_file
from registry.api.kit import Kit, actor_of
from registry.api.project_changes import change_project
from registry.api.told import told
from registry.drafting.intake import taken_in
from registry.http.route import Answer, Call
from registry.ledger.entering import Source
from registry.ledger.export import ledger_rows
from registry.ledger.importing import import_ledger
from registry.ledger.outcome import Taken
from registry.ledger.plan_importing import Change, entries_of, import_plan
from registry.ledger.plan_reading import read_plan
from registry.ledger.plan_row import plan_table
from registry.ledger.reading import read_ledger
from registry.ledger.row import ledger_table
from registry.people.caller import Caller
from registry.records.keeping import PLANS
from registry.sentence import Sentence

LARGEST = 20_000_000
"""Bytes of a workbook."""
_TAKING_OVER, _PLANNING = (
    Sentence("taking a ledger over", "导入台账"),
    Sentence("making an annual plan", "编制年度计划"),
)
_OFFICER, _BUSINESS = "N", "M"
Rows = TypeVar("Rows")


class LedgerDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def ledger(self, call: Call) -> Answer:
        kit = self._kit
        rows = await ledger_rows(kit.store, kit.catalogue, kit.today(call.now))
        table = await kit.at_work(lambda: ledger_table(rows, call.language))
        return await table_file(table, call.query.get("format", "xlsx"), call.language, table.title)

    async def take_over(self, call: Call) -> Answer:
        _check_officer(call.caller)
        kit, caller = self._kit, call.caller
        async with self._read(call, read_ledger) as (rows, file):
            book = await kit.rulebook.book(kit.store)
            who = lambda case: actor_of(caller, case)  # noqa: E731
            source = Source(file, caller.known().id, who, call.now, book, kit.new_id)
            return _taken(await import_ledger(kit.store, rows, source, dry_run=_is_dry(call)))

    async def plan(self, call: Call) -> Answer:
        kit, candidates = self._kit, call.query.get("candidates", False)
        plan = await PLANS.get(kit.store, call.path["id"])
        if candidates:
            call.caller.require(_PLANNING, _BUSINESS, jurisdiction=plan.jurisdiction)
        entries = await entries_of(kit.store, plan, candidates=candidates)
        table = plan_table(plan, entries, kit.offset, call.language)
        return await table_file(table, call.query.get("format", "xlsx"), call.language, table.title)

    async def take_plan_over(self, call: Call) -> Answer:
        kit, id_ = self._kit, call.path["id"]
        plan = await PLANS.get(kit.store, id_)
        call.caller.require(_PLANNING, _BUSINESS, jurisdiction=plan.jurisdiction)
        async with self._read(call, read_plan) as (rows, file):
            change, dry_run = await self._changing(call), _is_dry(call)
            return _taken(
                await import_plan(kit.store, id_, rows, change, file=file, offset=kit.offset, dry_run=dry_run)
            )

    @asynccontextmanager
    async def _read(self, call: Call, read: Callable[[Path], Rows]) -> AsyncIterator[tuple[Rows, str]]:
        """What an upload says, and its digest; it is kept for good, unless this is a dry run."""
        kit = self._kit
        async with taken_in(call.body.pieces, kit.folder, LARGEST, declared=call.body.declared) as upload:
            rows = await kit.at_work(lambda: read(upload.path))
            if not _is_dry(call):
                await kit.store.keep(await asyncio.to_thread(upload.path.read_bytes))
            yield rows, upload.sha256

    async def _changing(self, call: Call) -> Change:
        """Changes a project as its own route does, with its checks and its record of who changed what."""
        kit = self._kit
        votes = list((await kit.rulebook.book(kit.store)).at(call.now).votes)

        async def change(transaction: Transaction, project: str, members: Mapping[str, Any]) -> None:
            case = await kit.case(transaction, project, call.now)
            await change_project(transaction, case, call.caller, members, id_=kit.new_id(), votes=votes)

        return change


def _is_dry(call: Call) -> bool:
    return bool(call.query.get("dryRun", True))


def _taken(taken: Taken) -> Answer:
    return Answer({**told(taken), "counts": taken.counts})


def _check_officer(caller: Caller) -> None:
    """Nobody else need upload anything; for which jurisdictions they may, each row asks."""
    if not any(each.role == _OFFICER and each.holds(caller.now) for each in caller.grants):
        caller.require(_TAKING_OVER, _OFFICER, jurisdiction="")
