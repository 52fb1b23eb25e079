"""Operations that write do it as a patch: through the repository, judged and recorded like every write."""

from __future__ import annotations

from collections.abc import Callable

from conformance.evidence import Sender
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Key, Version
from fhir_server.intents import Intent
from fhir_server.operations.operation import Amend
from fhir_server.repository import Repository


def amending(repository: Repository) -> Amend:
    """Writes through `repository`."""

    async def amend(key: Key, change: Callable[[Resource], Resource], sender: Sender) -> Version:
        intent = Intent("PATCH", key.type, key.id, change=change)
        ((written,),) = await repository.write((intent,), sender)
        assert written.version is not None
        return written.version

    return amend
