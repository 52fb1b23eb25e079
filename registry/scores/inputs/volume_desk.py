"""Answers about expected volumes."""

from __future__ import annotations

import asyncio

from fhir_kernel.store.base import Transaction
from registry.api.kit import Kit
from registry.api.told import told
from registry.api.wording import text_of
from registry.drafting.intake import taken_in
from registry.http.route import Answer, Call
from registry.scores.inputs.entitled import decision_of, may_enter, require_entering, require_entering_of
from registry.scores.inputs.known import institution as known_institution
from registry.scores.inputs.listing import page_of
from registry.scores.inputs.shapes import LARGEST_TABLE
from registry.scores.inputs.volume import VOLUMES, ExpectedVolume, volume_of
from registry.scores.inputs.volume_planning import Entering
from registry.scores.inputs.volume_table import read_volumes
from registry.scores.inputs.volume_taking import take_volumes, withdraw_volume


class VolumeDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def volumes(self, call: Call) -> Answer:
        page = await page_of(self._kit.store, VOLUMES, call)
        return page.answer("volumes", lambda name, kept: told(volume_of(name, kept)))

    async def take(self, call: Call) -> Answer:
        require_entering(call.caller)
        kit, caller, dry_run = self._kit, call.caller, call.query.get("dryRun", False)
        decided = decision_of(caller, text_of(call.query, "reason"))
        async with taken_in(call.body.pieces, kit.folder, LARGEST_TABLE, declared=call.body.declared) as upload:
            rows = await kit.at_work(lambda: read_volumes(upload.path, call.media_type))
            if not dry_run:
                await kit.store.keep(await asyncio.to_thread(upload.path.read_bytes))
        entering = Entering(decided, upload.sha256, lambda its: may_enter(caller, its), kit.new_id)
        taken = await take_volumes(kit.store, rows, entering, dry_run=dry_run)
        return Answer({**told(taken), "counts": taken.counts})

    async def withdraw(self, call: Call) -> Answer:
        institution, id_ = call.body["institution"], call.body["id"]
        require_entering_of(call.caller, await known_institution(self._kit.store, institution))
        decided = decision_of(call.caller, text_of(call.body, "reason"))

        async def work(transaction: Transaction) -> ExpectedVolume:
            return await withdraw_volume(transaction, institution, id_, decided)

        return Answer(told(await self._kit.store.commit(work)))
