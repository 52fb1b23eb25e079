"""Delete: `DELETE [base]/[type]/[id]`, or conditional by `DELETE [base]/[type]?…` (https://hl7.org/fhir/R4/http.html#delete)."""

from __future__ import annotations

from fhir_server.exchange import Request
from fhir_server.intents import Intent
from fhir_server.preconditions import precondition_of
from fhir_server.writing import Writing


async def delete(writing: Writing, resource_type: str, request: Request) -> Intent:
    """What the request wants; it makes no difference whether there is anything. Raises RequestRefused."""
    condition = precondition_of(request.headers)
    if "id" in request.ids:
        return Intent("DELETE", resource_type, request.ids["id"], precondition=condition)
    criteria = await writing.criteria(resource_type, request.query, request)
    return Intent("DELETE", resource_type, criteria=criteria, precondition=condition, most=writing.most_deleted)
