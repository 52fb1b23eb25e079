"""A drafting group (起草组) with its declarations of interest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read


@dataclass(frozen=True, slots=True)
class Drafter(Kept):
    """Somebody who drafts."""

    person: str
    unit: str
    name: str = ""
    is_user: bool = False
    """Whether the unit is one that will use the standard (使用单位)."""
    interests: str = ""
    """What they declare; "none" is a declaration, too."""
    declared: datetime | None = None
    """When they declared it; None until they have."""


@dataclass(frozen=True, slots=True)
class DraftingGroup(Kept):
    """Who drafts a project."""

    id: str
    project: str
    lead_unit: str = ""
    in_charge: str = ""
    """The person in charge (负责人)."""
    members: tuple[Drafter, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """The ids of all who draft."""
        return frozenset(each.person for each in self.members) | ({self.in_charge} - {""})

    @property
    def units(self) -> frozenset[str]:
        """The units of all who draft."""
        return frozenset(each.unit for each in self.members) | ({self.lead_unit} - {""})


def group_of(id_: str, kept: Document) -> DraftingGroup:
    """The group that was kept."""
    return read(DraftingGroup, kept, id=id_)
