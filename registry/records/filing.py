"""Documents that a project files, and matters that have to be answered; nothing of either is ever taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fhir_kernel.store.base import Reader, Transaction
from registry.model.artefact import FiledDocument, filed_document_of
from registry.model.matter import Matter, matter_of
from registry.records.keeping import id_in, missing, note, timed_name
from registry.refusal import Refused
from registry.sentence import Sentence

FILED, MATTERS = "filed", "matter"
_NO_ANSWER = Sentence("found nothing; expected an answer", "内容为空；应填写答复")


async def file_document(transaction: Transaction, document: FiledDocument) -> None:
    """File a document, whose bytes the store keeps already; it takes the place of an earlier one of its kind."""
    await transaction.save(FILED, timed_name(document.project, document.filed, document.id), document.document())
    await note(transaction, FILED, document.id)


async def filed_documents(reader: Reader, project: str) -> Sequence[FiledDocument]:
    """All that a project has filed, the oldest first."""
    listed = await reader.listed(FILED, prefix=f"{project}/")
    return [filed_document_of(id_in(name), kept) for name, kept in listed]


async def raise_matter(transaction: Transaction, matter: Matter) -> None:
    """Raise a matter. Raises Refused (invalid) where it says nothing."""
    if not matter.text.strip():
        raise Refused("invalid", (Sentence("found nothing; expected a text", "内容为空；应填写文本"),), where="text")
    await transaction.save(MATTERS, timed_name(matter.project, matter.raised, matter.id), matter.document())
    await note(transaction, MATTERS, matter.id)


async def answer_matter(
    transaction: Transaction, project: str, id_: str, answer: str, by: str, now: datetime
) -> Matter:
    """Answer a matter once. Raises Refused: not there, without an answer, answered already."""
    found = next((each for each in await matters(transaction, project) if each.id == id_), None)
    if found is None:
        raise missing(Sentence("matter", "事项"), id_)
    if not found.is_open:
        raise Refused("conflict", (Sentence("the matter has been answered already", "该事项已答复"),))
    if not answer.strip():
        raise Refused(
            "invalid", (Sentence("found nothing; expected an answer", "内容为空；应填写答复"),), where="answer"
        )
    answered = replace(found, answer=answer, answered=now, answered_by=by)
    await transaction.save(MATTERS, timed_name(project, found.raised, id_), answered.document())
    await note(transaction, MATTERS, id_)
    return answered


async def matters(reader: Reader, project: str) -> Sequence[Matter]:
    """The matters of a project, the oldest first."""
    return [matter_of(id_in(name), kept) for name, kept in await reader.listed(MATTERS, prefix=f"{project}/")]
