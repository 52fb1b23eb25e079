"""Sessions: opened by a login, over after a time, at once when somebody ends them or the person is suspended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.people.kit import Kit
from registry.people.person import PEOPLE, Person, person_of
from registry.people.personal_token import PersonalToken, new_token

SESSIONS = "sessions"
"""The collection; names are `{person}/{digest of the token}`."""
_MOST = 20
"""Sessions of one person; the oldest gives way."""


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """After what time a session is over, used or not, and how exactly its use is written down."""

    whole: timedelta
    idle: timedelta

    @property
    def touched(self) -> timedelta:
        """A use is written down where the last one that was lies so far back."""
        return self.idle / 20


@dataclass(frozen=True, slots=True)
class Session:
    """Of one person, at one of their devices."""

    name: str
    created: datetime
    used: datetime

    def document(self) -> Document:
        """As it is kept."""
        return {"created": self.created.isoformat(), "used": self.used.isoformat()}

    def is_over(self, times: SessionTimes, now: datetime) -> bool:
        return now >= self.created + times.whole or now >= self.used + times.idle


class Sessions:
    """Opens, finds and ends them."""

    def __init__(self, kit: Kit, times: SessionTimes) -> None:
        self._kit, self.times = kit, times

    async def open(self, transaction: Transaction, person: str) -> tuple[PersonalToken, datetime]:
        """A new session of a person: its token, and when it is over at the latest."""
        now, token = self._kit.clock(), new_token(person)
        there = sorted(await _of(transaction, person), key=lambda each: each.created)
        for index, each in enumerate(there):
            if each.is_over(self.times, now) or index <= len(there) - _MOST:
                await transaction.save(SESSIONS, each.name, None)
        session = Session(session_name(token), now, now)
        await transaction.save(SESSIONS, session.name, session.document())
        return token, now + self.times.whole

    async def person(self, token: PersonalToken) -> Person | None:
        """The active person whose session it is that the token opens; None where there is none, or it is over."""
        store, now, name = self._kit.store, self._kit.clock(), session_name(token)
        session = await _loaded(store, name)
        if session is None or session.is_over(self.times, now):
            return None
        kept = await store.load(PEOPLE, token.person)
        person = None if kept is None else person_of(token.person, kept)
        if person is None or not person.is_active:
            return None
        if now - session.used >= self.times.touched and not await self._touch(name, now):
            return None
        return person

    async def _touch(self, name: str, now: datetime) -> bool:
        """Write a use down; False where somebody has ended the session meanwhile."""

        async def work(transaction: Transaction) -> bool:
            session = await _loaded(transaction, name)
            if session is None:
                return False
            used = Session(name, session.created, max(now, session.used))
            await transaction.save(SESSIONS, name, used.document())
            return True

        return await self._kit.store.commit(work)


def session_name(token: PersonalToken) -> str:
    """Under which the session of a token is kept."""
    return f"{token.person}/{token.digest}"


async def end_sessions(transaction: Transaction, person: str, *, but: str = "") -> None:
    """End all sessions of a person, but the one of a name."""
    for each in await _of(transaction, person):
        if each.name != but:
            await transaction.save(SESSIONS, each.name, None)


async def _of(reader: Reader, person: str) -> list[Session]:
    return [_session(name, kept) for name, kept in await reader.listed(SESSIONS, prefix=f"{person}/")]


async def _loaded(reader: Reader, name: str) -> Session | None:
    kept = await reader.load(SESSIONS, name)
    return None if kept is None else _session(name, kept)


def _session(name: str, kept: Document) -> Session:
    return Session(name, datetime.fromisoformat(kept["created"]), datetime.fromisoformat(kept["used"]))
