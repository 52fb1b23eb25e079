"""What is decided about the publication of an edition, before it and for good: days, announcement, archive, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from conformance.rules_in_force import Applies
from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.model.artefact import Artefact
from registry.model.codec import Kept, read
from registry.refusal import Refused
from registry.sentence import Sentence

PUBLICATIONS = "publication"
"""The collection; names are the ids of editions."""


@dataclass(frozen=True, slots=True)
class PublicationPlan(Kept):
    """What the publication officer decides."""

    published: date
    """The local day on which it is to be published (发布日期)."""
    in_force: date
    """The day of implementation (实施日期), from which on records are refused that break it."""
    announcement: str
    """The number of the announcement (公告编号)."""
    issuer: Sentence
    """Who announces it (发布机构)."""
    warn_from: date | None = None
    """The day from which on senders are told; needed where there is a package."""
    applies: Mapping[str, Applies] = field(default_factory=dict)
    """For profiles, by canonical URL without version: asked of all records of the type, or of those that claim it."""
    clauses: Mapping[str, str] = field(default_factory=dict)
    """For profiles, by canonical URL without version: the clause of the text that it serves."""


@dataclass(frozen=True, slots=True)
class Archive(Kept):
    """The package as it will be published."""

    package: str
    version: str
    draft: str
    """SHA-256 of the frozen draft that it was made of."""
    sha256: str
    sm3: str
    """GB/T 32905; empty where the machine has no SM3."""
    size: int
    signature: str
    """SHA-256 by which the store keeps the detached signature."""
    key: str
    """The id of the key that signed."""
    staging: tuple[Sentence, ...]
    """What went wrong when it was installed for trial."""
    errors: int = 0

    @property
    def name(self) -> str:
        """`package#version`, under which its rules are kept."""
        return f"{self.package}#{self.version}"


@dataclass(frozen=True, slots=True)
class Publication(Kept):
    """One edition's. Until `done` it may be prepared anew; then it stays as it is."""

    id: str
    """That of the edition."""
    standard: str
    project: str
    plan: PublicationPlan
    prepared: datetime
    prepared_by: str
    announcements: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of the announcement as HTML, by language."""
    archive: Archive | None = None
    """What is published now; of the registry track its newest codes."""
    earlier: tuple[Archive, ...] = ()
    """What it was before its codes were released anew, the newest first."""
    done: datetime | None = None
    done_by: str = ""

    def archive_of(self, version: str = "") -> Archive:
        """The archive of a version, without one the newest. Raises Refused (missing)."""
        known = (self.archive, *self.earlier)
        found = next((each for each in known if each is not None and version in ("", each.version)), None)
        if found is None:
            en, zh = f"the edition has no package {version}".rstrip(), f"该版本没有数据包 {version}".rstrip()
            raise Refused("missing", (Sentence(en, zh),), where="version")
        return found


def as_artefact(archive: Archive) -> Artefact:
    """The package as an edition names it."""
    return Artefact("package", archive.sha256, archive.package, archive.version, "application/gzip", archive.size)


async def find_publication(reader: Reader, edition: str) -> Publication | None:
    """What is decided about an edition."""
    kept = await reader.load(PUBLICATIONS, edition)
    return None if kept is None else publication_of(edition, kept)


async def publication_in(reader: Reader, edition: str) -> Publication:
    """The same. Raises Refused (missing)."""
    found = await find_publication(reader, edition)
    if found is None:
        sentence = Sentence("the publication has not been prepared", "尚未准备发布")
        raise Refused("missing", (sentence,), where="edition")
    return found


async def save_publication(transaction: Transaction, publication: Publication) -> None:
    """Keep it in the place of what was decided before."""
    await transaction.save(PUBLICATIONS, publication.id, publication.document())


def publication_of(id_: str, kept: Document) -> Publication:
    """The publication that was kept."""
    return read(Publication, kept, id=id_)
