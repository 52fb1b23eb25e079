"""Answers that clients may keep: with an ETag, asked for again with If-None-Match (https://www.rfc-editor.org/rfc/rfc9110).

What is immutable says so (https://www.rfc-editor.org/rfc/rfc8246) and tells its digests
(https://www.rfc-editor.org/rfc/rfc9530).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from fhir_kernel.store.base import Store
from fhir_server.language import language_of
from registry.packages.release import Release
from registry.sentence import Sentence

JSON, ARCHIVE, RSS, FHIR = "application/json", "application/tar+gzip", "application/rss+xml", "application/fhir+json"
_CHECKED, _FOR_EVER = "no-cache", "public, max-age=31536000, immutable"
_PLAIN: Mapping[str, str] = MappingProxyType({"X-Content-Type-Options": "nosniff"})


def data(request: Request, content: bytes, media_type: str, *, vary: str = "") -> Response:
    """Content that may change: clients that keep it ask each time whether it has."""
    headers = {"ETag": f'"{sha256(content).hexdigest()}"', "Cache-Control": _CHECKED, **_PLAIN}
    if vary:
        headers["Vary"] = vary
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def json(request: Request, value: Any, *, vary: str = "") -> Response:
    """A JSON value that may change."""
    return data(request, orjson.dumps(value), JSON, vary=vary)


def archive(request: Request, store: Store, release: Release, *, vary: str = "") -> Response:
    """The bytes of a version, which never change, piece by piece."""
    headers = _archive_headers(release)
    if vary:
        headers["Vary"] = vary
    if _is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(release.digests.size)
    if request.method == "HEAD":
        return Response(media_type=ARCHIVE, headers=headers)
    return StreamingResponse(store.pieces(release.digests.sha256), media_type=ARCHIVE, headers=headers)


def refused(request: Request, status: int, *sentences: Sentence) -> Response:
    """Why there is nothing, or what was wrong, in the language of the request."""
    language = language_of(request.headers)
    told = [each.said_in(language) for each in sentences]
    headers = {"Cache-Control": _CHECKED, "Vary": "Accept-Language", **_PLAIN}
    return Response(orjson.dumps({"error": "; ".join(told)}), status, headers, JSON)


def _archive_headers(release: Release) -> dict[str, str]:
    digests = release.digests
    told = f"sha-256=:{b64encode(bytes.fromhex(digests.sha256)).decode()}:, sha-512=:{digests.sha512}:"
    return {
        "ETag": f'"{digests.sha256}"',
        "Cache-Control": _FOR_EVER,
        "Repr-Digest": told,
        "Content-Disposition": f'attachment; filename="{release.name}-{release.version}.tgz"',
        **_PLAIN,
    }


def _is_known(request: Request, tag: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2"""
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag in known or "*" in known
