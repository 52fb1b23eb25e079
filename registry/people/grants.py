"""Who has which role where, from when until when; what was granted is never deleted, it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.people.roles import ANYONE
from registry.people.scope import Scope

GRANTS = "grants"
"""The collection; names are `{person}/{grant}`."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person at one place."""

    id: str
    person: str
    role: str
    scope: Scope
    begins: datetime
    granted_by: str
    """The id of a person; empty where it was given at the command line."""
    granted: datetime
    until: datetime | None = None
    """From when on it does not hold by itself; None: it has no end."""
    ended: datetime | None = None
    """When somebody ended it."""
    ended_by: str = ""

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.begins <= now and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether it will never be in force again."""
        return any(end is not None and end <= now for end in (self.until, self.ended))

    @property
    def name(self) -> str:
        """Under which it is kept."""
        return f"{self.person}/{self.id}"

    def document(self) -> Document:
        """As it is kept, and as it is shown."""
        ends = {"until": self.until, "ended": self.ended}
        return {
            "id": self.id,
            "person": self.person,
            "role": self.role,
            "scope": {"kind": self.scope.kind, "code": self.scope.code},
            "from": self.begins.isoformat(),
            **{name: end.isoformat() for name, end in ends.items() if end is not None},
            "grantedBy": self.granted_by,
            "granted": self.granted.isoformat(),
            **({"endedBy": self.ended_by} if self.ended is not None else {}),
        }


def grant_of(kept: Document) -> Grant:
    """The grant that was kept as a document."""
    return Grant(
        id=kept["id"],
        person=kept["person"],
        role=kept["role"],
        scope=Scope(kept["scope"]["kind"], kept["scope"]["code"]),
        begins=datetime.fromisoformat(kept["from"]),
        granted_by=kept["grantedBy"],
        granted=datetime.fromisoformat(kept["granted"]),
        until=_instant(kept.get("until")),
        ended=_instant(kept.get("ended")),
        ended_by=kept.get("endedBy", ""),
    )


async def grants_in(reader: Reader, person: str) -> tuple[Grant, ...]:
    """All that were ever given to a person."""
    return tuple(grant_of(kept) for _, kept in await reader.listed(GRANTS, prefix=f"{person}/"))


def roles_for(
    grants: Iterable[Grant],
    *,
    committee: str | None = None,
    group: str | None = None,
    jurisdiction: str | None = None,
    now: datetime,
) -> frozenset[str]:
    """The codes of the roles that the grants give for a case at these places; None: the case has none of that kind.

    Everybody has the role A.
    """
    places = [Scope.everything()]
    places += [Scope("committee", committee)] if committee is not None else []
    places += [Scope("group", group)] if group is not None else []
    places += [Scope("jurisdiction", jurisdiction)] if jurisdiction is not None else []
    return frozenset(each.role for each in grants if each.holds(now) and _reaches(each.scope, places)) | {ANYONE}


def has_role_over(grants: Iterable[Grant], role: str, scope: Scope, now: datetime) -> bool:
    """Whether the grants give the role for the whole of a scope."""
    return any(each.role == role and each.holds(now) and each.scope.covers(scope) for each in grants)


def _reaches(scope: Scope, places: Iterable[Scope]) -> bool:
    return any(scope.covers(place) for place in places)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
