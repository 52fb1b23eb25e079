"""Answers the routes by which an edition gets its number, is prepared, published and ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.kit import INSIDERS, Kit, actor_of, require
from registry.api.told import told
from registry.api.wording import sentence_of, text_of
from registry.http.route import Answer, Call
from registry.model.case import Act, Case
from registry.model.event import Event
from registry.publication.codes import RELEASE_CODES, release_codes
from registry.publication.doing import Doing
from registry.publication.ending import ABOLISH, SUPERSEDE, end
from registry.publication.in_force import described
from registry.publication.numbering import Numbered, allot, next_number
from registry.publication.preparing import NUMBERED, prepare
from registry.publication.press import Press
from registry.publication.publishing import PUBLISH, publish
from registry.publication.record import PublicationPlan, publication_in
from registry.publication.superseding import all_rules_of
from registry.records.keeping import edition
from registry.refusal import Refused
from registry.sentence import Sentence

_APPROVED = "50.99"
_NUMBERING = Sentence("giving a number", "赋予编号")
_PREPARING = Sentence("preparing a publication", "准备发布")
_SEEING = Sentence("seeing a publication that is being prepared", "查看准备中的发布")


class PublicationDesk:
    """One method for each route."""

    def __init__(self, kit: Kit, press: Press) -> None:
        self._kit, self._press = kit, press

    async def propose_number(self, call: Call) -> Answer:
        case = await self._case(call)
        require(call.caller, case, _NUMBERING, *INSIDERS)
        year = call.query.get("year", self._kit.today(call.now).year)
        number = await next_number(self._kit.store, case.standard, year, call.query.get("association", ""))
        return Answer({"number": number})

    async def give_number(self, call: Call) -> Answer:
        body = call.body
        wanted = Numbered(body["number"], tuple(body.get("replaces", ())), tuple(body.get("amends", ())))

        async def work(transaction: Transaction) -> dict[str, Any]:
            case = await self._kit.case(transaction, call.path["id"], call.now)
            require(call.caller, case, _NUMBERING, "N")
            _check_state(case)
            _, its = await allot(transaction, case.project.id, wanted)
            return told(its)

        return Answer(await self._kit.store.commit(work))

    async def prepare(self, call: Call) -> Answer:
        case = await self._case(call)
        require(call.caller, case, _PREPARING, "N")
        zone, plan = (await self._kit.moment(call)).book.zone, _plan(call.body)
        person = call.caller.known().id
        async with self._kit.compiling:
            made = await prepare(self._press, case.project.id, plan, by=person, now=call.now, zone=zone)
        return Answer(told(made))

    async def publication(self, call: Call) -> Answer:
        case = await self._case(call)
        found = await publication_in(self._kit.store, case.edition.id)
        if found.done is None:
            require(call.caller, case, _SEEING, *INSIDERS)
        return Answer(told(found))

    async def publish(self, call: Call) -> Answer:
        return await self._done(call, PUBLISH, publish)

    async def release_codes(self, call: Call) -> Answer:
        act = Act(RELEASE_CODES, text_of(call.query, "reason", most=2_000))
        doing = await self._doing(call, act, call.query.get("expected"))
        async with self._kit.compiling:
            event = await release_codes(self._press, call.path["id"], call.body, doing)
        return await self._told(event, call)

    async def abolish(self, call: Call) -> Answer:
        return await self._done(call, ABOLISH, end)

    async def supersede(self, call: Call) -> Answer:
        return await self._done(call, SUPERSEDE, end)

    async def _done(self, call: Call, action: str, do: Callable[[Press, str, Doing], Awaitable[Event]]) -> Answer:
        act = Act(action, text_of(call.body, "reason", most=2_000), override=call.body.get("override", False))
        doing = await self._doing(call, act, call.body.get("expected"))
        return await self._told(await do(self._press, call.path["id"], doing), call)

    async def _doing(self, call: Call, act: Act, expected: int | None) -> Doing:
        moment, person = await self._kit.moment(call), call.caller.known().id
        return Doing(person, lambda case: actor_of(call.caller, case), moment, act, expected)

    async def _told(self, event: Event, call: Call) -> Answer:
        its = await edition(self._kit.store, event.standard, event.edition)
        rules = [row for each in await all_rules_of(self._kit.store, its) for row in described(each, call.now)]
        return Answer({"event": told(event), "edition": told(its), "rules": rules})

    async def _case(self, call: Call) -> Case:
        return await self._kit.case(self._kit.store, call.path["id"], call.now)


def _plan(body: Mapping[str, Any]) -> PublicationPlan:
    return PublicationPlan(
        published=body["published"],
        in_force=body["inForce"],
        announcement=text_of(body, "announcement", most=100, least=1),
        issuer=sentence_of(body["issuer"], "issuer"),
        warn_from=body.get("warnFrom"),
        applies=body.get("applies", {}),
        clauses=body.get("clauses", {}),
    )


def _check_state(case: Case) -> None:
    if case.state not in (_APPROVED, NUMBERED):
        en = f"a number is given in {_APPROVED} or {NUMBERED}; the state is '{case.state}'"
        zh = f"只能在 {_APPROVED} 或 {NUMBERED} 赋予编号；当前状态为“{case.state}”"
        raise Refused("conflict", (Sentence(en, zh),))
