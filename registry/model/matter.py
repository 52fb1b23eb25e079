"""A matter that somebody raises and that has to be answered: an objection to a notice, a finding of a reviewer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read

MatterKind = Literal["objection", "finding", "trigger"]
"""`trigger`: a reason to review before it is due, such as a change of law or an evaluation below the threshold."""
MATTER_KINDS: tuple[MatterKind, ...] = get_args(MatterKind)


@dataclass(frozen=True, slots=True)
class Matter(Kept):
    """Open until it is answered; nothing of it is ever deleted."""

    id: str
    project: str
    kind: MatterKind
    text: str
    raised: datetime
    raised_by: str = ""
    """The id of a person; empty for the public."""
    answer: str = ""
    answered: datetime | None = None
    answered_by: str = ""

    @property
    def is_open(self) -> bool:
        return self.answered is None


def matter_of(id_: str, kept: Document) -> Matter:
    """The matter that was kept."""
    return read(Matter, kept, id=id_)
