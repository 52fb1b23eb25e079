"""The route table: which path and method leads to what (https://hl7.org/fhir/R4/http.html).

The CapabilityStatement is derived from it, so that what is claimed is what is there.
"""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fhir_server.exchange import Answer, Request
from fhir_server.intents import Intent
from fhir_server.outcomes import refused

Handler = Callable[[Request], Answer]
AsyncHandler = Callable[[Request], Awaitable[Answer]]
IntentOf = Callable[[Request], Awaitable[Intent]]
NO_IDS: Mapping[str, str] = {}
_FEW = 10


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is what follows the base, with names in braces for what is free: `CodeSystem/{id}/$lookup`."""

    methods: tuple[str, ...]
    path: str
    interaction: str
    """As CapabilityStatement names it: `read`, `search-type`, `transaction` …; `capabilities`, `operation`."""
    handler: Handler | None
    """None where `awaited` answers."""
    resource_type: str | None = None
    operation: str | None = None
    """The operation's code, without `$`."""
    definition: str | None = None
    """The canonical of the operation's definition."""
    long: bool = False
    """Whether an answer may take so long that other requests must not wait for it."""
    awaited: AsyncHandler | None = None
    """What answers where a store, or other requests, are to be waited for."""
    keeps_to_criteria: bool = False
    """Whether what answers keeps to the criteria of scopes, so that a scope that has some may allow it."""
    intent: IntentOf | None = None
    """What the request wants written, where it writes a resource, so that it can be part of a transaction."""


class Router:
    """Finds the route of a request; fixed paths by one look, those with an id by their pieces."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes: Sequence[Route] = tuple(routes)
        self._by_path: dict[str, dict[str, Route]] = {}
        for route in self.routes:
            here = self._by_path.setdefault(route.path, {})
            for method in route.methods:
                here[method] = route

    def find(self, request: Request) -> tuple[Route, Mapping[str, str]]:
        """The route, and the ids in the path.

        Raises RequestRefused: 404 naming what there is, 405 with the methods that are allowed.
        """
        methods, ids = self._by_path.get(request.path), NO_IDS
        if methods is None:
            methods, ids = self._with_id(request.path)
        if methods is None:
            raise refused("not-found", self._nothing_at(request.path))
        route = methods.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            allowed = ", ".join(sorted({*methods, *(["HEAD"] if "GET" in methods else [])}))
            text = f"{request.method} is not possible at '{request.path}'; possible: {allowed}"
            raise refused("not-supported", text, status=405, headers={"allow": allowed})
        return route, ids

    def _with_id(self, path: str) -> tuple[dict[str, Route] | None, dict[str, str]]:
        head, _, rest = path.partition("/")
        resource_id, slash, tail = rest.partition("/")
        if not resource_id or resource_id.startswith(("$", "_")):
            return None, {}
        ids = {"id": resource_id}
        if tail.startswith("_history/"):
            tail, ids["vid"] = "_history/{vid}", tail.removeprefix("_history/")
        return self._by_path.get(f"{head}/{{id}}{slash}{tail}"), ids

    def _nothing_at(self, path: str) -> str:
        head, _, tail = path.rpartition("/")
        kind = path.partition("/")[0]
        types = sorted({route.resource_type for route in self.routes if route.resource_type})
        if tail.startswith("$"):
            kind = head.partition("/")[0]
            there = sorted({f"${each.operation}" for each in self.routes if each.operation and _is_of(each, kind)})
            return f"There is no operation '{tail}' {_at(kind)}; there are: {', '.join(there) or 'none'}"
        if kind in types:
            return f"There is nothing at '{path}'"
        near = types if len(types) <= _FEW else difflib.get_close_matches(kind, types, n=3)
        hint = f"resource types here: {', '.join(near)}; " if near else ""
        return f"There is nothing at '{path}'; {hint}see metadata"


def _is_of(route: Route, kind: str) -> bool:
    return (route.path.partition("/")[0] if "/" in route.path else "") == kind


def _at(kind: str) -> str:
    return f"on {kind}" if kind else "of the system"
