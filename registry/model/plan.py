"""An annual plan (年度计划): the projects of a year, by decree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class AnnualPlan(Kept):
    """A plan; a project says itself to which plan it belongs and under which number."""

    id: str
    year: int
    title: Sentence
    jurisdiction: str = ""
    decree: str = ""
    """The number of the decree (下达文号)."""
    decreed: date | None = None


def plan_of(id_: str, kept: Document) -> AnnualPlan:
    """The plan that was kept."""
    return read(AnnualPlan, kept, id=id_)
