"""What every desk needs, and how a case is read and judged for whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Reader, Store
from registry.drafting.package.bench import Bench
from registry.drafting.package.limits import PackageLimits
from registry.drafting.text.limits import TextLimits
from registry.http.route import Call
from registry.model.case import Actor, Case
from registry.people.caller import Caller
from registry.people.roles import ANYONE
from registry.records.acting import Moment
from registry.records.cases import Gather, load_case
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook
from registry.sentence import Sentence

Outcome = TypeVar("Outcome")
MOST_COMPILING = 2
"""How many packages are compiled, compared or rendered at once."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Made once in each process."""

    store: Store
    new_id: NewId
    rulebook: Rulebook
    catalogue: Catalogue
    gather: Gather
    offset: timedelta
    """The distance of local time from UTC."""
    bench: Bench
    folder: Path
    """Where uploads are for as long as they are looked into."""
    texts: TextLimits = field(default_factory=TextLimits)
    packages: PackageLimits = field(default_factory=PackageLimits)
    compiling: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_COMPILING))

    async def moment(self, call: Call) -> Moment:
        """When and by which rules a call is judged."""
        return Moment(call.now, await self.rulebook.book(self.store), self.gather)

    def today(self, now: datetime) -> date:
        """The local day."""
        return (now + self.offset).date()

    async def case(self, reader: Reader, project: str, now: datetime) -> Case:
        """A project with everything that decides about it. Raises Refused (missing)."""
        return await load_case(reader, project, self.gather, self.today(now))

    async def at_work(self, work: Callable[[], Outcome]) -> Outcome:
        """Do what takes seconds on a thread, a few at a time."""
        async with self.compiling:
            return await asyncio.to_thread(work)


def actor_of(caller: Caller, case: Case) -> Actor:
    """Who asks, with the roles that they have for a case."""
    person = caller.person
    if person is None:
        return Actor(roles=roles_of(caller, case))
    return Actor(person.id, roles_of(caller, case), caller.unit)


def roles_of(caller: Caller, case: Case) -> frozenset[str]:
    """The roles of a caller for a case."""
    project = case.project
    return caller.roles(
        committee=project.committee or None, group=project.group or None, jurisdiction=project.jurisdiction
    )


def is_inside(caller: Caller, case: Case) -> bool:
    """Whether somebody works on a case in any role, and so may see its drafts."""
    return bool(roles_of(caller, case) - {ANYONE})


def require(caller: Caller, case: Case, what: Sentence, *roles: str) -> str:
    """The first of the roles that the caller has for the case. Raises NotLoggedIn, Refused (forbidden)."""
    project = case.project
    return caller.require(
        what,
        *roles,
        committee=project.committee or None,
        group=project.group or None,
        jurisdiction=project.jurisdiction,
    )


INSIDERS = ("S", "LU", "C", "M", "L", "I", "N", "E", "authority", "administrator")
"""Every role but that of anyone."""
