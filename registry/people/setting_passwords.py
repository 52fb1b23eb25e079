"""Choosing a password: by a one-time link, or by the password before it. Sessions that were open end with it."""

from __future__ import annotations

from dataclasses import replace

from fhir_kernel.store.base import Transaction
from fhir_server.identity.deeds import Deed
from fhir_server.identity.hashing import Hashing
from registry.people.caller import Caller
from registry.people.credentials import CREDENTIALS, Credentials, credentials_in
from registry.people.kit import Kit, person_in, save_person
from registry.people.logging_in import Logins
from registry.people.passwords import normalised, password_problems
from registry.people.person import PEOPLE, Person, person_of
from registry.people.personal_token import PersonalToken, token_in
from registry.people.refusals import NotLoggedIn
from registry.people.sessions import end_sessions
from registry.refusal import Refused, refused
from registry.sentence import Sentence


class Passwords:
    """Sets passwords; only their hashes are kept."""

    def __init__(self, kit: Kit, hashing: Hashing, logins: Logins) -> None:
        self._kit, self._hashing, self._logins = kit, hashing, logins

    async def set_by_link(self, text: str, password: str) -> Person:
        """Set the password of whose one-time token it is, which then is used up. Raises NotLoggedIn, Refused."""
        token = token_in(text)
        try:
            person, _ = await self._linked(token)
        except NotLoggedIn:
            await self._kit.note_alone(Deed("login", "E", refused="link"))
            raise
        check_password(password, person.login)
        hashed = await self._hashing.hash(normalised(password))

        async def work(transaction: Transaction) -> Person:
            there, _ = await self._linked(token, transaction)
            made = replace(there, status="active")
            await save_person(transaction, made)
            await transaction.save(CREDENTIALS, there.id, Credentials(hashed).document())
            await end_sessions(transaction, there.id)
            await self._kit.note(transaction, Deed("account", "U", there.id, there.id, {"change": "password set"}))
            return made

        return await self._kit.store.commit(work)

    async def change(self, caller: Caller, before: str, password: str) -> None:
        """Change the password of the caller, whose other sessions end. Raises Refused, TooOften."""
        person = caller.known()
        known = await credentials_in(self._kit.store, person.id)
        try:
            await self._logins.check(person.login, before, known.password_hash)
        except NotLoggedIn:
            await self._kit.note_alone(Deed("login", "E", person.id, person.id, refused="password"))
            raise refused("forbidden", "the password before is another one", "原密码不正确", "before") from None
        check_password(password, person.login)
        hashed = await self._hashing.hash(normalised(password))

        async def work(transaction: Transaction) -> None:
            await self._check_unchanged(transaction, person.id, known)
            await transaction.save(CREDENTIALS, person.id, Credentials(hashed).document())
            await end_sessions(transaction, person.id, but=caller.session)
            await self._kit.note(
                transaction, Deed("account", "U", person.id, person.id, {"change": "password changed"})
            )

        await self._kit.store.commit(work)

    async def _check_unchanged(self, transaction: Transaction, id_: str, known: Credentials) -> None:
        person, there = await person_in(transaction, id_), await credentials_in(transaction, id_)
        if not person.is_active or there.password_hash != known.password_hash:
            raise refused("conflict", "the account was changed meanwhile; log in again", "账号已被更改，请重新登录")

    async def _linked(
        self, token: PersonalToken | None, reader: Transaction | None = None
    ) -> tuple[Person, Credentials]:
        """Raises NotLoggedIn, which tells nobody whether there is such a person."""
        found = reader or self._kit.store
        kept = await found.load(PEOPLE, token.person) if token else None
        if token is None or kept is None:
            raise _no_link()
        person, credentials = person_of(token.person, kept), await credentials_in(found, token.person)
        if person.status == "suspended" or credentials.link is None:
            raise _no_link()
        if not credentials.link.fits(token.digest, self._kit.clock()):
            raise _no_link()
        return person, credentials


def check_password(password: str, login: str) -> None:
    """Raises Refused (invalid) with all that is wrong with it."""
    if problems := password_problems(password, login):
        raise Refused("invalid", problems, where="password")


def _no_link() -> NotLoggedIn:
    return NotLoggedIn(Sentence("the link was used already, is too old, or never was one", "链接已使用、已过期或无效"))
