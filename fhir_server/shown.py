"""Stored resources as a client gets them: the stored bytes wherever nothing is to be changed in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orjson import Fragment

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.store.records import Version
from fhir_server.exchange import Answer, Request
from fhir_server.preconditions import version_headers
from fhir_server.summary import WHOLE, Extent, Outlines, extent_of


def answer_of(
    version: Version, request: Request, outlines: Outlines, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """A version that is no deletion, as much of it as the request asks for, with ETag and Last-Modified."""
    headers = {**version_headers(version), **(headers or {})}
    extent = extent_of(request.query) if request.query else WHOLE
    if extent.is_whole or version.body is None:
        return Answer(None, status, headers, version.body)
    return Answer(extent.of(parse_json(version.body), outlines), status, headers)


def embedded(body: bytes, request: Request, extent: Extent, outlines: Outlines) -> Any:
    """A stored body as part of a Bundle: in JSON as it is, without being read."""
    if extent.is_whole:
        return Fragment(body) if request.as_stored else parse_json(body)
    return extent.of(parse_json(body), outlines)


Show = Callable[[bytes], Any]
"""Makes of a stored body what stands in a Bundle."""
