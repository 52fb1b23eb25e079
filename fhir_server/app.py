"""The FHIR server as an ASGI application (https://hl7.org/fhir/R4/http.html).

A request that is answered quickly is answered in the event loop: to hand it to a thread costs more than to answer it.
What may take long (routes marked so, and large bodies) goes to a few threads, with a time limit, so that nobody else
waits for it. Routing is a look into a table, without the matching of patterns in order that web frameworks do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from fhir_kernel.clock import Clock, NewId, random_id, system_clock
from fhir_kernel.codec.limits import Limits
from fhir_kernel.settings import Settings
from fhir_server.backend import TerminologyBackend
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats
from fhir_server.interactions import cache_control, versions
from fhir_server.interactions.batch import Batch
from fhir_server.interactions.cache_control import CacheControl
from fhir_server.interactions.capabilities import Capabilities, Software
from fhir_server.interactions.operation import OperationInvoker
from fhir_server.interactions.read import read
from fhir_server.interactions.search import search
from fhir_server.library import Library
from fhir_server.resource_cache import CacheLimits, ResourceCache
from fhir_server.routes import Route, Router
from fhir_server.transport import Transport, TransportLimits
from terminology.browse import SEARCH_PARAMETERS
from terminology.operations import Operation

LONG = frozenset(("expand", "batch-validate-code", "compare", "closure", "find-matches"))
"""Operations whose work grows with what they are asked about."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the server is given besides terminology. `now` gives seconds that never go back."""

    software: Software
    clock: Clock = system_clock
    new_id: NewId = random_id
    now: Callable[[], float] = time.monotonic


def build_app(
    terminology: TerminologyBackend, operations: Sequence[Operation], settings: Settings, around: Surroundings
) -> Transport:
    """The application, to be mounted at `/fhir`; it expects `guarded` around it."""
    formats = Formats(terminology.model, Limits(max_bytes=settings.body_bytes))

    def answer(request: Request) -> Answer:
        return transport.answer(request)

    routes = tuple(_routes(terminology, operations, formats, settings, around, answer))
    limits = TransportLimits(settings.body_bytes, settings.operation_seconds)
    transport = Transport(Router(routes), formats, limits)
    return transport


def _routes(
    terminology: TerminologyBackend,
    operations: Sequence[Operation],
    formats: Formats,
    settings: Settings,
    around: Surroundings,
    answer: Callable[[Request], Answer],
) -> list[Route]:
    remembered = CacheLimits(settings.cached_clients, settings.cached_bytes, settings.cached_idle)
    cache = ResourceCache(remembered, around.now, around.new_id)
    library = Library(terminology)
    invoker = OperationInvoker(terminology, library, formats, cache)
    routes = [
        Route(("POST",), "", "batch", Batch(formats, answer).run, long=True),
        *_own_operations(CacheControl(cache, formats)),
        *(route for kind in SEARCH_PARAMETERS for route in _browsing(kind, library)),
        *(route for operation in operations for route in _invoking(operation, invoker, waits=terminology.waits)),
    ]
    capabilities = Capabilities(tuple(routes), operations, library, around.software, around.clock())
    return [Route(("GET",), "metadata", "capabilities", capabilities.answer, long=True), *routes]


def _own_operations(control: CacheControl) -> Iterator[Route]:
    own = (
        ("versions", versions.versions, versions.DEFINITION),
        ("cache-control", control.invoke, cache_control.DEFINITION),
    )
    for name, handler, definition in own:
        yield Route(("GET", "POST"), f"${name}", "operation", handler, None, name, definition)


def _browsing(kind: str, library: Library) -> Iterator[Route]:
    find = partial(search, library, kind)
    yield Route(("GET",), f"{kind}/{{id}}", "read", partial(read, library, kind), kind)
    yield Route(("GET",), kind, "search-type", find, kind, long=True)
    yield Route(("POST",), f"{kind}/_search", "search-type", find, kind, long=True)


def _invoking(operation: Operation, invoker: OperationInvoker, *, waits: bool) -> Iterator[Route]:
    kind, name = operation.resource_type, operation.name
    paths = {"system": f"${name}", "type": f"{kind}/${name}", "instance": f"{kind}/{{id}}/${name}"}
    handler, long = partial(invoker.invoke, operation), waits or name in LONG
    methods = ("POST",) if operation.affects_state else ("GET", "POST")
    for level in sorted(operation.at):
        owner = None if level == "system" else kind
        yield Route(methods, paths[level], "operation", handler, owner, name, operation.definition, long)
