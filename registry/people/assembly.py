"""Everything by which the registry knows who asks, put together over one store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from fhir_kernel.clock import Clock, NewId
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_server.identity.audit import Auditor
from fhir_server.identity.hashing import Hashing
from fhir_server.identity.secrets import SecretHasher
from registry.people.caller import Caller
from registry.people.granting import Granting
from registry.people.grants import grants_in
from registry.people.kit import Kit
from registry.people.limits import Limiter, address_of
from registry.people.logging_in import Logins
from registry.people.personal_token import token_in
from registry.people.refusals import NotLoggedIn
from registry.people.register import Register
from registry.people.sessions import Sessions, SessionTimes, session_name
from registry.people.setting_passwords import Passwords
from registry.sentence import Sentence
from registry.units import unit_in

_SCHEME = "bearer"


@dataclass(frozen=True, slots=True)
class People:
    """What the routes ask; made once in each process."""

    kit: Kit
    limiter: Limiter
    sessions: Sessions
    logins: Logins
    passwords: Passwords
    register: Register
    granting: Granting

    async def caller_of(self, request: Request) -> Caller:
        """Who sends a request: by the session whose token is in the header Authorization, else one of the public.

        Raises NotLoggedIn where a token is there and opens no session, StoreError.
        """
        address = address_of(request.client.host if request.client else None)
        header, now = request.headers.get("authorization"), self.kit.clock()
        if header is None:
            return Caller(address, now)
        scheme, _, text = header.strip().partition(" ")
        token = token_in(text.strip()) if scheme.lower() == _SCHEME else None
        person = await self.sessions.person(token) if token else None
        if token is None or person is None:
            self.limiter.count("read", address)
            raise NotLoggedIn(
                Sentence("the session is over, or never was; log in again", "会话已结束或无效，请重新登录")
            )
        grants = await grants_in(self.kit.store, person.id)
        unit = await unit_in(self.kit.store, person.organisation)
        return Caller(address, now, person, grants, session_name(token), unit)


def assemble_people(
    store: Store,
    settings: Settings,
    auditor: Auditor,
    *,
    clock: Clock,
    new_id: NewId,
    now: Callable[[], float],
    hasher: SecretHasher | None = None,
) -> People:
    """The parts; `now` gives seconds that never go back, `hasher` is one of the usual cost unless another is given."""
    kit, hashing = Kit(store, auditor, clock, new_id), Hashing(hasher or SecretHasher())
    times = SessionTimes(timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes))
    limiter, sessions = Limiter(settings, now), Sessions(kit, times)
    logins = Logins(kit, sessions, hashing, limiter)
    return People(kit, limiter, sessions, logins, Passwords(kit, hashing, logins), Register(kit), Granting(kit))
