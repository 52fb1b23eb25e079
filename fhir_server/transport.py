"""Between ASGI and the interactions: reads a request, has it answered, writes the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from fhir_kernel.codec.negotiate import CONTENT_TYPES
from fhir_server.exchange import Answer, Request, query_pairs
from fhir_server.formats import PLAIN, Formats, Style
from fhir_server.middleware import Receive, Scope, Send
from fhir_server.outcomes import RequestRefused, failure, refused
from fhir_server.routes import Route, Router
from terminology.failures import OperationFailed

BODY_ANSWERED_AT_ONCE = 64_000
"""Bytes of a body up to which a request is answered in the event loop."""


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Bounds on one request, and on those that take long."""

    body_bytes: int
    seconds: float
    """How long a request may take that is answered in a thread."""
    threads: int = 4
    waiting: int = 64
    """How many may be in the threads, or wait for one."""


class Transport:
    """An ASGI application for everything below one path."""

    def __init__(self, router: Router, formats: Formats, limits: TransportLimits) -> None:
        self.router = router
        self._formats, self._limits = formats, limits
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="fhir")
        self._busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. What is not a RequestRefused or OperationFailed is left to whoever called."""
        style = PLAIN
        request = _request(scope)
        try:
            style = self._formats.wanted(request)
            route, request = self.router.find(request)
            if request.method == "POST":
                request = request.with_body(await _body(receive, request.headers, self._limits.body_bytes))
            status, headers, body = await self._answered(route, request, style)
        except RequestRefused as error:
            status, headers, body = self._written(failure(error.issues, error.status, error.headers), style)
        start = {"type": "http.response.start", "status": status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})

    def answer(self, request: Request) -> Answer:
        """The answer to a request that comes within another. Never raises what a client can be told."""
        try:
            route, request = self.router.find(request)
            return self._handled(route, request)
        except RequestRefused as error:
            return failure(error.issues, error.status, error.headers)

    def close(self) -> None:
        """Take no more work."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answered(self, route: Route, request: Request, style: Style) -> _Written:
        if not route.long and len(request.body) <= BODY_ANSWERED_AT_ONCE:
            return self._written(self._handled(route, request), style)
        return await self._in_thread(route, request, style)

    async def _in_thread(self, route: Route, request: Request, style: Style) -> _Written:
        """The thread itself cannot be stopped: it counts as busy until it ends, whoever has stopped waiting."""
        if self._busy >= self._limits.waiting:
            text = f"{self._busy} requests that take long are being answered already"
            raise refused("throttled", text, headers={"retry-after": "1"})
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._both, route, request, style)
        self._busy += 1
        work.add_done_callback(self._one_less)
        try:
            return await asyncio.wait_for(asyncio.shield(work), self._limits.seconds)
        except TimeoutError:
            text = f"The answer takes more than {self._limits.seconds:g} seconds; ask for less"
            raise refused("timeout", text) from None

    def _one_less(self, work: asyncio.Future[_Written]) -> None:
        self._busy -= 1
        if not work.cancelled():
            work.exception()

    def _both(self, route: Route, request: Request, style: Style) -> _Written:
        return self._written(self._handled(route, request), style)

    def _handled(self, route: Route, request: Request) -> Answer:
        try:
            return route.handler(request)
        except OperationFailed as error:
            return failure(error.issues)

    def _written(self, answer: Answer, style: Style) -> _Written:
        body = self._formats.write(answer.resource, style)
        headers = [(b"content-type", _CONTENT_TYPES[style.format]), (b"content-length", b"%d" % len(body))]
        headers += [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        return answer.status, headers, body


_Written = tuple[int, list[tuple[bytes, bytes]], bytes]
_CONTENT_TYPES = {name: value.encode() for name, value in CONTENT_TYPES.items()}


def _request(scope: Scope) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    root = scope.get("root_path", "")
    path = scope["path"].removeprefix(root).strip("/")
    base = f"{scope['scheme']}://{headers.get('host', '')}{root}"
    return Request(scope["method"], path, query_pairs(scope["query_string"].decode("latin-1")), headers, b"", base)


async def _body(receive: Receive, headers: Mapping[str, str], most: int) -> bytes:
    """The whole body. Raises RequestRefused (413) as soon as it is known to be too large."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    message = await receive()
    if not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        return body
    parts, size = [message["body"]], len(message["body"])
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_large(most)
    return b"".join(parts)


def _too_large(most: int) -> RequestRefused:
    return refused("too-long", f"The body is larger than {most} bytes", headers={"connection": "close"})
