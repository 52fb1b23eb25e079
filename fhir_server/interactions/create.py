"""Create: `POST [base]/[type]`, with If-None-Exist conditional (https://hl7.org/fhir/R4/http.html#create, #ccreate)."""

from __future__ import annotations

from fhir_server.exchange import Request, query_pairs
from fhir_server.intents import Intent
from fhir_server.outcomes import refused
from fhir_server.writing import Writing

_OF_THE_ANSWER = frozenset(("_format", "_pretty", "_summary", "_elements"))


async def create(writing: Writing, resource_type: str, request: Request) -> Intent:
    """What the request wants. Raises RequestRefused, also where criteria stand in the address, unheard."""
    criterion = next((name for name, _ in request.query if name not in _OF_THE_ANSWER), None)
    if criterion is not None:
        text = f"A create has no parameter '{criterion}'; expected criteria in If-None-Exist (ifNoneExist in a Bundle)"
        raise refused("not-supported", text, status=400)
    resource = writing.formats.read(request)
    condition = request.headers.get("if-none-exist")
    criteria = None
    if condition is not None:
        pairs = query_pairs(condition.removeprefix(f"{resource_type}?").removeprefix("?"))
        criteria = await writing.criteria(resource_type, pairs, request)
    return Intent("POST", resource_type, writing.new_id(), criteria, resource)
