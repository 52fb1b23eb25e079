"""Create: `POST [base]/[type]`, maybe under a condition (https://hl7.org/fhir/R4/http.html#create, #ccreate)."""

from __future__ import annotations

from fhir_server.condition import criteria_of
from fhir_server.exchange import Request
from fhir_server.intents import Intent
from fhir_server.writing import Writing


async def create(writing: Writing, resource_type: str, request: Request) -> Intent:
    """What the request wants. Raises RequestRefused."""
    resource, pairs = writing.formats.read(request), criteria_of(request, resource_type)
    criteria = None if pairs is None else await writing.criteria(resource_type, pairs, request)
    return Intent("POST", resource_type, writing.new_id(), criteria, resource)
