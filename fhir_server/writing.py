"""From a request that writes to its answer (https://hl7.org/fhir/R4/http.html#ops).

What the request wants is made by the interaction of its name; carrying it out and telling of it is the same for all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from conformance.evidence import Sender
from fhir_kernel.clock import NewId
from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Pairs, Request
from fhir_server.formats import Formats
from fhir_server.intents import Criteria, Written
from fhir_server.outcomes import outcome, refused
from fhir_server.parameters import GENERAL
from fhir_server.preconditions import Return, returned, version_headers
from fhir_server.repository import Repository
from fhir_server.routes import IntentOf
from fhir_server.shown import answer_of
from fhir_server.summary import Outlines

CriteriaOf = Callable[[str, Pairs, Request], Awaitable[Criteria]]
"""Understands the criteria of a conditional interaction on a type. Raises RequestRefused (400)."""
Patcher = Callable[[Resource, bytes, str], Resource]
"""A resource with the changes that a body of a content type says. Raises RequestRefused."""
STATUS = {"created": 201, "updated": 200, "unchanged": 200, "found": 200, "deleted": 204, "absent": 204}
ALL_WELL = {"severity": "information", "code": "informational", "details": {"text": "No issues found"}}


def anonymous(_request: Request) -> Sender:
    """Nobody that we know."""
    return Sender()


@dataclass(frozen=True, slots=True)
class Writing:
    """What the interactions that write have in common."""

    repository: Repository
    formats: Formats
    criteria_of: CriteriaOf
    patch: Patcher
    outlines: Outlines
    new_id: NewId
    most_deleted: int
    """How many resources a conditional delete may delete."""
    sender: Callable[[Request], Sender] = anonymous

    async def criteria(self, resource_type: str, query: Pairs, request: Request) -> Criteria:
        """The criteria of a query. Raises RequestRefused (400) where there are none."""
        pairs = tuple(each for each in query if each[0] not in GENERAL)
        if not pairs:
            text = f"{request.method} at '{request.path}' is not limited by any criteria; expected some, as in a search"
            raise refused("required", text)
        return await self.criteria_of(resource_type, pairs, request)

    async def answer(self, intent_of: IntentOf, request: Request) -> Answer:
        """Have written what the request wants, and tell of it."""
        intent = await intent_of(request)
        (written,) = await self.repository.write((intent,), self.sender(request))
        return self.told(written, request)

    def told(self, written: Sequence[Written], request: Request, otherwise: Return = "representation") -> Answer:
        """The answer to one intent, of which `written` came; `otherwise` is returned where nobody prefers anything."""
        wish = returned(request.headers.get("prefer", ""), otherwise)
        issues = [row for each in written for row in each.issues]
        first = written[0] if len(written) == 1 else None
        if first is None or first.version is None or first.effect == "deleted" or first.version.is_deleted:
            return _of_deletion(written, wish)
        version = first.version
        headers = version_headers(version)
        if first.effect in ("created", "found"):
            headers["location"] = f"{request.base}/{version.key}/_history/{version.number}"
        if wish == "minimal":
            return Answer(None, STATUS[first.effect], headers)
        if wish == "OperationOutcome":
            return Answer(outcome(issues or [ALL_WELL]), STATUS[first.effect], headers)
        return answer_of(version, request, self.outlines, STATUS[first.effect], headers)


def _of_deletion(written: Sequence[Written], wish: Return) -> Answer:
    only = written[0].version if len(written) == 1 else None
    headers = version_headers(only) if only is not None else {}
    if wish != "OperationOutcome":
        return Answer(None, 204, headers)
    count = sum(each.effect == "deleted" for each in written)
    text = f"{count} resources were deleted" if count != 1 else "1 resource was deleted"
    return Answer(outcome([{**ALL_WELL, "details": {"text": text}}]), 200, headers)
