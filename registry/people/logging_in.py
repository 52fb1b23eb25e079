"""Getting in by login name and password, and out again.

Whoever is not known, not active or has another password is told the same, after the same time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from fhir_kernel.store.base import Transaction
from fhir_server.identity.deeds import Deed
from fhir_server.identity.hashing import Hashing
from registry.people.caller import Caller
from registry.people.credentials import Credentials, credentials_in
from registry.people.kit import Kit, person_in
from registry.people.limits import Limiter
from registry.people.passwords import MOST, normalised
from registry.people.person import LOGINS, PEOPLE, Person, person_of
from registry.people.refusals import NotLoggedIn, TooOften
from registry.people.sessions import SESSIONS, Sessions
from registry.refusal import Refused
from registry.sentence import Sentence

_NOBODY = "-"
"""No id of a person: what is looked up for a login name that nobody has."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session, whose token is told this once."""

    person: Person
    token: str = field(repr=False)
    until: datetime


class Logins:
    """Opens sessions for those who know their password, and ends them."""

    def __init__(self, kit: Kit, sessions: Sessions, hashing: Hashing, limiter: Limiter) -> None:
        self._kit, self._sessions, self._hashing, self._limiter = kit, sessions, hashing, limiter

    async def log_in(self, login: str, password: str) -> Opened:
        """Open a session. Raises NotLoggedIn, TooOften; either is written into the audit trail."""
        login = login.strip().lower()
        person, credentials = await self._looked_up(login)
        about = person.id if person else ""
        try:
            await self.check(login, password, credentials.password_hash if person and person.is_active else None)
        except Refused as error:
            code = "too-often" if isinstance(error, TooOften) else "login"
            await self._kit.note_alone(Deed("login", "E", about=about, refused=code))
            raise
        assert person is not None  # the password of nobody matches nothing
        return await self._kit.store.commit(lambda transaction: self._opened(transaction, person.id, credentials))

    async def check(self, login: str, password: str, password_hash: str | None) -> None:
        """Raises NotLoggedIn where the password is another one, TooOften where it was tried too often."""
        self._limiter.count_account(login)
        if self._hashing.is_full:
            raise TooOften(Sentence("too many people log in at this moment", "当前登录人数过多"), 1)
        tried = normalised(password)
        if not await self._hashing.matches(tried if len(tried) <= MOST else "", password_hash):
            raise _not_known()

    async def log_out(self, caller: Caller) -> None:
        """End the session of the caller. Raises NotLoggedIn."""
        person = caller.known()

        async def work(transaction: Transaction) -> None:
            await transaction.save(SESSIONS, caller.session, None)
            await self._kit.note(transaction, Deed("logout", "E", person.id, person.id))

        await self._kit.store.commit(work)

    async def _looked_up(self, login: str) -> tuple[Person | None, Credentials]:
        """As many looks for a name that nobody has as for one that somebody has."""
        store = self._kit.store
        known = await store.load(LOGINS, login) if login else None
        id_ = known["person"] if known else _NOBODY
        kept, credentials = await store.load(PEOPLE, id_), await credentials_in(store, id_)
        return (None if kept is None else person_of(id_, kept)), credentials

    async def _opened(self, transaction: Transaction, id_: str, checked: Credentials) -> Opened:
        """Raises NotLoggedIn where the person was suspended, or the password changed, while it was checked."""
        person, now = await person_in(transaction, id_), await credentials_in(transaction, id_)
        if not person.is_active or now.password_hash != checked.password_hash:
            raise _not_known()
        token, until = await self._sessions.open(transaction, id_)
        await self._kit.note(transaction, Deed("login", "E", id_, id_))
        return Opened(person, token.text, until)


def _not_known() -> NotLoggedIn:
    return NotLoggedIn(
        Sentence("no active person has this login name and this password", "登录名或密码不正确，或账号未启用")
    )
