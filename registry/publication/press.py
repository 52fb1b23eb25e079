"""What publication needs from the rest of the product; made once in each process."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_kernel.clock import NewId
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.store.base import Store
from fhir_server.repository import Repository
from registry.publication.releasing import Workshop
from registry.publication.signing import Signer


@dataclass(frozen=True, slots=True)
class Press:
    """Where things are kept and written, how packages are made and signed."""

    store: Store
    repository: Repository
    """The only writer of FHIR resources; its audit trail is that of `written_by_people`."""
    workshop: Workshop
    archive_limits: ArchiveLimits
    signer: Signer
    new_id: NewId
