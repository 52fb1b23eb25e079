"""Update: `PUT [base]/[type]/[id]`, or conditional by `PUT [base]/[type]?…` (https://hl7.org/fhir/R4/http.html#update)."""

from __future__ import annotations

from fhir_server.content import check_id
from fhir_server.exchange import Request
from fhir_server.intents import Intent
from fhir_server.preconditions import precondition_of
from fhir_server.writing import Writing


async def update(writing: Writing, resource_type: str, request: Request) -> Intent:
    """What the request wants; where there is nothing under the id, it is created. Raises RequestRefused."""
    resource, condition = writing.formats.read(request), precondition_of(request.headers)
    if "id" in request.ids:
        resource_id = request.ids["id"]
        check_id(resource_id, "The id in the path")
        return Intent("PUT", resource_type, resource_id, None, resource, precondition=condition)
    criteria = await writing.criteria(resource_type, request.query, request)
    return Intent("PUT", resource_type, writing.new_id(), criteria, resource, precondition=condition)
