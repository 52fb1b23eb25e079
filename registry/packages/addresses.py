"""At which address a request came in, and which canonical addresses it may have named."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request

_HIDDEN = (b"%2f", b"%5c", b"%00")


def origin(request: Request, public_address: str) -> str:
    """The address of the server without a slash at its end: the one that is set, or the one that was asked."""
    return public_address or f"{request.url.scheme}://{request.url.netloc}"


def canonicals(request: Request, public_address: str, path: str) -> Sequence[str]:
    """The canonical addresses that a path may be of: below the address that is set, and below the host that was asked.

    Canonical addresses mostly begin with http, whatever way they are asked for.
    """
    host = request.url.netloc
    bases = dict.fromkeys(base for base in (public_address, f"http://{host}", f"https://{host}") if base)
    return [f"{base}/{path}" for base in bases]


def hides_a_slash(request: Request) -> bool:
    """Whether the path has a slash, a backslash or a NUL that was written so that it does not look like one."""
    raw: bytes = request.scope.get("raw_path") or b""
    return any(each in raw.lower() for each in _HIDDEN)
