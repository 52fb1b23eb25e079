"""Answers about declarations that something does not apply."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fhir_kernel.store.base import Transaction
from fhir_server.identity.organisations import Organisation
from registry.api.kit import Kit
from registry.api.told import told
from registry.api.wording import text_of
from registry.http.faults import Fault, Misformed
from registry.http.route import Answer, Call
from registry.people.caller import Caller
from registry.scores.inputs.classes import all_classes
from registry.scores.inputs.declaring import (
    DECLARATIONS,
    KeptDeclaration,
    approved,
    check_days,
    declaration_of,
    kept_declaration,
    rejected,
    revoked,
)
from registry.scores.inputs.entitled import decision_of, require_approving, require_declaring
from registry.scores.inputs.known import institution, target_faults
from registry.scores.inputs.listing import Page, piece
from registry.scores.inputs.versions import Attribution
from registry.sentence import Sentence

Decide = Callable[[KeptDeclaration, Attribution, date], KeptDeclaration]


class DeclarationDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def declarations(self, call: Call) -> Answer:
        """A page that begins after `after`; those in another state than is asked for are passed over."""
        found = await piece(self._kit.store, DECLARATIONS, call)
        today, state = self._kit.today(call.now), call.query.get("state")
        wanted = [each for each in found.listed if state in (None, declaration_of(*each).state(today))]
        return Page(wanted, found.next).answer(
            "declarations", lambda name, kept: self._shown(declaration_of(name, kept), call)
        )

    async def declaration(self, call: Call) -> Answer:
        return Answer(self._shown(await kept_declaration(self._kit.store, call.path["id"]), call))

    async def declare(self, call: Call) -> Answer:
        kit, body = self._kit, call.body
        require_declaring(call.caller, body["class"], await self._own(call.caller))
        check_days(body["begin"], body["expires"], kit.today(call.now))
        declared = decision_of(call.caller, text_of(body, "reason", least=1))
        id_ = f"{call.now:%Y%m%d%H%M%S}-{kit.new_id()}"
        made = KeptDeclaration(id_, body["class"], body["target"], body["begin"], body["expires"], declared)
        if faults := await self._faults(made):
            raise Misformed(faults)
        await kit.store.commit(lambda transaction: transaction.save(DECLARATIONS, id_, made.document()))
        return Answer(self._shown(made, call))

    async def approve(self, call: Call) -> Answer:
        return await self._decide(call, approved)

    async def reject(self, call: Call) -> Answer:
        return await self._decide(call, rejected)

    async def revoke(self, call: Call) -> Answer:
        return await self._decide(call, revoked)

    async def _decide(self, call: Call, decide: Decide) -> Answer:
        found = await kept_declaration(self._kit.store, call.path["id"])
        require_approving(call.caller, found.class_id, await self._own(call.caller))
        decided, today = decision_of(call.caller, text_of(call.body, "reason")), self._kit.today(call.now)

        async def work(transaction: Transaction) -> KeptDeclaration:
            changed = decide(await kept_declaration(transaction, call.path["id"]), decided, today)
            await transaction.save(DECLARATIONS, changed.id, changed.document())
            return changed

        return Answer(self._shown(await self._kit.store.commit(work), call))

    async def _faults(self, made: KeptDeclaration) -> list[Fault]:
        known = await all_classes(self._kit.store)
        one_of = Sentence(f"one of {', '.join(known) or '-'}", f"以下之一：{'、'.join(known) or '-'}")
        unknown = [] if made.class_id in known else [Fault("class", made.class_id, one_of)]
        return [*unknown, *await target_faults(self._kit.store, made.target)]

    async def _own(self, caller: Caller) -> Organisation | None:
        return await institution(self._kit.store, caller.known().organisation)

    def _shown(self, found: KeptDeclaration, call: Call) -> dict[str, Any]:
        return {**told(found), "state": found.state(self._kit.today(call.now))}
