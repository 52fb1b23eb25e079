"""What a client wants written, as data: each way of writing, alone or in a Bundle, makes one of these.

https://hl7.org/fhir/R4/http.html#create, #update, #patch, #delete and their conditional forms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from fhir_kernel.resource import Resource
from fhir_kernel.store.criteria import Query
from fhir_kernel.store.records import Key, Method, Version
from fhir_server.preconditions import Precondition

Effect = Literal["created", "updated", "deleted", "unchanged", "found", "absent"]
"""`found`: a conditional create met one that is there; `absent`: there was nothing to delete."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a conditional interaction looks for."""

    query: Query
    text: str
    """As the client wrote it: `Patient?identifier=1`."""


@dataclass(frozen=True, slots=True)
class Intent:
    """One write that is wanted. `criteria` stand in place of an id, or keep from creating."""

    method: Method
    type: str
    id: str = ""
    """Of what is to be written; of a create, and of a conditional update that creates, the id to be given."""
    criteria: Criteria | None = None
    resource: Resource | None = None
    change: Callable[[Resource], Resource] | None = None
    """Of a patch: what it makes of the resource. Raises RequestRefused."""
    precondition: Precondition = field(default_factory=Precondition)
    most: int = 1
    """How many a conditional delete may delete."""
    may_write: Callable[[Resource], bool] | None = None
    """Whether the client may write a resource, as it was and as it becomes; None: it may write all."""
    full_url: str = ""
    """By what others in the same Bundle refer to it."""
    within: str = ""
    """Its entry in a Bundle, as a FHIRPath."""

    @property
    def key(self) -> Key:
        return Key(self.type, self.id)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one resource. `version` is the current one, None where there never was any."""

    effect: Effect
    version: Version | None
    issues: Sequence[Resource] = ()
    """What was found about it, as elements of an OperationOutcome."""
