"""Batch and transaction: `POST [base]` (https://hl7.org/fhir/R4/http.html#transaction).

A batch answers each entry on its own. A transaction writes all of its entries or none; what it reads it reads after
that, so that an entry which finds nothing is told so and undoes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Request
from fhir_server.formats import Formats
from fhir_server.identity.authenticate import allow
from fhir_server.intents import Criteria, Intent
from fhir_server.interactions.bundle_entry import entries_of, request_of, response_entry
from fhir_server.links import conditional_references
from fhir_server.outcomes import RequestRefused, failure, refused
from fhir_server.placing import placed
from fhir_server.query import query_pairs
from fhir_server.routes import Route
from fhir_server.writing import Writing

_AT_ONCE = 32
"""How many entries of a batch are under way at the same time."""
_ORDER: Mapping[str, int] = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 2}


def unchecked(_request: Request, _route: Route, _ids: Mapping[str, str]) -> None:
    """Everything may be."""


@dataclass(frozen=True, slots=True)
class Bundles:
    """Answers Bundles. `find` finds a route and `answer` answers a request as if it had come alone, and never fails."""

    formats: Formats
    find: Callable[[Request], tuple[Route, Mapping[str, str]]]
    answer: Callable[[Request], Awaitable[Answer]]
    most: int
    """How many entries a Bundle may have."""
    check: Callable[[Request, Route, Mapping[str, str]], None] = unchecked
    """Whether an entry may be; raises RequestRefused (403)."""
    writing: Writing | None = None
    """None where nothing can be written, and so no transaction carried out."""

    async def run(self, request: Request) -> Answer:
        """A Bundle with an entry for each entry, in their order. Raises RequestRefused."""
        bundle = self.formats.read(request)
        kind, entries = entries_of(bundle, self.most, with_transactions=self.writing is not None)
        if kind == "transaction" and self.writing is not None:
            rows = await self._transaction(entries, request, self.writing)
        else:
            rows = await self._batch(entries, request)
        made: Resource = {"resourceType": "Bundle", "type": f"{kind}-response"}
        return Answer({**made, "entry": rows} if rows else made)

    async def _batch(self, entries: Sequence[object], request: Request) -> list[Resource]:
        """Neighbours of one method are answered at the same time, so that those which write share their way to disk."""
        asked = [_asked(entry, place, request) for place, entry in enumerate(entries)]
        rows: list[Resource] = []
        for _, group in groupby(asked, key=lambda each: each.method if isinstance(each, Request) else ""):
            neighbours = list(group)
            for start in range(0, len(neighbours), _AT_ONCE):
                answers = map(self._answered, neighbours[start : start + _AT_ONCE])
                rows += [response_entry(each, request) for each in await asyncio.gather(*answers)]
        return rows

    async def _answered(self, asked: Request | Answer) -> Answer:
        return await self.answer(asked) if isinstance(asked, Request) else asked

    async def _transaction(self, entries: Sequence[object], request: Request, writing: Writing) -> list[Resource]:
        asked, intents = await self._intents(entries, request)
        references = await _references(intents.values(), writing, request)
        order = sorted(intents, key=lambda place: _ORDER[intents[place].method])
        written = await writing.repository.write(
            [intents[place] for place in order], writing.sender(request), references
        )
        became = dict(zip(order, written, strict=True))
        rows: list[Resource] = []
        for place, each in enumerate(asked):
            if place in became:
                answer = writing.told(became[place], each, "minimal")
                issues = [row for one in became[place] for row in one.issues]
                versions = [one.version for one in became[place] if one.version is not None]
                updated = versions[0].updated if len(versions) == 1 else None
                rows.append(response_entry(answer, request, issues, updated))
            else:
                rows.append(response_entry(await self.answer(each), request))
        return rows

    async def _intents(self, entries: Sequence[object], request: Request) -> tuple[list[Request], dict[int, Intent]]:
        """Every entry as a request, and what those that write want, by place. Raises RequestRefused."""
        asked: list[Request] = []
        intents: dict[int, Intent] = {}
        issues: list[Resource] = []
        status: int | None = None
        for place, entry in enumerate(entries):
            try:
                asked.append(request_of(entry, place, request))
                if (intent := await self._intent(asked[-1], entry)) is not None:
                    intents[place] = intent
            except RequestRefused as error:
                issues += placed(error.issues, f"Bundle.entry[{place}]")
                status = status or error.status
        if issues:
            raise RequestRefused(issues, status)
        return asked, intents

    async def _intent(self, request: Request, entry: object) -> Intent | None:
        route, ids = self.find(request)
        self.check(request, route, ids)
        if route.intent is not None:
            intent = await route.intent(replace(request, ids=ids))
            full_url = entry.get("fullUrl") if isinstance(entry, dict) else None
            return replace(intent, full_url=full_url if isinstance(full_url, str) else "", within=request.within)
        if request.method not in ("GET", "HEAD"):
            text = f"{request.method} of '{request.path}' is not possible in a transaction; send it alone or in a batch"
            raise refused("not-supported", text)
        return None


def _asked(entry: object, place: int, request: Request) -> Request | Answer:
    try:
        return request_of(entry, place, request)
    except RequestRefused as error:
        return failure(error.issues, error.status)


async def _references(intents: Iterable[Intent], writing: Writing, request: Request) -> dict[str, Criteria]:
    """What the conditional references in the resources look for. Raises RequestRefused (400; 403 where it may not)."""
    found: dict[str, Criteria] = {}
    for intent in intents:
        for text in conditional_references(intent.resource):
            if text not in found:
                resource_type, _, query = text.partition("?")
                if request.caller is not None:
                    allow(request.caller, "search-type", resource_type)
                found[text] = await writing.criteria(resource_type, query_pairs(query), request)
    return found
