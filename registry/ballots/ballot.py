"""A review by a committee: what is voted on, by whom, by which rule, until when; and how it ended."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from fhir_kernel.store.records import Document
from registry.ballots.counting import Form
from registry.ballots.profile import VoteProfile, profile_of
from registry.ballots.roster import Roster, roster_of

How = Literal["", "closed", "recalled"]


@dataclass(frozen=True, slots=True)
class Ballot:
    """One round of review of a project; roster, profile and digests stay as they were when it opened."""

    id: str
    project: str
    round: int
    form: Form
    digests: Mapping[str, str]
    """SHA-256 of what is voted on: the text, the package."""
    profile: VoteProfile
    roster: Roster
    opened: datetime
    opened_by: str
    offset: timedelta
    closes: datetime | None = None
    """When the last vote of a letter review can come; a meeting has none."""
    how: How = ""
    ended: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    digest: str = field(init=False)
    """SHA-256 of contents, roster and profile together: what a vote binds to."""

    def __post_init__(self) -> None:
        frozen = {
            "ballot": self.id,
            "digests": dict(self.digests),
            "roster": self.roster.document(),
            "profile": self.profile.document(),
        }
        content = orjson.dumps(frozen, option=orjson.OPT_SORT_KEYS)
        object.__setattr__(self, "digest", hashlib.sha256(content).hexdigest())

    def is_over(self, now: datetime) -> bool:
        """Whether no vote can be given any more."""
        return self.how != "" or (self.closes is not None and now >= self.closes)

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "id": self.id,
            "project": self.project,
            "round": self.round,
            "form": self.form,
            "digests": dict(self.digests),
            "digest": self.digest,
            "profile": self.profile.document(),
            "roster": self.roster.document(),
            "opened": self.opened.isoformat(),
            "openedBy": self.opened_by,
            "offsetMinutes": self.offset // timedelta(minutes=1),
            "closes": None if self.closes is None else self.closes.isoformat(),
            "how": self.how,
            "ended": None if self.ended is None else self.ended.isoformat(),
            "endedBy": self.ended_by,
            "reason": self.reason,
        }


def ballot_of(kept: Mapping[str, Any]) -> Ballot:
    """The ballot that was kept as a document."""
    return Ballot(
        id=kept["id"],
        project=kept["project"],
        round=kept["round"],
        form=kept["form"],
        digests=kept["digests"],
        profile=profile_of(kept["profile"]),
        roster=roster_of(kept["roster"]),
        opened=datetime.fromisoformat(kept["opened"]),
        opened_by=kept["openedBy"],
        offset=timedelta(minutes=kept["offsetMinutes"]),
        closes=None if kept["closes"] is None else datetime.fromisoformat(kept["closes"]),
        how=kept["how"],
        ended=None if kept["ended"] is None else datetime.fromisoformat(kept["ended"]),
        ended_by=kept["endedBy"],
        reason=kept["reason"],
    )
