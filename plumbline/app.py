"""One ASGI application of everything that Plumbline serves: FHIR at /fhir, and whether it lives."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timezone
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from conformance.evidence import Sender
from fhir_kernel.clock import Clock, random_id, system_clock
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.errors import StoreError
from fhir_kernel.settings import Settings
from fhir_server.app import Holdings, Surroundings, build_app
from fhir_server.identity.assembly import Identity, assemble_identity
from fhir_server.identity.endpoints import IdentityEndpoints, identity_routes
from fhir_server.identity.gate import Gate
from fhir_server.identity.narrowing import Narrowing
from fhir_server.identity.smart_configuration import WELL_KNOWN_PATH
from fhir_server.interactions.capabilities import Software
from fhir_server.middleware import App, LogLine, Receive, Scope, Send, guarded
from fhir_server.outcomes import outcome
from fhir_server.page_key import page_key
from fhir_server.search.reindex import Reindexer, keep_indexed
from fhir_server.search.upkeep import Upkeep
from fhir_server.transport import Transport, unobserved
from plumbline import RELEASED, __version__
from plumbline.published import PublishedJudge, keep_published
from plumbline.registry_app import Ground, RegistryApp, is_of_api
from registry.api.assembly import CHINA
from registry.evaluation.upkeep import keep_counted
from registry.scores.appeals.fence import keep_from_clients
from registry.scores.counting.upkeep import keep_caught_up
from terminology.failures import operation_issue

if TYPE_CHECKING:
    from conformance.enforcement import Judge
    from fhir_kernel.resource import Resource
    from fhir_kernel.store.base import Store
    from fhir_server.backend import TerminologyBackend
    from fhir_server.metrics import Metrics
    from fhir_server.search.context import CodeSets
    from fhir_server.search.index import SearchIndex
    from registry.drafting.package.bench import Bench
    from terminology.operations import Operation

FHIR = "/fhir"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_READY_SECONDS = 2.0
_COUNTED_SECONDS = 60.0
"""Between counts of what was found in records, so that evidence of use is there when somebody asks."""
_ORDERS_SECONDS = 600.0
"""Between looks whether new traffic closes orders to mend."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What the server needs to keep resources. `open_store` is called in each process that serves."""

    open_store: Callable[[], Awaitable[Store]]
    index: SearchIndex
    structure: Callable[[str], Resource]
    codes: CodeSets
    bench: Bench
    """Where drafts of packages are compiled."""
    judge: Judge | None = None
    open_trial: bool = False
    """Let everybody in; `check_open` says whether that may be."""
    published: PublishedJudge | None = None
    """Who asks what the published standards ask; part of `judge`."""


