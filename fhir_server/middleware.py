"""What holds for every request: an id, safe headers, a line in the log, and an OperationOutcome for any exception.

Plain ASGI (https://asgi.readthedocs.io/en/latest/specs/www.html): a wrapper of one call, which is what speed allows.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from fhir_kernel.codec.json_codec import write_json
from fhir_server.outcomes import outcome
from terminology.failures import operation_issue

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
LogLine = Callable[[Mapping[str, Any]], None]
"""Takes one line of the access log, as a JSON object."""

_GIVEN_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}\Z")
_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Content-Location, ETag, Expires, Last-Modified, Location, Retry-After, X-Progress, X-Request-Id",
    ),
)
_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Accept, Accept-Language, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist,"
        b" If-None-Match, Prefer, X-Cache-Id, X-Request-Id, X-Security-Context",
    ),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
)


def guarded(app: App, *, new_id: Callable[[], str], log: LogLine, now: Callable[[], float]) -> App:
    """`app` behind everything that this module is for. `now` gives seconds; `log` gets no bodies and no queries."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        began = now()
        request_id = _request_id(scope["headers"]) or new_id().encode()
        extra = (*_SAFE, (b"x-request-id", request_id))
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        try:
            if scope["method"] == "OPTIONS":
                await _send(send_with_headers, 204, _PREFLIGHT, b"")
            else:
                await app(scope, receive, send_with_headers)
        except Exception:
            _tell(request_id.decode())
            if not status:
                await _fail(send_with_headers, request_id.decode())
        finally:
            line = {"method": scope["method"], "path": scope["path"], "status": status or 499}
            log({**line, "ms": round((now() - began) * 1000, 3), "request": request_id.decode()})

    return guard


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The id that the client gave, where it is one that can be written into a log."""
    for name, value in headers:
        if name == b"x-request-id":
            return value if _GIVEN_ID.match(value) else None
    return None


def _tell(request_id: str) -> None:
    sys.stderr.write(f"request {request_id} failed:\n{traceback.format_exc()}")


async def _fail(send: Send, request_id: str) -> None:
    text = f"The server could not answer; this has been written down as request {request_id}"
    body = write_json(outcome([operation_issue("fatal", "exception", text)]))
    headers = ((b"content-type", b"application/fhir+json; charset=utf-8"), (b"content-length", b"%d" % len(body)))
    await _send(send, 500, headers, body)


async def _send(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
