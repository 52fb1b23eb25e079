"""What came of reading and judging one document: it travels from the process that judges to the one that writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from conformance.evidence import Occasion, Verdict
from conformance.judgement import Judgement
from conformance.scoring.rules.scored import Scored
from conformance.vocabulary import Vocabulary
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Document, Key


class Found(NamedTuple):
    """A judgement without the names of FHIR, which every process has."""

    occasion: Occasion
    issues: tuple[Issue, ...]
    verdicts: tuple[Verdict, ...]
    scored: Scored | None = None

    def judgement(self, words: Vocabulary) -> Judgement:
        """The judgement with the names of FHIR."""
        return Judgement(self.occasion, self.issues, self.verdicts, words, self.scored)


class Ready(NamedTuple):
    """A resource that may be written."""

    key: Key
    resource: Resource
    found: Found | None
    values: Mapping[str, Sequence[Any]]
    """By what it is found, as `values.encoded` writes it."""
    searches: Sequence[str] = ()
    """Those of its references that are searches, each once."""


class Refused(NamedTuple):
    """A resource, or a whole document, that may not be written."""

    name: str
    """`Type/id`, as far as that is known; empty where nothing could be read."""
    issues: Sequence[Resource]
    """Elements of an OperationOutcome."""
    resource: Resource | None
    evidence: Sequence[Document] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document of a source. `size` is what it takes of its file, before it was packed; the last item has none."""

    source: int
    number: int
    input: str = ""
    """Its file, and the line where there are several."""
    size: int = 0
    ready: tuple[Ready, ...] = ()
    refused: tuple[Refused, ...] = ()
    skipped: int = 0
    """Entries of a Bundle that hold nothing to be kept."""
    all_or_none: bool = False
    """Whether it is a transaction."""
    is_end: bool = False
    is_passed: bool = False
    """Whether another round deals with it."""

    @property
    def resources(self) -> int:
        return len(self.ready) + len(self.refused)
