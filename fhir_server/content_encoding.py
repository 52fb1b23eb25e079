"""The body of a request as it was before it was compressed (RFC 9110, 8.4: Content-Encoding)."""

from __future__ import annotations

import zlib

from fhir_server.outcomes import RequestRefused, refused

_PLAIN = frozenset(("", "identity"))
_GZIP = frozenset(("gzip", "x-gzip"))
_WITH_HEADER = zlib.MAX_WBITS | 16


def decoded(body: bytes, encoding: str, most: int) -> bytes:
    """The body itself, of at most `most` bytes.

    Raises RequestRefused: 413 where it would be larger, before it is; 415 where it is encoded otherwise than by gzip;
    400 where it is not whole.
    """
    name = encoding.strip().lower()
    if name in _PLAIN:
        return body
    if name not in _GZIP:
        raise refused("not-supported", f"Content-Encoding is '{encoding}'; expected gzip or none", status=415)
    reading = zlib.decompressobj(_WITH_HEADER)
    try:
        whole = reading.decompress(body, most + 1)
    except zlib.error:
        raise _broken() from None
    if len(whole) > most:
        raise refused("too-long", f"The body is larger than {most} bytes once it is decompressed")
    if not reading.eof or reading.unused_data:
        raise _broken()
    return whole


def _broken() -> RequestRefused:
    return refused("invalid", "Content-Encoding is gzip, but the body is not one whole gzip text", status=400)
