"""Expected volumes as they are kept: none is ever taken away, but a later one may stand in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from conformance.scoring.expectations import Volume
from conformance.scoring.period import Period
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.scores.inputs.versions import Attribution

VOLUMES = "score-volume"


@dataclass(frozen=True, slots=True)
class ExpectedVolume(Kept):
    """How many records of a data set are expected of an institution from one day through another, and who said so."""

    id: str
    institution: str
    data_set: str
    begin: date
    end: date
    count: int
    source: str
    """From where they were counted, such as settlements."""
    decided: Attribution
    file: str = ""
    """The SHA-256 of the table that said it."""
    before: str = ""
    """The id of the one in whose place it stands."""
    ended: Attribution | None = None
    """Who put another in its place or withdrew it."""

    @property
    def name(self) -> str:
        """Under which it is kept."""
        return f"{prefix_of(self.institution)}{self.id}"

    @property
    def period(self) -> Period:
        return Period(self.begin, self.end)

    @property
    def volume(self) -> Volume:
        """As scores take it."""
        return Volume(self.institution, self.data_set, self.period, self.count, self.source)


def prefix_of(institution: str) -> str:
    """What the names of the volumes of an institution begin with."""
    return f"{quote(institution, safe='')}/"


def volume_of(name: str, kept: Document) -> ExpectedVolume:
    """The volume that was kept as a document."""
    return read(ExpectedVolume, kept, id=name.rpartition("/")[2])


async def kept_volumes(reader: Reader, institution: str) -> Sequence[ExpectedVolume]:
    """All that were ever said of an institution, in the order of data sets and days."""
    found = [volume_of(name, kept) for name, kept in await reader.listed(VOLUMES, prefix=prefix_of(institution))]
    return sorted(found, key=lambda each: (each.data_set, each.begin, each.ended is None, each.id))
