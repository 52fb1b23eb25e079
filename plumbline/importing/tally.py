"""How far the import of a file has come, and what became of its resources; kept in the store with the resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from fhir_kernel.store.records import Document
from fhir_server.content import instant
from fhir_server.intents import Written
from plumbline.importing.prepared import Prepared

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
    finished: bool = False

    @property
    def accepted(self) -> int:
        return self.created + self.updated + self.unchanged

    @property
    def resources(self) -> int:
        return self.accepted + self.refused

    def after(self, prepared: Prepared) -> Tally:
        """The same once this document is dealt with."""
        if prepared.is_end:
            return replace(self, finished=True)
        return replace(self, next=prepared.number + 1, refused=self.refused + len(prepared.refused))

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
