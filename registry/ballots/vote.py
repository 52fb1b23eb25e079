"""What a member voted, and why; a changed vote is another one, and the earlier ones are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.ballots.counting import Choice

VOTES = "ballot-vote"
"""The collection; names are `{ballot}/{member}/{revision}`."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote; the one with the highest revision is in force."""

    ballot: str
    member: str
    choice: Choice
    reason: str
    digest: str
    """The digest of the ballot that the member had before them."""
    cast: datetime
    revision: int

    @property
    def name(self) -> str:
        """Under which it is kept."""
        return f"{self.ballot}/{self.member}/{self.revision:04}"

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "ballot": self.ballot,
            "member": self.member,
            "choice": self.choice,
            "reason": self.reason,
            "digest": self.digest,
            "cast": self.cast.isoformat(),
            "revision": self.revision,
        }


def vote_of(kept: Mapping[str, Any]) -> Vote:
    """The vote that was kept as a document."""
    return Vote(
        ballot=kept["ballot"],
        member=kept["member"],
        choice=kept["choice"],
        reason=kept["reason"],
        digest=kept["digest"],
        cast=datetime.fromisoformat(kept["cast"]),
        revision=kept["revision"],
    )


async def votes_of(reader: Reader, ballot: str) -> dict[str, Vote]:
    """The vote in force of each member who has voted."""
    found = [vote_of(kept) for _, kept in await reader.listed(VOTES, prefix=f"{ballot}/")]
    return {each.member: each for each in sorted(found, key=lambda vote: vote.revision)}


async def revisions_of(reader: Reader, ballot: str, member: str) -> tuple[Vote, ...]:
    """All votes of a member, the first first."""
    return tuple(vote_of(kept) for _, kept in await reader.listed(VOTES, prefix=f"{ballot}/{member}/"))
