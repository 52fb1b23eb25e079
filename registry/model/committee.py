"""A technical committee (标准化技术委员会)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class CommitteeMember(Kept):
    """A member (委员) for a term."""

    person: str
    unit: str
    name: str = ""
    since: date | None = None
    until: date | None = None
    """The first day on which they are no longer a member."""

    def is_on(self, day: date) -> bool:
        """Whether they are a member on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Committee(Kept):
    """A committee with its members, past ones too."""

    id: str
    name: Sentence
    number: str = ""
    """Such as `SAC/TC 165`."""
    jurisdiction: str = ""
    secretariat: str = ""
    """The unit that keeps the secretariat (秘书处承担单位)."""
    members: tuple[CommitteeMember, ...] = ()

    def members_on(self, day: date) -> tuple[CommitteeMember, ...]:
        """Who is a member on a day."""
        return tuple(each for each in self.members if each.is_on(day))


def committee_of(id_: str, kept: Document) -> Committee:
    """The committee that was kept."""
    return read(Committee, kept, id=id_)
