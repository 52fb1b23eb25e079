"""A round of public comment (征求意见): on which frozen contents, from when until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fhir_kernel.store.records import Document


@dataclass(frozen=True, slots=True)
class Consultation:
    """One round of a project; nothing of it changes once it is open."""

    id: str
    project: str
    round: int
    kind: str
    """Of the standard, which decides the usual days: GB/T, WS/T, DB31/T."""
    digests: Mapping[str, str]
    """SHA-256 of what is commented on: the text, the package."""
    days: int
    usual_days: int
    opened: datetime
    closes: datetime
    """The midnight after the last day."""
    opened_by: str
    offset: timedelta
    authority: str = ""
    """Who shortened the window."""
    reason: str = ""

    def is_over(self, now: datetime) -> bool:
        """Whether no comment can come any more."""
        return now >= self.closes

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "id": self.id,
            "project": self.project,
            "round": self.round,
            "kind": self.kind,
            "digests": dict(self.digests),
            "days": self.days,
            "usualDays": self.usual_days,
            "opened": self.opened.isoformat(),
            "closes": self.closes.isoformat(),
            "openedBy": self.opened_by,
            "offsetMinutes": self.offset // timedelta(minutes=1),
            "authority": self.authority,
            "reason": self.reason,
        }


def consultation_of(kept: Mapping[str, Any]) -> Consultation:
    """The consultation that was kept as a document."""
    return Consultation(
        id=kept["id"],
        project=kept["project"],
        round=kept["round"],
        kind=kept["kind"],
        digests=kept["digests"],
        days=kept["days"],
        usual_days=kept["usualDays"],
        opened=datetime.fromisoformat(kept["opened"]),
        closes=datetime.fromisoformat(kept["closes"]),
        opened_by=kept["openedBy"],
        offset=timedelta(minutes=kept["offsetMinutes"]),
        authority=kept["authority"],
        reason=kept["reason"],
    )
