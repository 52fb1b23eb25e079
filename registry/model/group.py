"""A drafting group (起草组) with its declarations of interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read


@dataclass(frozen=True, slots=True)
class Drafter(Kept):
    """Somebody who drafts, or did for a term."""

    person: str
    unit: str
    name: str = ""
    is_user: bool = False
    """Whether the unit is one that will use the standard (使用单位)."""
    interests: str = ""
    """What they declare; "none" is a declaration, too."""
    declared: datetime | None = None
    """When they declared it; None until they have."""
    until: datetime | None = None
    """When they left the group, or the unit for which they drafted; None while they draft."""


@dataclass(frozen=True, slots=True)
class DraftingGroup(Kept):
    """Who drafts a project, and who did: whoever has drafted never decides about it."""

    id: str
    project: str
    lead_unit: str = ""
    in_charge: str = ""
    """The person in charge (负责人)."""
    members: tuple[Drafter, ...] = ()
    """Past ones too."""
    former_lead_units: tuple[str, ...] = ()

    @property
    def present(self) -> Sequence[Drafter]:
        """Those who draft now."""
        return [each for each in self.members if each.until is None]

    @property
    def people(self) -> frozenset[str]:
        """The ids of all who draft or did."""
        return frozenset(each.person for each in self.members) | ({self.in_charge} - {""})

    @property
    def lead_units(self) -> frozenset[str]:
        """The units that lead or led."""
        return frozenset((self.lead_unit, *self.former_lead_units)) - {""}

    @property
    def units(self) -> frozenset[str]:
        """The units of all who draft or did."""
        return (frozenset(each.unit for each in self.members) - {""}) | self.lead_units


def group_of(id_: str, kept: Document) -> DraftingGroup:
    """The group that was kept."""
    return read(DraftingGroup, kept, id=id_)
