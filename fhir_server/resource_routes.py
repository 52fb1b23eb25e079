"""The routes of what is stored: every interaction of FHIR's REST API on every type of resource.

https://hl7.org/fhir/R4/http.html; each line of a table here is a line of that page's summary.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fhir_kernel.definitions.model import Model
from fhir_kernel.store.base import Store
from fhir_server.exchange import Request
from fhir_server.identity.authenticate import part_of
from fhir_server.identity.permissions import LETTER_OF
from fhir_server.intents import Intent
from fhir_server.interactions.binary import BINARY, accept, show
from fhir_server.interactions.create import create
from fhir_server.interactions.delete import delete
from fhir_server.interactions.history import history
from fhir_server.interactions.patch import patch
from fhir_server.interactions.read import read
from fhir_server.interactions.search import Searching
from fhir_server.interactions.update import update
from fhir_server.interactions.vread import vread
from fhir_server.library import Library
from fhir_server.routes import AsyncHandler, IntentOf, Route
from fhir_server.summary import Outlines
from fhir_server.writing import Writing
from terminology.browse import SEARCH_PARAMETERS

WITHOUT_ADDRESS = frozenset(("Parameters",))
"""Types that are never stored on their own (https://hl7.org/fhir/R4/parameters.html)."""
_WRITES = (
    ("POST", "{type}", "create", create),
    ("PUT", "{type}/{{id}}", "update", update),
    ("PUT", "{type}", "update", update),
    ("PATCH", "{type}/{{id}}", "patch", patch),
    ("PATCH", "{type}", "patch", patch),
    ("DELETE", "{type}/{{id}}", "delete", delete),
    ("DELETE", "{type}", "delete", delete),
)
_KEEPING = frozenset(("read", "vread", "history-instance", "search-type", "search-compartment"))
"""What shows nothing that the criteria of scopes leave out; of histories of several resources that is not said."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the interactions on resources are made of."""

    store: Store
    library: Library
    """What is installed: it is read and searched behind what is stored."""
    outlines: Outlines
    writing: Writing
    searching: Searching


def stored_types(model: Model) -> Sequence[str]:
    """The types of resources that can be stored, by name."""
    return sorted(name for name in model.types if model.is_resource(name) and name not in WITHOUT_ADDRESS)


def resource_routes(types: Sequence[str], parts: Parts) -> Iterator[Route]:
    """The routes of every type, and those of all together."""
    for resource_type in types:
        yield from _reading(resource_type, parts)
        yield from _writing(resource_type, parts.writing)
    yield from _compartments(types, parts.searching)
    find = parts.searching.everywhere
    yield _get("", "search-system", find, long=True)
    yield Route(("POST",), "_search", "search-system", None, long=True, awaited=find)
    yield _get("_history", "history-system", partial(history, parts.store, parts.outlines, None), long=True)


def _reading(resource_type: str, parts: Parts) -> Iterator[Route]:
    store, outlines = parts.store, parts.outlines
    installed = parts.library if resource_type in SEARCH_PARAMETERS else None
    find = partial(parts.searching.of_type, resource_type)
    versions = partial(history, store, outlines, resource_type)
    one = f"{resource_type}/{{id}}"
    one_now = partial(read, store, outlines, installed, resource_type)
    one_then = partial(vread, store, outlines, resource_type)
    if resource_type == BINARY:
        one_now, one_then = partial(show, one_now), partial(show, one_then)
    yield _get(one, "read", one_now, resource_type)
    yield _get(f"{one}/_history/{{vid}}", "vread", one_then, resource_type)
    yield _get(f"{one}/_history", "history-instance", versions, resource_type, long=True)
    yield _get(f"{resource_type}/_history", "history-type", versions, resource_type, long=True)
    yield _get(resource_type, "search-type", find, resource_type, long=True)
    path = f"{resource_type}/_search"
    yield Route(("POST",), path, "search-type", None, resource_type, long=True, keeps_to_criteria=True, awaited=find)


def _writing(resource_type: str, writing: Writing) -> Iterator[Route]:
    for method, path, interaction, make in _WRITES:
        wanted: IntentOf = partial(make, writing, resource_type)
        if resource_type == BINARY and method in ("POST", "PUT"):
            wanted = partial(accept, wanted, writing.formats)
        intent: IntentOf = partial(_permitted, wanted, resource_type, interaction)
        yield Route(
            (method,),
            path.format(type=resource_type),
            interaction,
            None,
            resource_type,
            keeps_to_criteria=True,
            awaited=partial(writing.answer, intent),
            intent=intent,
        )


async def _permitted(
    make: Callable[[Request], Awaitable[Intent]], resource_type: str, interaction: str, request: Request
) -> Intent:
    """What the request wants, as far as it may. Raises RequestRefused."""
    intent = await make(request)
    part = part_of(request.caller, LETTER_OF[interaction], resource_type)
    return intent if part is None else replace(intent, may_write=part.has)


def _compartments(types: Sequence[str], searching: Searching) -> Iterator[Route]:
    for center, compartment in searching.index.compartments.items():
        everything = partial(searching.in_whole_compartment, center)
        yield Route(("GET",), f"{center}/{{id}}/*", "search-compartment", None, long=True, awaited=everything)
        for resource_type in types:
            if resource_type in compartment.parameters:
                find = partial(searching.in_compartment, center, resource_type)
                path = f"{center}/{{id}}/{resource_type}"
                yield _get(path, "search-compartment", find, long=True)
                yield replace(_get(f"{path}/_search", "search-compartment", find, long=True), methods=("POST",))


def _get(path: str, interaction: str, handler: AsyncHandler, owner: str | None = None, *, long: bool = False) -> Route:
    keeps = interaction in _KEEPING
    return Route(("GET",), path, interaction, None, owner, long=long, keeps_to_criteria=keeps, awaited=handler)
