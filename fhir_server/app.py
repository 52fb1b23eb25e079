"""The FHIR server as an ASGI application (https://hl7.org/fhir/R4/http.html).

A request that is answered quickly is answered in the event loop: to hand it to a thread costs more than to answer it.
What may take long (routes marked so, and large bodies) goes to a few threads, with a time limit, so that nobody else
waits for it. Routing is a look into a table, without the matching of patterns in order that web frameworks do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from conformance.enforcement import Judge
from conformance.evidence import Sender
from conformance.operations import OPERATIONS as JUDGING_OPERATIONS
from fhir_kernel.clock import Clock, NewId, random_id, system_clock
from fhir_kernel.codec.limits import Limits
from fhir_kernel.definitions.model import Model
from fhir_kernel.fhirpath.engine import Engine
from fhir_kernel.fhirpath.engine import Limits as EngineLimits
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_server.backend import TerminologyBackend
from fhir_server.exchange import Request
from fhir_server.formats import Formats
from fhir_server.identity.gate import Gate
from fhir_server.interactions import cache_control, versions
from fhir_server.interactions.bundle import Bundles, unchecked
from fhir_server.interactions.cache_control import CacheControl
from fhir_server.interactions.capabilities import Capabilities, Software, of_stored, of_terminology
from fhir_server.interactions.installed import read, search
from fhir_server.interactions.openapi import OpenApi, OperationParameters
from fhir_server.interactions.operation import OperationInvoker
from fhir_server.interactions.respond_async import RespondAsync
from fhir_server.interactions.search import Searching
from fhir_server.interactions.validate import Judging
from fhir_server.jobs import JobLimits, Jobs
from fhir_server.library import Library
from fhir_server.operations.amend import amending
from fhir_server.operations.operation import OperationContext
from fhir_server.operations.routes import ResourceOperations
from fhir_server.operations.table import OPERATIONS as RESOURCE_OPERATIONS
from fhir_server.patch.apply import apply_patch
from fhir_server.planning import Planner
from fhir_server.public_address import public_address
from fhir_server.repository import Auditor, Fence, Repository, fenced
from fhir_server.resource_cache import CacheLimits, ResourceCache
from fhir_server.resource_routes import Parts, resource_routes, stored_types
from fhir_server.routes import Route, Router
from fhir_server.search.context import CodeSets, SearchLimits
from fhir_server.search.index import SearchIndex
from fhir_server.search.page import PageLinks
from fhir_server.search.upkeep import Upkeep
from fhir_server.summary import outlines_of
from fhir_server.transport import Observe, Transport, TransportLimits, unobserved
from fhir_server.writing import Writing, anonymous
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
    observe: Observe = unobserved
    """Is told of every answer."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Where resources are kept, and what is known about them."""

    store: Store
    index: SearchIndex
    structure: Callable[[str], Resource]
    """The StructureDefinition of a type, with its snapshot."""
    codes: CodeSets
    """Which codes are in a value set, above or below another."""
    page_key: bytes
    """Signs the links to further pages."""
    judge: Judge | None = None
    """Says what may be written; None: everything that has a type and an id."""
    audit: Auditor | None = None
    sender: Callable[[Request], Sender] = anonymous
    gate: Gate | None = None
    """Lets requests in; None: everybody may do everything."""
    upkeep: Upkeep | None = None
    """Takes up search parameters that are stored; None: nothing is searched by them."""
    fences: Sequence[Fence] = ()
    """Look at what clients write, in the transaction."""
    jobs: JobLimits = field(default_factory=JobLimits)
    """Of requests that are answered later."""


def build_app(
    terminology: TerminologyBackend,
    operations: Sequence[Operation],
    settings: Settings,
    around: Surroundings,
    holdings: Holdings | None = None,
) -> Transport:
    """The application, to be mounted at `/fhir` within `guarded`; without `holdings` it serves terminology alone."""
    formats = Formats(terminology.model, Limits(max_bytes=settings.body_bytes))
    library = Library(terminology)
    gate = None if holdings is None else holdings.gate
    later: RespondAsync | None = None
    writing, routes = None, list(_terminology_routes(terminology, library, operations, formats, settings, around))
    if holdings is None:
        routes += [route for kind in SEARCH_PARAMETERS for route in _browsing(kind, library)]
    else:
        parts = _parts(holdings, library, terminology.model, formats, settings, around)
        writing = parts.writing
        routes += resource_routes(stored_types(terminology.model), parts)
        routes += _operations_on_resources(holdings, parts, formats, around)
        jobs = Jobs(holdings.store, around.clock, holdings.jobs)
        later = RespondAsync(jobs, lambda request, seconds: transport.answer(request, seconds), around.new_id)
        routes += later.routes()
    bundles = Bundles(
        formats,
        find=lambda request: transport.router.find(request),
        answer=lambda request: transport.answer(request),
        most=settings.bundle_entries,
        check=_checked(gate),
        writing=writing,
    )
    interaction = "batch" if writing is None else "transaction"
    routes.append(Route(("POST",), "", interaction, None, awaited=bundles.run))
    _describe(routes, operations, library, around, holdings)
    limits = TransportLimits(settings.body_bytes, settings.operation_seconds)
    address = public_address(settings)
    transport = Transport(Router(routes), formats, limits, around.observe, gate=gate, address=address, later=later)
    return transport