class Application:
    """The whole application behind `guarded`; without `resources` it serves terminology alone."""

    def __init__(
        self,
        terminology: TerminologyBackend,
        operations: Sequence[Operation],
        settings: Settings,
        resources: Resources | None,
        metrics: Metrics | None,
        clock: Clock = system_clock,
    ) -> None:
        self._terminology, self._operations, self._settings = terminology, operations, settings
        self._resources, self._metrics, self._clock = resources, metrics, clock
        self._store: Store | None = None
        self._identity: Identity | None = None
        self._upkeep: Upkeep | None = None
        self._fhir = self._transport(None) if resources is None else None
        watched = () if metrics is None else (Route("/metrics", self._measured),)
        self._registry = RegistryApp(settings, resources.bench, clock) if resources is not None else None
        ways_in = identity_routes(self._endpoints, FHIR) if resources is not None else []
        first, last = self._registry_routes()
        own = [Route("/livez", _well), Route("/readyz", self._ready), Route("/", _welcome)]
        self._rest = Starlette(
            routes=[*own, *watched, *ways_in, *first, *last],
            exception_handlers={HTTPException: _not_here},
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """FHIR first, without the framework's routing: its requests are the many."""
        is_fhir = scope["type"] == "http" and (scope["path"].startswith(FHIR + "/") or scope["path"] == FHIR)
        if is_fhir and self._fhir is not None and scope["path"] != FHIR + WELL_KNOWN_PATH:
            await self._fhir({**scope, "root_path": FHIR}, receive, send)
        elif scope["type"] == "http" and self._registry is not None and is_of_api(scope["path"]):
            await self._registry(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        if self._resources is not None:
            self._store = await self._resources.open_store()
            if (published := self._resources.published) is not None:
                await published.take_up(self._store)
            self._fhir = self._transport(await self._holdings(self._resources, self._store))
        watching = [asyncio.create_task(each) for each in self._watches()]
        try:
            yield
        finally:
            for each in watching:
                each.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            if self._fhir is not None:
                self._fhir.close()
            if self._store is not None:
                await self._store.close()

    def _watches(self) -> Iterator[Coroutine[Any, Any, None]]:
        """What goes on as long as the application serves."""
        seconds = self._settings.refresh_seconds
        yield _take_up_changes(self._terminology, seconds)
        if self._store is None:
            return
        if self._resources is not None and self._resources.published is not None:
            yield keep_published(self._resources.published, self._store, seconds)
        if self._upkeep is not None:
            yield keep_indexed(Reindexer(self._store, self._upkeep, random_id(), self._clock), seconds)
        yield keep_counted(self._store, timezone(CHINA), _COUNTED_SECONDS)
        yield keep_caught_up(self._store, timezone(CHINA), _COUNTED_SECONDS, self._clock)
        if self._registry is not None:
            yield self._registry.keep_orders_closed(_ORDERS_SECONDS)

    async def _holdings(self, resources: Resources, store: Store) -> Holdings:
        self._identity = identity = await assemble_identity(
            store,
            self._settings,
            clock=self._clock,
            new_id=random_id,
            now=time.monotonic,
            open_trial=resources.open_trial,
        )
        self._upkeep = upkeep = Upkeep(store, resources.index, random_id)
        await upkeep.open()
        assert self._registry is not None  # made with the resources
        self._registry.open(
            Ground(store, identity.auditor, resources.index, resources.judge, upkeep.fence, resources.published)
        )
        return Holdings(
            store,
            resources.index,
            resources.structure,
            resources.codes,
            await page_key(store),
            resources.judge,
            upkeep=upkeep,
            fences=(keep_from_clients,),
            audit=identity.auditor.written,
            sender=lambda request: request.caller.sender if request.caller else Sender(),
            gate=Gate(
                identity.authenticator,
                identity.auditor,
                store,
                self._clock,
                Narrowing(resources.index, self._clock),
            ),
        )

    def _registry_routes(self) -> tuple[list[Route], list[Route]]:
        """What is to be tried before all else, and after it."""
        return ([], []) if self._registry is None else (self._registry.first_routes(), self._registry.last_routes())

    def _transport(self, holdings: Holdings | None) -> Transport:
        observe = unobserved if self._metrics is None else self._metrics.observe
        around = Surroundings(Software("Plumbline", __version__, RELEASED), self._clock, observe=observe)
        return build_app(self._terminology, self._operations, self._settings, around, holdings)

    def _endpoints(self) -> IdentityEndpoints:
        assert self._identity is not None  # no request comes before the start is complete
        return self._identity.endpoints

    async def _ready(self, _request: Request) -> Response:
        """Whether a request can be answered: what can be read beforehand has been read, and the store answers."""
        if self._resources is not None and not (self._store is not None and await _answers(self._store)):
            return JSONResponse({"status": "the store does not answer"}, 503)
        return JSONResponse({"status": "ok"})

    async def _measured(self, _request: Request) -> Response:
        text = self._metrics.text() if self._metrics is not None else b""
        return Response(text, media_type=METRICS_TYPE)


def build_application(
    terminology: TerminologyBackend,
    operations: Sequence[Operation],
    settings: Settings,
    *,
    log: LogLine,
    resources: Resources | None = None,
    metrics: Metrics | None = None,
    clock: Clock = system_clock,
) -> App:
    """The whole application; `log` gets a line for each request, `metrics` are served at /metrics."""
    application = Application(terminology, operations, settings, resources, metrics, clock)
    return guarded(application, new_id=random_id, log=log, now=time.perf_counter)


async def _answers(store: Store) -> bool:
    try:
        await asyncio.wait_for(store.load("server", "ready"), _READY_SECONDS)
    except (StoreError, TimeoutError):
        return False
    return True


async def _take_up_changes(terminology: TerminologyBackend, seconds: float) -> None:
    """Let the server know, within `seconds`, of code tables that a command installs while it runs."""
    while True:
        await asyncio.sleep(seconds)
        await asyncio.to_thread(terminology.refresh)


def log_line(line: Mapping[str, Any]) -> None:
    """Write one line of the access log to standard error."""
    sys.stderr.buffer.write(write_json(dict(line)) + b"\n")
    sys.stderr.buffer.flush()


def no_log(_line: Mapping[str, Any]) -> None:
    """Keep no access log."""


async def _well(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _welcome(_request: Request) -> Response:
    return RedirectResponse(FHIR + "/metadata")


async def _not_here(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = f"There is nothing at '{request.url.path}'; the FHIR server is at {FHIR}"
    code = "not-found" if status == 404 else "not-supported"
    return JSONResponse(outcome([operation_issue("error", code, text)]), status, media_type="application/fhir+json")
