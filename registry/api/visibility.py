"""Who may see which document: the public what was put before it, those who work on a project all of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from fhir_kernel.store.base import Reader
from registry.api.kit import INSIDERS, is_inside, require
from registry.casework.comment_round import DRAFT
from registry.casework.drafts import PackageDraft
from registry.comments.opening import consultations_of
from registry.model.artefact import FiledDocument
from registry.model.case import Case
from registry.people.caller import Caller
from registry.sentence import Sentence

_NOTICE = "public-notice"
_WITH_COMMENT = frozenset({"explanation", "comment-notice"})
_WITH_PUBLICATION = frozenset({"announcement", "final-text", "interpretation", "explanation"})
_IN_STATES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "review-conclusion": frozenset({"90.92", "90.93", "90.99", "95.20", "95.92", "95.99"}),
        "abolition-announcement": frozenset({"95.99"}),
    }
)
"""What is filed before it is decided is shown once it is."""


async def put_before_the_public(reader: Reader, project: str) -> frozenset[str]:
    """The digests on which the public was, or is, asked to comment."""
    rounds = await consultations_of(reader, project)
    return frozenset(digest for each in rounds for digest in each.digests.values())


def is_public(document: FiledDocument, case: Case, digests: Collection[str]) -> bool:
    """Whether everybody may see a document."""
    return (
        document.kind == _NOTICE
        or (document.kind == DRAFT and document.digest in digests)
        or (document.kind in _WITH_COMMENT and bool(digests))
        or (document.kind in _WITH_PUBLICATION and case.edition.published is not None)
        or case.state in _IN_STATES.get(document.kind, ())
    )


def check_sees_document(caller: Caller, document: FiledDocument, case: Case, digests: Collection[str]) -> None:
    """Raises NotLoggedIn, Refused (forbidden)."""
    if not is_public(document, case, digests):
        require(caller, case, Sentence("seeing this document", "查看该文件"), *INSIDERS)


def check_sees_draft(caller: Caller, draft: PackageDraft, case: Case, digests: Collection[str]) -> None:
    """Raises NotLoggedIn, Refused (forbidden)."""
    if draft.digest not in digests:
        require(caller, case, Sentence("seeing this draft of the package", "查看该数据包草案"), *INSIDERS)


def sees_draft(caller: Caller, draft: PackageDraft, case: Case, digests: Collection[str]) -> bool:
    """Whether they may."""
    return draft.digest in digests or is_inside(caller, case)
