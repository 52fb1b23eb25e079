"""Answers the routes of appeals: filed by institutions, decided by offices, each seen by those whom it concerns."""

from __future__ import annotations

from typing import Any, Literal

from registry.api.wording import text_of
from registry.http.route import Answer, Call
from registry.scores.appeals.advancing import Wanted
from registry.scores.appeals.case import Appeal, Pointed, appeal_in, appeals
from registry.scores.appeals.deciding import Decision, decide, take_step
from registry.scores.appeals.effects import Effect
from registry.scores.appeals.filing import Filing, file_appeal
from registry.scores.appeals.keeping import Office
from registry.scores.appeals.lifecycle import APPEAL
from registry.scores.appeals.showing import is_listed, shown_in_full, shown_in_list
from registry.scores.seeing import require_seeing

_REASON, _TEXT = 2_000, 5_000
_DECISIONS: dict[str, Decision] = {"upheld": "uphold", "partly": "uphold-partly", "rejected": "reject"}


def wanted_of(call: Call) -> Wanted:
    """The reason and the last event seen of a step."""
    return Wanted(text_of(call.body, "reason", most=_REASON), call.body.get("expected"))


class AppealsDesk:
    """One method for each route."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def file(self, call: Call) -> Answer:
        body = call.body
        examples = tuple(Pointed(each["resource"], each.get("path", "")) for each in body.get("examples", ()))
        text = text_of(body, "text", most=_TEXT, least=1)
        filing = Filing(body["snapshot"], body["rule"], body["kind"], text, examples)
        return await self._told(await file_appeal(self._office, call.caller, filing), call)

    async def list_(self, call: Call) -> Answer:
        today = self._office.today(call.now)
        found = [each for each in await appeals(self._office.store) if is_listed(each, call, today)]
        return Answer({"appeals": [shown_in_list(each, today) for each in found]})

    async def read(self, call: Call) -> Answer:
        found = await appeal_in(self._office.store, call.path["id"])
        require_seeing(call.caller, found.institution, found.jurisdiction)
        return await self._told(found, call)

    async def receive(self, call: Call) -> Answer:
        return await self._stepped(call, "receive")

    async def examine(self, call: Call) -> Answer:
        return await self._stepped(call, "examine")

    async def withdraw(self, call: Call) -> Answer:
        return await self._stepped(call, "withdraw")

    async def decide(self, call: Call) -> Answer:
        decision, effect = _DECISIONS[call.body["outcome"]], call.body.get("effect")
        made = None if effect is None else _effect(effect)
        found = await decide(self._office, call.path["id"], decision, call.caller, wanted_of(call), made)
        return await self._told(found, call)

    async def _stepped(self, call: Call, action: Literal["receive", "examine", "withdraw"]) -> Answer:
        return await self._told(
            await take_step(self._office, call.path["id"], action, call.caller, wanted_of(call)), call
        )

    async def _told(self, found: Appeal, call: Call) -> Answer:
        return Answer(await shown_in_full(self._office, APPEAL, found, call.now))


def _effect(given: dict[str, Any]) -> Effect:
    return Effect(
        given["kind"],
        given["first"],
        given["last"],
        tuple(dict.fromkeys(given.get("rules", ()))),
        given.get("target", "").strip(),
        given.get("institution", ""),
    )
