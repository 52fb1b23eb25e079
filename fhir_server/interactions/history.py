"""History: `GET [base]/[type]/[id]/_history`, of a type and of all (https://hl7.org/fhir/R4/http.html#history).

The newest comes first. A page goes on before the place, in the order of commits, at which the one before ended, so that
what is written meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Key, Version
from fhir_server.content import instant
from fhir_server.exchange import Answer, Request
from fhir_server.identity.authenticate import part_of
from fhir_server.outcomes import refused
from fhir_server.parameters import GENERAL
from fhir_server.preconditions import etag
from fhir_server.shown import embedded
from fhir_server.summary import Extent, Outlines, extent_of
from fhir_server.times import interval

PAGE, LARGEST_PAGE = 50, 1_000
_KNOWN = frozenset((*GENERAL, "_count", "_since", "_at", "_before"))
_DONE: Mapping[str, int] = {"POST": 201, "DELETE": 204}


@dataclass(frozen=True, slots=True)
class _Asked:
    count: int
    since: datetime | None
    at: tuple[datetime, datetime] | None
    """From the first instant, inclusive, to the second, exclusive."""
    before: int | None
    extent: Extent


async def history(store: Store, outlines: Outlines, resource_type: str | None, request: Request) -> Answer:
    """A Bundle of versions. Raises RequestRefused: 404 of what never was, 400 where the question is not understood.

    Where scopes have criteria, only the history of one resource is asked for: its current version has to meet them, and
    other versions that do not are left out, as are deletions.
    """
    asked, resource_id, part = _understood(request), request.ids.get("id"), None
    if resource_type and resource_id:
        part, current = part_of(request.caller, "r", resource_type), await store.read(Key(resource_type, resource_id))
        if current is None or (part is not None and not part.has_version(current)):
            raise refused("not-found", f"There is no {resource_type} with the id '{resource_id}'")
    if asked.at is not None:
        found, more = await _at(store, resource_type, resource_id, asked, asked.at)
    else:
        rows = await store.history(
            resource_type, resource_id, since=asked.since, before=asked.before, count=asked.count + 1
        )
        found, more = list(rows[: asked.count]), len(rows) > asked.count
    shown = [version for _, version in found if part is None or part.has_version(version)]
    entries = [_entry(version, request, asked.extent, outlines) for version in shown]
    last = found[-1][0] if found and more else None
    return Answer(_bundle(entries, request, last))


async def _at(
    store: Store, resource_type: str | None, resource_id: str | None, asked: _Asked, at: tuple[datetime, datetime]
) -> tuple[list[tuple[int, Version]], bool]:
    """What was current at some time of the interval: what was written in it, and what was current at its beginning."""
    begin, end = at
    found: list[tuple[int, Version]] = []
    before = asked.before
    while True:
        rows = await store.history(resource_type, resource_id, until=end, before=before, count=asked.count + 1)
        for place, version in rows:
            if len(found) == asked.count:
                return found, True
            if version.updated < end and (version.updated > begin or await _was_current(store, version, begin)):
                found.append((place, version))
        if len(rows) <= asked.count:
            return found, False
        before = rows[-1][0]


async def _was_current(store: Store, version: Version, when: datetime) -> bool:
    newest = await store.history(*version.key, until=when, count=1)
    return bool(newest) and newest[0][1].number == version.number


def _understood(request: Request) -> _Asked:
    given: dict[str, str] = {}
    for name, value in request.query:
        if name not in _KNOWN:
            there = ", ".join(sorted(_KNOWN))
            raise refused("not-supported", f"A history is not asked for by '{name}'; possible: {there}", status=400)
        given[name] = value
    if "_since" in given and "_at" in given:
        raise refused("invalid", "'_since' and '_at' are both there; expected one of them")
    count = _number("_count", given.get("_count", str(PAGE)))
    if count > LARGEST_PAGE:
        text = f"'_count' is {count}; at most {LARGEST_PAGE} are given on a page"
        raise refused("too-costly", text, status=400)
    since = interval("_since", given["_since"])[0] if "_since" in given else None
    at = interval("_at", given["_at"]) if "_at" in given else None
    before = _number("_before", given["_before"]) if "_before" in given else None
    return _Asked(count, since, at, before, extent_of(request.query))


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise refused("value", f"'{name}' is '{text}'; expected a whole number that is not negative")
    return int(text)


def _entry(version: Version, request: Request, extent: Extent, outlines: Outlines) -> Resource:
    made: Resource = {"fullUrl": f"{request.base}/{version.key}"}
    if version.body is not None:
        made["resource"] = embedded(version.body, request, extent, outlines)
    url = version.key.type if version.method == "POST" else str(version.key)
    status = 201 if version.number == 1 else _DONE.get(version.method, 200)
    return {
        **made,
        "request": {"method": version.method, "url": url},
        "response": {
            "status": f"{status} {HTTPStatus(status).phrase}",
            "etag": etag(version),
            "lastModified": instant(version.updated),
        },
    }


def _bundle(entries: list[Resource], request: Request, last: int | None) -> Resource:
    address = f"{request.base}/{request.path}"
    rest = [each for each in request.query if each[0] != "_before"]
    links = [{"relation": "self", "url": _url(address, request.query)}]
    if last is not None:
        links.append({"relation": "next", "url": _url(address, (*rest, ("_before", str(last))))})
    made: Resource = {"resourceType": "Bundle", "type": "history", "link": links}
    return {**made, "entry": entries} if entries else made


def _url(address: str, query: object) -> str:
    text = urlencode(query)  # type: ignore[arg-type]
    return f"{address}?{text}" if text else address
