"""By which rule votes are counted: data with exact fractions, which an administrator can change.

A ballot keeps the profile that it was opened with, so what was in force then stays visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from fhir_kernel.store.records import Document
from registry.refusal import refused
from registry.sentence import Sentence

Of = Literal["ballots", "members"]
Silence = Literal["absent", "abstain", "approve"]
_OF, _SILENCE = ("ballots", "members"), ("absent", "abstain", "approve")


@dataclass(frozen=True, slots=True)
class VoteProfile:
    """A rule of counting; members are those who may vote, ballots are the votes that count."""

    id: str
    version: str
    name: Sentence
    approve: Fraction
    """At least this part approves."""
    approve_of: Of = "ballots"
    quorum: Fraction | None = None
    """At least this part of the members has voted; None: one member is enough."""
    oppose_limit: Fraction | None = None
    """At most this part of the ballots opposes."""
    silence: Silence = "absent"
    """What a member says who does not answer to a letter; at a meeting silence is absence."""
    least_members: int = 1
    excludes_drafting_units: bool = False
    """Whether nobody of any drafting unit votes; nobody of the lead unit ever does."""
    abstention_is_ballot: bool = True
    letter_days: int | None = None
    """The longest time for a review by letter."""

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "id": self.id,
            "version": self.version,
            "name": self.name.document(),
            "approve": str(self.approve),
            "approveOf": self.approve_of,
            "quorum": None if self.quorum is None else str(self.quorum),
            "opposeLimit": None if self.oppose_limit is None else str(self.oppose_limit),
            "silence": self.silence,
            "leastMembers": self.least_members,
            "excludesDraftingUnits": self.excludes_drafting_units,
            "abstentionIsBallot": self.abstention_is_ballot,
            "letterDays": self.letter_days,
        }


def profile_of(kept: Mapping[str, Any]) -> VoteProfile:
    """The profile of a document, which may come from an administrator. Raises Refused (invalid)."""
    for name, allowed in (("approveOf", _OF), ("silence", _SILENCE)):
        if kept.get(name, allowed[0]) not in allowed:
            raise _unfit(name, kept[name], " | ".join(allowed))
    approve = _fraction(kept, "approve")
    if approve is None:
        raise _unfit("approve", None, "a fraction such as 2/3")
    return VoteProfile(
        id=str(kept["id"]),
        version=str(kept["version"]),
        name=Sentence(kept["name"]["en"], kept["name"]["zh"]),
        approve=approve,
        approve_of=kept.get("approveOf", "ballots"),
        quorum=_fraction(kept, "quorum"),
        oppose_limit=_fraction(kept, "opposeLimit"),
        silence=kept.get("silence", "absent"),
        least_members=_count(kept, "leastMembers") or 1,
        excludes_drafting_units=bool(kept.get("excludesDraftingUnits", False)),
        abstention_is_ballot=bool(kept.get("abstentionIsBallot", True)),
        letter_days=_count(kept, "letterDays"),
    )


def _fraction(kept: Mapping[str, Any], name: str) -> Fraction | None:
    """Only from a text: a number such as 0.6667 would not be exact."""
    said = kept.get(name)
    if said is None:
        return None
    expected = "a text with a fraction from 0 to 1, such as 2/3"
    if not isinstance(said, str):
        raise _unfit(name, said, expected)
    try:
        found = Fraction(said)
    except (ValueError, ZeroDivisionError) as error:
        raise _unfit(name, said, expected) from error
    if not 0 <= found <= 1:
        raise _unfit(name, said, expected)
    return found


def _count(kept: Mapping[str, Any], name: str) -> int | None:
    said = kept.get(name)
    if said is not None and (not isinstance(said, int) or isinstance(said, bool) or said < 1):
        raise _unfit(name, said, "a whole number from 1")
    return said


def _unfit(name: str, found: object, expected: str) -> Exception:
    return refused(
        "invalid", f"{name} is {found!r}; expected {expected}", f"{name} 为 {found!r}；应为 {expected}", where=name
    )
