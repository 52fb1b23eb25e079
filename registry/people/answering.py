"""What answers the routes of people: from a checked call to the register, and back to JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from registry.http.route import Answer, Call
from registry.people.assembly import People
from registry.people.register import Invited
from registry.people.roles import ROLES
from registry.people.scope import Scope

_HOURS = 72
_PAGE = 50


class PeopleDesk:
    """One method for each route."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def log_in(self, call: Call) -> Answer:
        opened = await self._people.logins.log_in(call.body["login"], call.body["password"])
        return Answer({"token": opened.token, "until": opened.until, "person": opened.person.shown_in_full()})

    async def log_out(self, call: Call) -> Answer:
        await self._people.logins.log_out(call.caller)
        return Answer()

    async def me(self, call: Call) -> Answer:
        grants = [each.document() for each in call.caller.grants if not each.is_over(call.now)]
        return Answer({"person": call.caller.known().shown_in_full(), "grants": grants})

    async def change_contact(self, call: Call) -> Answer:
        made = await self._people.register.change_contact(call.caller, call.body["contact"])
        return Answer(made.shown_in_full())

    async def change_password(self, call: Call) -> Answer:
        await self._people.passwords.change(call.caller, call.body["before"], call.body["password"])
        return Answer()

    async def set_password(self, call: Call) -> Answer:
        person = await self._people.passwords.set_by_link(call.body["token"], call.body["password"])
        return Answer(person.shown_in_full())

    async def people(self, call: Call) -> Answer:
        count = call.query.get("count", _PAGE)
        found = await self._people.register.people(call.query.get("after", ""), count + 1)
        all_of_it = call.caller.is_administrator(Scope.everything())
        page = {"people": [each.shown_in_full(contact=all_of_it) for each in found[:count]]}
        return Answer({**page, "next": found[count - 1].id} if len(found) > count else page)

    async def person(self, call: Call) -> Answer:
        person = await self._people.register.person(call.path["id"])
        return Answer(person.shown())

    async def invite(self, call: Call) -> Answer:
        body = call.body
        about = (body["login"], body["name"], body.get("organisation", ""), body.get("contact", ""))
        return _invited(await self._people.register.invite(call.caller, *about, _hold(body)))

    async def link(self, call: Call) -> Answer:
        return _invited(await self._people.register.link(call.caller, call.path["id"], _hold(call.body)))

    async def change(self, call: Call) -> Answer:
        made = await self._people.register.change(
            call.caller, call.path["id"], lambda person: replace(person, **call.body)
        )
        return Answer(made.shown_in_full())

    async def suspend(self, call: Call) -> Answer:
        return Answer((await self._people.register.suspend(call.caller, call.path["id"])).shown_in_full())

    async def reinstate(self, call: Call) -> Answer:
        return Answer((await self._people.register.reinstate(call.caller, call.path["id"])).shown_in_full())

    async def grants(self, call: Call) -> Answer:
        found = await self._people.granting.of(call.path["id"])
        return Answer({"grants": [each.document() for each in found]})

    async def grant(self, call: Call) -> Answer:
        body = call.body
        scope = Scope(body["scope"]["kind"], body["scope"].get("code", ""))
        made = await self._people.granting.grant(
            call.caller, call.path["id"], body["role"], scope, body.get("from"), body.get("until")
        )
        return Answer(made.document())

    async def end_grant(self, call: Call) -> Answer:
        made = await self._people.granting.end(call.caller, call.path["id"], call.path["grant"])
        return Answer(made.document())

    async def roles(self, _call: Call) -> Answer:
        return Answer(
            {"roles": [{"code": each.code, "name": each.name, "place": each.place} for each in ROLES.values()]}
        )


def _hold(body: Mapping[str, Any]) -> timedelta:
    return timedelta(hours=body.get("hours", _HOURS))


def _invited(made: Invited) -> Answer:
    return Answer({"person": made.person.shown_in_full(), "token": made.token, "expires": made.expires})
