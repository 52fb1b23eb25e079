"""Create: `POST [base]/[type]`, with If-None-Exist conditional (https://hl7.org/fhir/R4/http.html#create, #ccreate)."""

from __future__ import annotations

from fhir_server.exchange import Request, query_pairs
from fhir_server.intents import Intent
from fhir_server.writing import Writing


async def create(writing: Writing, resource_type: str, request: Request) -> Intent:
    """What the request wants. Raises RequestRefused."""
    resource = writing.formats.read(request)
    condition = request.headers.get("if-none-exist")
    criteria = None
    if condition is not None:
        pairs = query_pairs(condition.removeprefix(f"{resource_type}?").removeprefix("?"))
        criteria = await writing.criteria(resource_type, pairs, request)
    return Intent("POST", resource_type, writing.new_id(), criteria, resource)
