"""What a store keeps: resources in versions, and documents beside them (https://hl7.org/fhir/R4/http.html#versions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from fhir_kernel.store.values import Value

Method = Literal["POST", "PUT", "PATCH", "DELETE"]


class Key(NamedTuple):
    """Which resource: `Patient/1`."""

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a resource. `body` is its JSON, with id and meta, as it is served; None where it was deleted."""

    key: Key
    number: int
    """1 for the first; `meta.versionId`."""
    updated: datetime
    """`meta.lastUpdated`, in UTC, to the millisecond."""
    method: Method
    body: bytes | None

    @property
    def is_deleted(self) -> bool:
        return self.body is None


@dataclass(frozen=True, slots=True)
class Change:
    """A new version to be written, with everything by which it is found: values by the code of the search parameter."""

    version: Version
    values: Mapping[str, Sequence[Value]] = field(default_factory=dict)


Document = Mapping[str, Any]
"""A small JSON object that is no resource: a client, a tally, an entry of the audit trail."""
