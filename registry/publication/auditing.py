"""The audit trail of what people publish: the writes of a publication, by the person who decided it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from conformance.evidence import Sender
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Document, Version
from fhir_server.identity.audit import Auditor
from fhir_server.identity.deeds import PERSON
from fhir_server.repository import Auditor as Written


def sent_by(person: str) -> Sender:
    """A person as the sender of what they publish."""
    return Sender(client=person)


def written_by_people(auditor: Auditor) -> Written:
    """The entries for what people write, in whose `Sender` the id of the person stands for the client.

    Without one the server does it by itself.
    """

    def written(sender: Sender, versions: Sequence[Version], now: datetime) -> Sequence[Document]:
        entries = auditor.written(sender, versions, now)
        return [{**each, "agent": [_agent(sender.client)]} for each in entries]

    return written


def _agent(person: str) -> Resource:
    if not person:
        return {"name": "the server itself", "requestor": False}
    return {"who": {"identifier": {"system": PERSON, "value": person}}, "requestor": True}
