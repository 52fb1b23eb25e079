"""Between ASGI and the interactions: reads a request, has it answered, writes the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.negotiate import CONTENT_TYPES
from fhir_kernel.errors import CodecError, LimitExceeded, StoreError
from fhir_kernel.resource import Resource
from fhir_server.content_encoding import decoded
from fhir_server.exchange import Answer, Request
from fhir_server.formats import PLAIN, Formats, Style
from fhir_server.identity.gate import Gate, code_of
from fhir_server.interactions.respond_async import RespondAsync
from fhir_server.language import LANGUAGE, is_told_in_chinese, language_of
from fhir_server.middleware import Receive, Scope, Send
from fhir_server.outcomes import RequestRefused, failure, refused, store_refusal
from fhir_server.query import query_pairs
from fhir_server.routes import NO_IDS, AsyncHandler, Route, Router
from terminology.failures import OperationFailed

BODY_ANSWERED_AT_ONCE = 64_000
"""Bytes of a body up to which a request is answered in the event loop."""
_WITH_BODY = frozenset(("POST", "PUT", "PATCH"))

Observe = Callable[[str, int, float], None]
"""Is told of an answer: the interaction, the status, the seconds that it took."""


def unobserved(_interaction: str, _status: int, _seconds: float) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Bounds on one request, and on those that take long."""

    body_bytes: int
    seconds: float
    """How long a request may take that may take long."""
    threads: int = 4
    waiting: int = 64
    """How many may be in the threads, or wait for one."""


