"""Read and search what is installed rather than stored (https://hl7.org/fhir/R4/http.html#read, #search)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Pairs, Request
from fhir_server.formats import form_pairs
from fhir_server.library import Library
from fhir_server.outcomes import RequestRefused, outcome, refused
from fhir_server.parameters import GENERAL
from fhir_server.preconditions import is_lenient
from fhir_server.summary import Extent, extent_of
from terminology.browse import SEARCH_PARAMETERS, Criterion, NotSearchable, Row, criterion
from terminology.failures import operation_issue

PAGE = 50
LARGEST_PAGE = 1_000
_PAGING = frozenset(("_count", "_offset", "_sort", "_total", "_totalMethod"))

_RESULT = frozenset((*GENERAL, *_PAGING, "_page", "_include", "_revinclude", "_type"))
"""Parameters that say nothing of which resources are wanted."""


@dataclass(frozen=True, slots=True)
class _Search:
    criteria: Sequence[Criterion]
    sort: Sequence[tuple[str, bool]]
    count: int
    offset: int
    extent: Extent
    passed_over: Sequence[NotSearchable]


def read(library: Library, resource_type: str, request: Request) -> Answer:
    """The resource. Raises RequestRefused: 404 where there is none."""
    found = library.read(resource_type, request.ids["id"])
    return Answer(extent_of(request.query).of(found))


def search(library: Library, resource_type: str, request: Request) -> Answer:
    """A Bundle of one page of what was found. Raises RequestRefused (400) where the question is not understood."""
    sent = form_pairs(request)
    pairs = (*request.query, *sent)
    asked = _understood(resource_type, pairs, request.headers.get("prefer", ""))
    found = library.shelf(resource_type).search(asked.criteria, asked.sort)
    page = [] if asked.extent.mode == "count" else found[asked.offset : asked.offset + asked.count]
    entries = [entry for row in page for entry in _entry(library, resource_type, row, asked.extent, request.base)]
    if asked.passed_over:
        issues = [operation_issue("warning", "not-supported", each.text) for each in asked.passed_over]
        entries.append({"resource": outcome(issues), "search": {"mode": "outcome"}})
    return Answer(_bundle(resource_type, entries, len(found), asked, pairs, request.base))


def installed_rows(library: Library, resource_type: str, pairs: Pairs) -> Sequence[Row] | None:
    """What is installed and fits; None where it cannot be searched by all that is asked."""
    criteria = [criterion(resource_type, name, value) for name, value in pairs if name not in _RESULT and value]
    if any(not isinstance(each, Criterion) for each in criteria):
        return None
    known = {each.name for each in SEARCH_PARAMETERS[resource_type]}
    keys = [each for name, value in pairs if name == "_sort" for each in value.split(",")]
    sort = [(key.removeprefix("-"), key.startswith("-")) for key in keys if key.removeprefix("-") in known]
    return library.shelf(resource_type).search([each for each in criteria if isinstance(each, Criterion)], sort)


def _entry(library: Library, resource_type: str, row: Row, extent: Extent, base: str) -> list[Resource]:
    """None where the resource has gone since the rows were made."""
    found, resource_id = library.fetch(resource_type, row), row.first("_id")
    if found is None:
        return []
    address = {"fullUrl": f"{base}/{resource_type}/{resource_id}"} if resource_id else {}
    return [{**address, "resource": extent.of(found), "search": {"mode": "match"}}]


def _understood(resource_type: str, pairs: Pairs, prefer: str) -> _Search:
    criteria: list[Criterion] = []
    unknown: list[NotSearchable] = []
    for name, value in pairs:
        if name in GENERAL or name in _PAGING or value == "":
            continue
        made = criterion(resource_type, name, value)
        if isinstance(made, Criterion):
            criteria.append(made)
        else:
            unknown.append(made)
    sort = _sort(resource_type, pairs, unknown)
    if unknown and not is_lenient(prefer):
        raise RequestRefused([operation_issue("error", "not-supported", each.text) for each in unknown], 400)
    asked = min(_number(pairs, "_count", PAGE), LARGEST_PAGE)
    extent = extent_of(pairs) if asked else Extent("count")
    return _Search(criteria, sort, asked, _number(pairs, "_offset", 0), extent, unknown)


def _sort(resource_type: str, pairs: Pairs, unknown: list[NotSearchable]) -> list[tuple[str, bool]]:
    keys = [each for name, value in pairs if name == "_sort" for each in value.split(",") if each]
    known = {each.name for each in SEARCH_PARAMETERS[resource_type]}
    unknown += [
        NotSearchable("_sort", f"{resource_type} cannot be sorted by '{key}'; possible: {', '.join(sorted(known))}")
        for key in keys
        if key.removeprefix("-") not in known
    ]
    return [(key.removeprefix("-"), key.startswith("-")) for key in keys if key.removeprefix("-") in known]


def _number(pairs: Pairs, name: str, otherwise: int) -> int:
    for key, value in pairs:
        if key == name:
            if not (value.isascii() and value.isdigit() and len(value) < 10):
                raise refused("value", f"'{name}' is '{value}'; expected a whole number that is not negative")
            return int(value)
    return otherwise


def _bundle(
    resource_type: str, entries: list[Resource], total: int, search: _Search, pairs: Pairs, base: str
) -> Resource:
    rest = [(name, value) for name, value in pairs if name not in ("_offset", "_count")]
    counted = any(name == "_count" for name, _ in pairs)

    def link(relation: str, offset: int) -> Resource:
        paging = [("_count", str(search.count))] if counted or offset else []
        query = urlencode([*rest, *paging, *([("_offset", str(offset))] if offset else [])])
        return {"relation": relation, "url": f"{base}/{resource_type}{'?' if query else ''}{query}"}

    links = [link("self", search.offset)]
    if search.extent.mode != "count":
        if search.offset + search.count < total:
            links.append(link("next", search.offset + search.count))
        if search.offset:
            links += [link("previous", max(0, search.offset - search.count)), link("first", 0)]
    made: Resource = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    return {**made, "entry": entries} if entries else made
