"""Patch: `PATCH [base]/[type]/[id]`, or conditional by `PATCH [base]/[type]?…` (https://hl7.org/fhir/R4/http.html#patch)."""

from __future__ import annotations

import base64

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.resource import Resource
from fhir_server.exchange import Request
from fhir_server.intents import Intent
from fhir_server.outcomes import refused
from fhir_server.preconditions import precondition_of
from fhir_server.writing import Writing


async def patch(writing: Writing, resource_type: str, request: Request) -> Intent:
    """What the request wants. Raises RequestRefused."""
    body, content_type = _body(request)
    condition = precondition_of(request.headers)

    def change(resource: Resource) -> Resource:
        return writing.patch(resource, body, content_type)

    if "id" in request.ids:
        return Intent("PATCH", resource_type, request.ids["id"], change=change, precondition=condition)
    criteria = await writing.criteria(resource_type, request.query, request)
    return Intent("PATCH", resource_type, criteria=criteria, change=change, precondition=condition)


def _body(request: Request) -> tuple[bytes, str]:
    """The patch and its type; in a Bundle it is Parameters, or a Binary that holds it."""
    held = request.resource
    if held is None:
        return request.body, request.headers.get("content-type", "")
    if held.get("resourceType") != "Binary":
        return write_json(held), "application/fhir+json"
    try:
        return base64.b64decode(str(held.get("data", "")), validate=True), str(held.get("contentType", ""))
    except ValueError:  # also of what is not ASCII
        text = "Binary.data is not base64; expected the patch in base64"
        raise refused("value", text, expression="Binary.data") from None