def _describe(
    routes: list[Route],
    operations: Sequence[Operation],
    library: Library,
    around: Surroundings,
    holdings: Holdings | None,
) -> None:
    """Add to the routes those that tell of all of them: as a CapabilityStatement, and as OpenAPI."""
    parameters = of_terminology if holdings is None else of_stored(holdings.index.parameters)
    edition = _none if holdings is None else holdings.index.edition
    capabilities = Capabilities(
        tuple(routes), operations, library, around.software, around.clock(), parameters, edition
    )
    routes.insert(0, Route(("GET",), "metadata", "capabilities", capabilities.answer, long=True))
    guarded = holdings is not None and holdings.gate is not None
    document = OpenApi(
        routes, parameters, _parameters_of(operations), around.software, guarded=guarded, edition=edition
    )
    routes.insert(1, Route(("GET",), "openapi.json", "openapi", document.answer, long=True))


def _none() -> str:
    return ""


def _parameters_of(operations: Sequence[Operation]) -> OperationParameters:
    found = {each.definition: each.parameters for each in operations}
    found |= {each.definition: each.parameters for each in RESOURCE_OPERATIONS}
    return found | {each.definition: each.parameters for each in JUDGING_OPERATIONS}


def _checked(gate: Gate | None) -> Callable[[Request, Route, Mapping[str, str]], None]:
    if gate is None:
        return unchecked
    return lambda request, route, ids: gate.check(request.caller, route, request, ids)


def _parts(
    holdings: Holdings,
    library: Library,
    model: Model,
    formats: Formats,
    settings: Settings,
    around: Surroundings,
) -> Parts:
    outlines = outlines_of(holdings.structure)
    searching = Searching(
        store=holdings.store,
        index=holdings.index,
        library=library,
        outlines=outlines,
        codes=holdings.codes,
        links=PageLinks(holdings.page_key),
        clock=around.clock,
        types=stored_types(model),
        limits=SearchLimits(),
        upkeep=holdings.upkeep,
    )
    own = () if holdings.upkeep is None else (holdings.upkeep.fence,)
    planner = Planner(holdings.index.values, holdings.judge, model, around.clock)
    writing = Writing(
        repository=Repository(holdings.store, planner, around.clock, holdings.audit, fenced(*own, *holdings.fences)),
        formats=formats,
        criteria_of=searching.criteria,
        patch=lambda resource, body, content_type: apply_patch(resource, body, content_type, model),
        outlines=outlines,
        new_id=around.new_id,
        most_deleted=settings.conditional_deletes,
        sender=holdings.sender,
    )
    return Parts(holdings.store, library, outlines, writing, searching)


def _operations_on_resources(
    holdings: Holdings, parts: Parts, formats: Formats, around: Surroundings
) -> Iterator[Route]:
    """The operations on what is stored; `$validate` where there is somebody who judges."""
    types = parts.searching.types
    engine = Engine(holdings.index.model, limits=EngineLimits(max_steps=200_000, max_seconds=2))
    amend = amending(parts.writing.repository)
    context = OperationContext(holdings.store, holdings.index, engine, around.clock, amend, upkeep=holdings.upkeep)
    yield from ResourceOperations(context, formats, holdings.sender).routes(types)
    if holdings.judge is not None:
        yield from Judging(holdings.judge, holdings.store, formats, around.clock, holdings.sender).routes(types)


def _terminology_routes(
    terminology: TerminologyBackend,
    library: Library,
    operations: Sequence[Operation],
    formats: Formats,
    settings: Settings,
    around: Surroundings,
) -> Iterator[Route]:
    remembered = CacheLimits(settings.cached_clients, settings.cached_bytes, settings.cached_idle)
    cache = ResourceCache(remembered, around.now, around.new_id)
    invoker = OperationInvoker(terminology, library, formats, cache)
    yield from _own_operations(CacheControl(cache, formats))
    for operation in operations:
        yield from _invoking(operation, invoker, waits=terminology.waits)


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
