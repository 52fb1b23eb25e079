"""The drafts of a project's FHIR package, each with what came out when it was compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.store.base import Reader, Transaction
from registry.model.codec import Kept, read
from registry.records.keeping import missing, note
from registry.sentence import Sentence

DRAFTS = "package-draft"
"""The collection; names are `{project}/{number}`."""


@dataclass(frozen=True, slots=True)
class PackageDraft(Kept):
    """One upload; `number` counts those of a project from 1."""

    project: str
    number: int
    content: str
    """SHA-256 of the archive as it was uploaded, by which the store keeps it."""
    digest: str
    """SHA-256 of what the package holds, however it was packed: what comments and votes are bound to."""
    report: str
    """SHA-256 of the compilation as JSON, by which the store keeps it."""
    size: int
    name: str
    version: str
    filed: datetime
    filed_by: str
    errors: int = 0
    warnings: int = 0
    examples: int = 0
    trial: str = ""
    """The version under which it can be installed for trial, once it can."""


async def add_draft(transaction: Transaction, draft: PackageDraft) -> None:
    """Keep a draft, or what else is known of it; its archive and compilation the store keeps already."""
    await transaction.save(DRAFTS, _name(draft.project, draft.number), draft.document())
    await note(transaction, DRAFTS, _name(draft.project, draft.number))


async def drafts_of(reader: Reader, project: str) -> Sequence[PackageDraft]:
    """All drafts of a project, the oldest first."""
    return [read(PackageDraft, kept) for _, kept in await reader.listed(DRAFTS, prefix=f"{project}/")]


async def newest_draft(reader: Reader, project: str) -> PackageDraft | None:
    """The last one that was uploaded."""
    return next(reversed(await drafts_of(reader, project)), None)


async def draft_in(reader: Reader, project: str, number: int) -> PackageDraft:
    """One draft. Raises Refused (missing)."""
    kept = await reader.load(DRAFTS, _name(project, number))
    if kept is None:
        raise missing(Sentence("draft of the package", "数据包草案"), str(number))
    return read(PackageDraft, kept)


def _name(project: str, number: int) -> str:
    return f"{project}/{number:08}"
