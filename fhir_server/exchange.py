"""One request and its answer, apart from how they travel (https://hl7.org/fhir/R4/http.html)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource

if TYPE_CHECKING:
    from fhir_server.identity.authenticate import Caller

Pairs = tuple[tuple[str, str], ...]
"""Names and values of a query or a form, in the order in which they were sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks. `path` is what follows the base of the service: `CodeSystem/$lookup`."""

    method: str
    path: str
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in lower case."""
    body: bytes = b""
    base: str = ""
    """The address of the service, as the client wrote it: `http://localhost:8080/fhir`."""
    resource: Resource | None = None
    """The body where somebody has read it already: an entry of a Bundle."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """What the path says in place of the names in braces of its route."""
    as_stored: bool = False
    """Whether the client takes a resource as we store it: as JSON without line breaks."""
    within: str = ""
    """The entry of a Bundle that asks, as a FHIRPath: `Bundle.entry[2]`."""
    caller: Caller | None = None
    """Who asks; None where nobody needs to be known."""

    def located(self, ids: Mapping[str, str], body: bytes, *, as_stored: bool) -> Request:
        """The same request, its path understood and its body read."""
        return replace(self, ids=ids, body=body, as_stored=as_stored)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to it: a status of HTTP and a resource, as an object or as JSON; neither: no body."""

    resource: Resource | None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    json: bytes | None = None
    """The resource as it is stored, where `resource` is None."""
    media_type: str = ""
    """What `json` is, where it is no resource: then it is given as it is."""
