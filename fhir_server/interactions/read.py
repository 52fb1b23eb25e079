"""Read a resource by its id (https://hl7.org/fhir/R4/http.html#read)."""

from __future__ import annotations

from fhir_server.exchange import Answer, Request
from fhir_server.library import Library
from fhir_server.summary import extent_of


def read(library: Library, resource_type: str, request: Request) -> Answer:
    """The resource. Raises RequestRefused: 404 where there is none."""
    found = library.read(resource_type, request.ids["id"])
    return Answer(extent_of(request.query).of(found))
