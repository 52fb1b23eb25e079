"""Binary as what it holds: its content comes in and goes out as it is (https://hl7.org/fhir/R4/binary.html#rest)."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.negotiate import format_of, parse_media_type, sniff
from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats
from fhir_server.intents import Intent
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.routes import AsyncHandler

BINARY = "Binary"
SECURITY_CONTEXT = "x-security-context"
_OF_FHIR = re.compile(r"application/(fhir\+(json|xml)|(json|xml)\+fhir)\Z")
_SENDABLE = re.compile(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}( *;[\x20-\x7e]*)?\Z", re.ASCII)
_ANY_BYTES = "application/octet-stream"
_HARMLESS = {
    "content-disposition": "attachment",
    "content-security-policy": "default-src 'none'; sandbox",
}
"""What came from strangers never runs as ours in a browser, whatever it says that it is."""


async def show(read: AsyncHandler, request: Request) -> Answer:
    """The content where the request does not ask for the resource by a media type of FHIR. Raises RequestRefused."""
    answer = await read(request)
    if answer.json is None or request.within or _asks_for_resource(request):
        return answer
    resource = parse_json(answer.json)
    try:
        content = base64.b64decode(str(resource.get("data", "")))
    except ValueError:
        text = f"{request.path} holds what is not base64; ask for it as application/fhir+json"
        raise refused("not-supported", text, status=406) from None
    context = resource.get("securityContext", {}).get("reference")
    headers = {**answer.headers, **_HARMLESS, **({SECURITY_CONTEXT: context} if _is_header(context) else {})}
    return Answer(None, 200, headers, content, _media_type(resource.get("contentType")))


async def accept(make: Callable[[Request], Awaitable[Intent]], formats: Formats, request: Request) -> Intent:
    """What a create or update wants whose body is the content, or a Binary. Raises RequestRefused."""
    if request.resource is None and request.body:
        request = replace(request, resource=_binary(formats, request))
    return await make(request)


def _asks_for_resource(request: Request) -> bool:
    named = next((value for name, value in request.query if name == "_format"), None)
    if named is not None:
        return format_of(named) is not None
    accepted = request.headers.get("accept", "").split(",")
    return any(_OF_FHIR.match(parse_media_type(each).name) for each in accepted)


def _binary(formats: Formats, request: Request) -> Resource:
    """The Binary in the body, or one that holds the body, also where that is another resource of FHIR."""
    declared = request.headers.get("content-type", "").strip()
    is_of_fhir = bool(_OF_FHIR.match(parse_media_type(declared).name))
    if (format_of(declared) if declared else sniff(request.body)) is not None:
        try:
            resource = formats.read(request)
        except RequestRefused:
            if is_of_fhir:
                raise
        else:
            if resource.get("resourceType") == BINARY:
                return resource
    named = {"id": request.ids["id"]} if "id" in request.ids else {}
    context = request.headers.get(SECURITY_CONTEXT)
    return {
        "resourceType": BINARY,
        **named,
        "contentType": declared or _ANY_BYTES,
        **({"securityContext": {"reference": context}} if context else {}),
        "data": base64.b64encode(request.body).decode(),
    }


def _media_type(text: object) -> str:
    return text if isinstance(text, str) and _SENDABLE.match(text) else _ANY_BYTES


def _is_header(text: object) -> bool:
    return isinstance(text, str) and text.isascii() and text.isprintable()
