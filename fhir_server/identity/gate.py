"""Before each request: who sends it, and may they; after it: what is written down where it was refused.

https://hl7.org/fhir/R4/security.html. The routes say what a request is about, so that the rules stand in one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fhir_kernel.clock import Clock
from fhir_kernel.store.base import Store
from fhir_server.condition import is_conditional
from fhir_server.exchange import Request
from fhir_server.identity.audit import NOBODY, Auditor, Refusal, keep_refusal
from fhir_server.identity.authenticate import Authenticator, Caller, access_of, allow
from fhir_server.identity.narrowing import Narrowing
from fhir_server.identity.permissions import LETTER_OF, PUBLIC
from fhir_server.outcomes import RequestRefused
from fhir_server.routes import Route

_NOTHING_THERE = frozenset((404, 410))
_WITHOUT_ID = frozenset(("update", "patch", "delete"))
_ERRORS = 400


@dataclass(frozen=True, slots=True)
class Gate:
    """What every request passes, and every entry of a Bundle."""

    authenticator: Authenticator
    auditor: Auditor
    store: Store
    clock: Clock
    narrowing: Narrowing | None = None
    """Understands the criteria of scopes; None: no scope that has criteria allows anything."""

    async def admit(self, route: Route, headers: Mapping[str, str]) -> Caller | None:
        """Who sends a request with these headers; None where its route is open to all. Raises RequestRefused."""
        if route.interaction in PUBLIC:
            return None
        caller = await self.authenticator.caller(headers)
        if any(scope.criteria for scope in caller.scopes):
            return replace(caller, narrowing=self.narrowing)
        return caller

    def check(self, caller: Caller | None, route: Route, request: Request, ids: Mapping[str, str]) -> None:
        """Raises RequestRefused (403) where the caller may not do it; finding a target by criteria is a search, too.

        Where scopes have criteria, it may do what keeps to them by itself, and nothing else.
        """
        if caller is None:
            return
        resource_type = _type_of(route)
        if route.keeps_to_criteria and resource_type is not None:
            access_of(caller, route.interaction, resource_type)
            caller.part(LETTER_OF[route.interaction], resource_type)
        else:
            allow(caller, route.interaction, resource_type, route.operation)
        if _finds_by_criteria(route, request, ids):
            allow(caller, "search-type", route.resource_type)

    async def keep(
        self, caller: Caller | None, route: Route | None, ids: Mapping[str, str], status: int, code: str
    ) -> None:
        """Write down that a request was refused: whatever ends in an error but finding nothing. Raises StoreError."""
        if status < _ERRORS or status in _NOTHING_THERE:
            return
        refusal = Refusal(
            route.interaction if route else "none",
            status,
            code,
            (_type_of(route) or "") if route else "",
            ids.get("id", ""),
            caller.sender if caller else NOBODY,
        )
        await keep_refusal(self.store, self.auditor.refused(refusal, self.clock()))


def code_of(error: RequestRefused) -> str:
    """The code of the issue that decided."""
    return str(error.issues[0].get("code", ""))


def _type_of(route: Route) -> str | None:
    """The path of a search in a compartment names its type third: `Patient/{id}/Observation`, or with `/_search`."""
    return route.path.split("/")[2] if route.interaction == "search-compartment" else route.resource_type


def _finds_by_criteria(route: Route, request: Request, ids: Mapping[str, str]) -> bool:
    if route.interaction == "create":
        return is_conditional(request)
    return route.interaction in _WITHOUT_ID and "id" not in ids