class Transport:
    """An ASGI application for everything below one path."""

    def __init__(
        self,
        router: Router,
        formats: Formats,
        limits: TransportLimits,
        observe: Observe = unobserved,
        now: Callable[[], float] = time.perf_counter,
        gate: Gate | None = None,
        address: str = "",
        later: RespondAsync | None = None,
    ) -> None:
        """`observe` is told of every answer; `now` gives seconds that never go back.

        `address` is where clients reach what this is a part of; empty: the address that each request names. `later`
        takes the requests that are answered later; None: all are answered at once.
        """
        self.router = router
        self._formats, self._limits, self._observe, self._now = formats, limits, observe, now
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="fhir")
        self._busy, self._gate, self._address, self._later = 0, gate, address, later

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. What is no refusal of any kind is left to whoever called."""
        style, interaction, began = PLAIN, "none", self._now()
        request, route, ids, code = _request(scope, self._address), None, NO_IDS, ""
        LANGUAGE.set(language_of(request.headers))
        try:
            if scope["query_string"]:
                request = replace(request, query=query_pairs(scope["query_string"]))
            style = self._formats.wanted(request)
            route, ids = self.router.find(request)
            interaction = route.interaction
            if self._gate is not None:
                request = replace(request, caller=await self._gate.admit(route, request.headers))
                self._gate.check(request.caller, route, request, ids)
            body = b""
            if request.method in _WITH_BODY:
                body = await _body(receive, request.headers, self._limits.body_bytes)
            if "content-encoding" in request.headers:
                body = decoded(body, request.headers["content-encoding"], self._limits.body_bytes)
            request = request.located(ids, body, as_stored=style == PLAIN)
            status, headers, body = await self._answered(route, request, style)
        except RequestRefused as error:
            code = code_of(error)
            status, headers, body = self._written(failure(error.issues, error.status, error.headers), style)
        except Exception:
            self._observe(interaction, 500, self._now() - began)
            raise
        try:
            await self._keep(request, route, ids, status, code)
        except StoreError as error:
            refusal = store_refusal(error)
            status, headers, body = self._written(failure(refusal.issues, refusal.status, refusal.headers), style)
        self._observe(interaction, status, self._now() - began)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})

    async def _keep(
        self, request: Request, route: Route | None, ids: Mapping[str, str], status: int, code: str
    ) -> None:
        if self._gate is not None:
            await self._gate.keep(request.caller, route, ids, status, code)

    async def answer(self, request: Request, seconds: float | None = None) -> Answer:
        """The answer to a request that comes within another, or later. Never raises what a client can be told.

        It may take `seconds`, where they are given, in place of those of the limits.
        """
        route, ids = None, NO_IDS
        try:
            route, ids = self.router.find(request)
            if self._gate is not None:
                self._gate.check(request.caller, route, request, ids)
            request = replace(request, ids=ids)
            if route.awaited is not None:
                answering = self._awaited(route.awaited, request)
                return await (self._in_time(answering, seconds) if route.long else answering)
            if route.long:
                return await self._in_thread(lambda: self._handled(route, request), seconds)
            return self._handled(route, request)
        except RequestRefused as error:
            await self._keep(request, route, ids, error.status, code_of(error))
            return failure(error.issues, error.status, error.headers)

    def close(self) -> None:
        """Take no more work."""
        if self._later is not None:
            self._later.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answered(self, route: Route, request: Request, style: Style) -> _Written:
        if "prefer" in request.headers and self._later is not None and self._later.takes(route, request):
            return self._written(await self._awaited(partial(self._later.begin, route), request), style)
        if route.awaited is not None:
            if not route.long:
                return self._written(await self._awaited(route.awaited, request), style)
            return self._written(await self._in_time(self._awaited(route.awaited, request)), style)
        if not route.long and len(request.body) <= BODY_ANSWERED_AT_ONCE:
            return self._written(self._handled(route, request), style)
        return await self._in_thread(lambda: self._written(self._handled(route, request), style))

    async def _awaited(self, handler: AsyncHandler, request: Request) -> Answer:
        try:
            return await handler(request)
        except OperationFailed as error:
            return failure(error.issues)
        except StoreError as error:
            raise store_refusal(error) from error
        except LimitExceeded as error:
            raise refused("too-costly", f"This is beyond a limit: {error}") from error

    async def _in_time(self, work: Awaitable[_Result], seconds: float | None = None) -> _Result:
        most = self._limits.seconds if seconds is None else seconds
        try:
            return await asyncio.wait_for(work, most)
        except TimeoutError:
            text = f"The answer takes more than {most:g} seconds; ask for less"
            raise refused("timeout", text) from None

    async def _in_thread(self, work: Callable[[], _Result], seconds: float | None = None) -> _Result:
        """The thread itself cannot be stopped: it counts as busy until it ends, whoever has stopped waiting."""
        if self._busy >= self._limits.waiting:
            text = f"{self._busy} requests that take long are being answered already"
            raise refused("throttled", text, headers={"retry-after": "1"})
        working = asyncio.get_running_loop().run_in_executor(self._threads, copy_context().run, work)
        self._busy += 1
        working.add_done_callback(self._one_less)
        return await self._in_time(asyncio.shield(working), seconds)

    def _one_less(self, work: asyncio.Future[Any]) -> None:
        self._busy -= 1
        if not work.cancelled():
            work.exception()

    def _handled(self, route: Route, request: Request) -> Answer:
        if route.handler is None:
            raise TypeError(f"{route.path} has no handler")
        try:
            return route.handler(request)
        except OperationFailed as error:
            return failure(error.issues)

    def _written(self, answer: Answer, style: Style) -> _Written:
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        if answer.json is not None and (style == PLAIN or answer.media_type):
            return _with_body(answer.status, headers, answer.json, style, answer.media_type)
        resource = resource_of(answer)
        if resource is None:
            return answer.status, [*headers, *_NO_BODY.get(answer.status, _EMPTY)], b""
        if is_told_in_chinese(resource):
            headers.append((b"content-language", b"zh"))
        try:
            return _with_body(answer.status, headers, self._formats.write(resource, style), style)
        except CodecError as error:
            return self._instead(answer, resource, headers, error)

    def _instead(self, answer: Answer, resource: Resource, headers: Headers, error: CodecError) -> _Written:
        """JSON for what XML cannot hold, such as a control character: an outcome as it is, else why there is none."""
        if resource.get("resourceType") != "OperationOutcome":
            text = f"The answer cannot be given as wanted: {error}; ask for JSON"
            answer = failure(refused("not-supported", text).issues, 406)
        body = self._formats.write(answer.resource or resource, PLAIN)
        return _with_body(answer.status, headers, body, PLAIN)


def _with_body(status: int, headers: Headers, body: bytes, style: Style, media_type: str = "") -> _Written:
    kind = media_type.encode() or _CONTENT_TYPES[style.format]
    about = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    return status, about + headers, body


def resource_of(answer: Answer) -> Resource | None:
    """The resource of an answer as an object."""
    return parse_json(answer.json) if answer.resource is None and answer.json is not None else answer.resource


_Result = TypeVar("_Result")
_EMPTY = ((b"content-length", b"0"),)
_NO_BODY: Mapping[int, tuple[()]] = {204: (), 304: ()}
"""Statuses that have no body, and so say nothing of its length (RFC 9110, 8.6)."""
Headers = list[tuple[bytes, bytes]]
_Written = tuple[int, Headers, bytes]
_CONTENT_TYPES = {name: value.encode() for name, value in CONTENT_TYPES.items()}


def _request(scope: Scope, address: str) -> Request:
    """The request without its query, which may have to be refused."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    root = scope.get("root_path", "")
    path = scope["path"].removeprefix(root).strip("/")
    base = (address or f"{scope['scheme']}://{headers.get('host', '')}") + root
    return Request(scope["method"], path, (), headers, b"", base)


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
