"""What a project makes, known by its digest: text documents and package drafts; and the documents that it files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read

ArtefactKind = Literal["text", "package"]


@dataclass(frozen=True, slots=True)
class Artefact(Kept):
    """A text document or a FHIR package."""

    kind: ArtefactKind
    digest: str
    """SHA-256; the store keeps the bytes by it."""
    name: str = ""
    """The name of the file, or of the package."""
    version: str = ""
    """Of a package."""
    media_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class FiledDocument(Kept):
    """An entry of the checklist of a project: a document of a kind that the rules know, such as `proposal`.

    A later one of the same kind takes the place of an earlier one, which stays readable.
    """

    id: str
    project: str
    kind: str
    digest: str
    name: str
    media_type: str
    size: int
    filed_by: str
    """The id of a person; empty for the public and for what the registry writes itself."""
    filed: datetime
    stage: str = ""
    """The state of the project when it was filed."""


def filed_document_of(id_: str, kept: Document) -> FiledDocument:
    """The document that was filed."""
    return read(FiledDocument, kept, id=id_)
