"""The register of people: who is added, invited, suspended, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fhir_kernel.store.base import Transaction
from fhir_server.identity.deeds import Deed
from fhir_server.identity.organisations import ORGANISATIONS
from registry.people.administrators import administrating, check_administers, check_not_the_last
from registry.people.caller import Caller
from registry.people.credentials import CREDENTIALS, Credentials, Link, credentials_in
from registry.people.kit import Kit, person_in, save_person
from registry.people.person import LOGIN, LOGINS, PEOPLE, Person, person_of
from registry.people.personal_token import new_token
from registry.people.sessions import end_sessions
from registry.refusal import refused

LONGEST_LINK = timedelta(days=14)
"""How long a one-time link may hold at most."""
Changed = Callable[[Person], Person]


@dataclass(frozen=True, slots=True)
class Invited:
    """A person, and the token that sets their password; it is told this once."""

    person: Person
    token: str = field(repr=False)
    expires: datetime


class Register:
    """Writes people; whether whoever calls may do that is looked up in the very commit."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def invite(
        self, by: Caller, login: str, name: str, organisation: str, contact: str, hold: timedelta
    ) -> Invited:
        """Add a person, who chooses a password by the token. Raises Refused."""
        login = login.strip().lower()

        async def work(transaction: Transaction) -> Invited:
            now, inviter = self._kit.clock(), by.known().id
            await administrating(transaction, by, now)
            person = Person(self._kit.new_id(), login, name, now, organisation, "invited", inviter, contact)
            await add_person(transaction, person)
            await self._kit.note(transaction, Deed("account", "C", inviter, person.id, {"change": "invited"}))
            return await self._linked(transaction, person, hold)

        return await self._kit.store.commit(work)

    async def link(self, by: Caller, id_: str, hold: timedelta) -> Invited:
        """A new one-time token, by which an invited person, or one who forgot the password, sets it. Raises Refused."""

        async def work(transaction: Transaction) -> Invited:
            person = await self._administered(transaction, by, id_)
            if person.status == "suspended":
                raise refused(
                    "conflict", f"{person.name} is suspended; reinstate them first", f"{person.name} 已停用，请先恢复"
                )
            await self._kit.note(transaction, Deed("account", "U", by.known().id, id_, {"change": "one-time link"}))
            return await self._linked(transaction, person, hold)

        return await self._kit.store.commit(work)

    async def suspend(self, by: Caller, id_: str) -> Person:
        """Shut a person out at once, whatever sessions they have. Raises Refused."""

        async def work(transaction: Transaction) -> Person:
            person = await self._administered(transaction, by, id_)
            if person.status == "suspended":
                raise refused("conflict", f"{person.name} is suspended already", f"{person.name} 已处于停用状态")
            await check_not_the_last(transaction, self._kit.clock(), without_person=id_)
            credentials = await credentials_in(transaction, id_)
            await transaction.save(CREDENTIALS, id_, replace(credentials, link=None).document())
            await end_sessions(transaction, id_)
            return await self._changed(transaction, by, replace(person, status="suspended"), "suspended")

        return await self._kit.store.commit(work)

    async def reinstate(self, by: Caller, id_: str) -> Person:
        """Let a suspended person in again; one who never had a password stays invited. Raises Refused."""

        async def work(transaction: Transaction) -> Person:
            person = await self._administered(transaction, by, id_)
            if person.status != "suspended":
                raise refused("conflict", f"{person.name} is not suspended", f"{person.name} 未被停用")
            has_password = (await credentials_in(transaction, id_)).password_hash is not None
            made = replace(person, status="active" if has_password else "invited")
            return await self._changed(transaction, by, made, "reinstated")

        return await self._kit.store.commit(work)

    async def change(self, by: Caller, id_: str, changed: Changed) -> Person:
        """Put another name, organisation or contact in the place of what is there. Raises Refused."""

        async def work(transaction: Transaction) -> Person:
            made = changed(await self._administered(transaction, by, id_))
            await check_organisation(transaction, made.organisation)
            return await self._changed(transaction, by, made, "description")

        return await self._kit.store.commit(work)

    async def change_contact(self, by: Caller, contact: str) -> Person:
        """Change how the caller can be reached. Raises Refused."""

        async def work(transaction: Transaction) -> Person:
            made = replace(await person_in(transaction, by.known().id), contact=contact)
            return await self._changed(transaction, by, made, "contact")

        return await self._kit.store.commit(work)

    async def person(self, id_: str) -> Person:
        """The person of an id. Raises Refused (missing)."""
        return await person_in(self._kit.store, id_)

    async def people(self, after: str, count: int) -> Sequence[Person]:
        """Those whose ids come after one, by id."""
        found = await self._kit.store.listed(PEOPLE, after=after, count=count)
        return [person_of(id_, kept) for id_, kept in found]

    async def _administered(self, transaction: Transaction, by: Caller, id_: str) -> Person:
        person = await person_in(transaction, id_)
        await check_administers(transaction, by, person, self._kit.clock())
        return person

    async def _linked(self, transaction: Transaction, person: Person, hold: timedelta) -> Invited:
        """The new link takes the place of one before it."""
        token, expires = new_token(person.id), self._kit.clock() + min(hold, LONGEST_LINK)
        credentials = await credentials_in(transaction, person.id)
        linked = replace(credentials, link=Link(token.digest, expires))
        await transaction.save(CREDENTIALS, person.id, linked.document())
        return Invited(person, token.text, expires)

    async def _changed(self, transaction: Transaction, by: Caller, person: Person, change: str) -> Person:
        await save_person(transaction, person)
        await self._kit.note(transaction, Deed("account", "U", by.known().id, person.id, {"change": change}))
        return person


async def add_person(transaction: Transaction, person: Person) -> None:
    """Add a person without any credentials. Raises Refused where the login name cannot be, or somebody has it."""
    if not LOGIN.fullmatch(person.login):
        expected = "2 to 64 lower-case letters, digits and . _ @ -, the first a letter or digit"
        en = f"the login name is '{person.login}'; expected {expected}"
        zh = f"登录名为“{person.login}”；应为 2 至 64 个小写字母、数字或 . _ @ -，首字符为字母或数字"
        raise refused("invalid", en, zh, "login")
    if await transaction.load(LOGINS, person.login) is not None:
        raise refused(
            "conflict",
            f"somebody has the login name {person.login} already",
            f"登录名 {person.login} 已被使用",
            "login",
        )
    await check_organisation(transaction, person.organisation)
    await transaction.save(LOGINS, person.login, {"person": person.id})
    await transaction.save(CREDENTIALS, person.id, Credentials().document())
    await save_person(transaction, person)


async def check_organisation(transaction: Transaction, id_: str) -> None:
    """Raises Refused where the organisation is not registered."""
    if id_ and await transaction.load(ORGANISATIONS, id_) is None:
        raise refused("invalid", f"there is no organisation {id_}", f"没有标识为 {id_} 的机构", "organisation")
