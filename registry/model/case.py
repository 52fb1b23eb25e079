"""A case: a project with everything that decides what may be done with it next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.model.artefact import FiledDocument
from registry.model.edition import Edition
from registry.model.facts import Facts
from registry.model.group import DraftingGroup
from registry.model.matter import Matter, MatterKind
from registry.model.plan import AnnualPlan
from registry.model.progress import Progress
from registry.model.project import Project
from registry.model.standard import Standard
from registry.units import NO_UNIT, Unit


@dataclass(frozen=True, slots=True)
class Case:
    """A derived snapshot; nobody keeps it."""

    standard: Standard
    edition: Edition
    project: Project
    progress: Progress = field(default_factory=Progress)
    group: DraftingGroup | None = None
    drafting_units: Sequence[Unit] = ()
    """Of all who ever drafted."""
    plan: AnnualPlan | None = None
    documents: Sequence[FiledDocument] = ()
    """All that were filed, the oldest first."""
    matters: Sequence[Matter] = ()
    facts: Facts = field(default_factory=Facts)

    @property
    def state(self) -> str:
        """The stage code of the text."""
        return self.progress.text

    @property
    def drafters(self) -> frozenset[str]:
        """The ids of all who ever drafted: members of the group, and who uploaded a draft of the package."""
        return (self.group.people if self.group is not None else frozenset()) | self.facts.uploaders

    def newest(self, kind: str) -> FiledDocument | None:
        """The document of a kind that counts."""
        return next((each for each in reversed(self.documents) if each.kind == kind), None)

    def open_matters(self, kind: MatterKind) -> Sequence[Matter]:
        """Those that wait for an answer."""
        return [each for each in self.matters if each.kind == kind and each.is_open]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with the roles that they have for this case."""

    id: str = ""
    """The id of a person; empty for the public."""
    roles: frozenset[str] = frozenset({"A"})
    unit: Unit = NO_UNIT
    """Whom they work for."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do."""

    action: str
    reason: str = ""
    evidence: tuple[str, ...] = ()
    override: bool = False
    """Whether an authority acts in spite of what is missing."""
