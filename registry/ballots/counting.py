"""What was voted, in numbers; only those who may vote are counted, each once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fhir_kernel.store.records import Document
from registry.ballots.profile import VoteProfile
from registry.ballots.roster import Roster

Choice = Literal["approve", "oppose", "abstain"]
Form = Literal["meeting", "letter"]
"""会审 or 函审."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the members who may vote said what; `silent` have not, and silence says nothing for them."""

    members: int
    approve: int
    oppose: int
    abstain: int

    @property
    def silent(self) -> int:
        """Those who said nothing."""
        return self.members - self.approve - self.oppose - self.abstain

    def ballots(self, profile: VoteProfile) -> int:
        """The votes that count."""
        return self.approve + self.oppose + (self.abstain if profile.abstention_is_ballot else 0)

    def document(self) -> Document:
        """As it is kept."""
        said = {"approve": self.approve, "oppose": self.oppose, "abstain": self.abstain}
        return {"members": self.members, **said, "silent": self.silent}


def count_votes(
    profile: VoteProfile, form: Form, roster: Roster, choices: Mapping[str, Choice], *, is_over: bool
) -> Count:
    """Count what the members chose, by their ids; once it is over, silence in a letter says what the profile says."""
    voters = [each.id for each in roster.voters]
    said = Counter(choices[each] for each in voters if each in choices)
    if is_over and form == "letter" and profile.silence != "absent":
        said[profile.silence] += len(voters) - said.total()
    return Count(len(voters), said["approve"], said["oppose"], said["abstain"])
