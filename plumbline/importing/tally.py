"""How far the import of a file has come, and what became of its resources; kept in the store with the resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from fhir_kernel.store.records import Document
from fhir_server.content import instant
from fhir_server.intents import Written
from plumbline.importing.prepared import Prepared


class Round(IntEnum):
    """Documents with references that are searches wait for the second, when everything else is stored."""

    FIRST = 1
    SECOND = 2


IMPORTS = "imports"
"""The collection of these documents; the name of each is the SHA-256 of its file."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a file. `next` is the number of the document at which an import goes on, the first being 0."""

    next: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    with_issues: int = 0
    """Of those accepted, the ones that are tagged."""
    refused: int = 0
    waiting: int = 0
    """Documents that the second round is to deal with."""
    round: int = Round.FIRST
    finished: bool = False

    @property
    def is_begun(self) -> bool:
        return self.next > 0 or self.round != Round.FIRST

    @property
    def accepted(self) -> int:
        return self.created + self.updated + self.unchanged

    @property
    def resources(self) -> int:
        return self.accepted + self.refused

    def after(self, prepared: Prepared) -> Tally:
        """The same once this document is dealt with."""
        if prepared.is_end and self.round == Round.FIRST and self.waiting:
            return replace(self, round=Round.SECOND, next=0)
        if prepared.is_end:
            return replace(self, finished=True)
        after = replace(self, next=prepared.number + 1, refused=self.refused + len(prepared.refused))
        if prepared.is_passed is (self.round == Round.SECOND):
            return after
        return replace(after, waiting=self.waiting + (1 if prepared.is_passed else -1))

    def with_written(self, written: Iterable[tuple[Written, bool]]) -> Tally:
        """The same with what became of resources, and whether they are tagged."""
        counts = asdict(self)
        for each, is_tagged in written:
            counts[each.effect] += 1
            counts["with_issues"] += is_tagged
        return Tally(**counts)

    def document(self, path: str, now: datetime) -> Document:
        """What is kept."""
        return {**asdict(self), "file": path, "at": instant(now)}


def tally_of(document: Document | None) -> Tally:
    """The counts that were kept; none where nothing was."""
    known: dict[str, Any] = {name: document[name] for name in _NAMES if name in document} if document else {}
    return Tally(**known)


_NAMES = tuple(each.name for each in fields(Tally))
