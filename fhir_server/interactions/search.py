"""Search: `GET [base]/[type]?…`, `POST [base]/[type]/_search`, of all types, and in compartments.

https://hl7.org/fhir/R4/http.html#search. Of code systems, value sets, maps and naming systems the stored ones come
first; the pages after them hold those that are installed, as far as these can be searched by the same parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from fhir_kernel.clock import Clock
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.criteria import All, Found
from fhir_kernel.store.records import Key, Version
from fhir_server.exchange import Answer, Pairs, Request
from fhir_server.formats import form_pairs
from fhir_server.identity.authenticate import Caller, allow, part_of
from fhir_server.identity.search_reach import sight, within_reach
from fhir_server.intents import Criteria
from fhir_server.interactions.explained import EXPLAIN, explained, is_asked
from fhir_server.interactions.installed import installed_rows
from fhir_server.library import Library
from fhir_server.outcomes import RequestRefused, outcome, refused
from fhir_server.preconditions import is_lenient
from fhir_server.search.context import CodeSets, SearchContext, SearchLimits
from fhir_server.search.include import included
from fhir_server.search.index import SearchIndex
from fhir_server.search.page import PageLinks, Place
from fhir_server.search.parse import PAGE_PARAMETER, ParsedSearch, understand_search
from fhir_server.search.upkeep import Upkeep
from fhir_server.shown import embedded
from fhir_server.summary import Extent, Outlines
from terminology.browse import SEARCH_PARAMETERS, Row

_OFFSET = "_offset"
"""Of links to pages of installed resources: at which of them the page begins."""


@dataclass(frozen=True, slots=True)
class Searching:
    """Searches what is stored in `store` and installed in `library`."""

    store: Store
    index: SearchIndex
    library: Library
    outlines: Outlines
    codes: CodeSets
    links: PageLinks
    clock: Clock
    types: Sequence[str]
    """What can be stored, where a search names no type."""
    limits: SearchLimits
    upkeep: Upkeep | None = None
    """Knows which parameters the store adds; None: it adds none."""

    async def of_type(self, resource_type: str, request: Request) -> Answer:
        """One page of the resources of a type. Raises RequestRefused."""
        return await self._answer((resource_type,), resource_type, request)

    async def everywhere(self, request: Request) -> Answer:
        """One page of the resources of all types, or of those that `_type` names. Raises RequestRefused."""
        return await self._answer(self.types, "", request)

    async def in_compartment(self, center: str, resource_type: str, request: Request) -> Answer:
        """One page of the resources of a type that belong to a resource. Raises RequestRefused."""
        key = Key(center, request.ids["id"])
        return await self._answer((resource_type,), f"{key}/{resource_type}", request, key)

    async def in_whole_compartment(self, center: str, request: Request) -> Answer:
        """One page of all resources that belong to a resource, or of those of `_type`. Raises RequestRefused."""
        key = Key(center, request.ids["id"])
        return await self._answer(self.index.compartments[center].types, f"{key}/*", request, key)

    async def criteria(self, resource_type: str, pairs: Pairs, request: Request) -> Criteria:
        """What a conditional interaction looks for.

        Raises RequestRefused: 400, also where it is not limited; 403 where it looks at what the caller may not search.
        """
        context = SearchContext(self.clock(), limits=self.limits)
        parsed = await self._understood((resource_type,), pairs, context, request.caller)
        text = "&".join(f"{name}={value}" for name, value in pairs)
        if parsed.query.criterion == All():
            told = f"'{text}' does not say which {resource_type} is meant; expected criteria as in a search"
            raise refused("required", told)
        query = within_reach(request.caller, parsed.query)
        return Criteria(replace(query, sort=(), total=False), f"{resource_type}?{text}")

    async def _understood(
        self, types: Sequence[str], pairs: Pairs, context: SearchContext, caller: Caller | None
    ) -> ParsedSearch:
        """The search by the parameters of now: another process may have taken up some that are not known here yet."""
        if self.upkeep is not None and (self.index.own or self.index.backlog):
            await self.upkeep.refresh()
        token, within = self.index.token, partial(within_reach, caller)
        try:
            parsed = await understand_search(self.index, types, pairs, context, self.codes, self.store, within)
        except RequestRefused:
            if not await self._has_moved_on(token):
                raise
        else:
            if not (parsed.remarks and await self._has_moved_on(token)):
                return parsed
        return await understand_search(self.index, types, pairs, context, self.codes, self.store, within)

    async def _has_moved_on(self, token: str) -> bool:
        if self.upkeep is not None:
            await self.upkeep.refresh()
        return self.index.token != token

    async def _answer(
        self, types: Sequence[str], path: str, request: Request, compartment: Key | None = None
    ) -> Answer:
        sent = form_pairs(request)
        sent = (*request.query, *sent)
        is_explained = is_asked(sent)
        pairs = tuple(each for each in sent if each[0] not in (_OFFSET, EXPLAIN))
        lenient = is_lenient(request.headers.get("prefer", ""))
        context = SearchContext(self.clock(), lenient, self.limits, compartment)
        parsed = await self._understood(types, pairs, context, request.caller)
        parsed = replace(parsed, query=within_reach(request.caller, parsed.query))
        if is_explained:
            if request.caller is not None:
                allow(request.caller, "operation", None, "explain")
            return Answer(await explained(parsed, self.store))
        has_installed = path in SEARCH_PARAMETERS and part_of(request.caller, "s", path) is None
        rows = installed_rows(self.library, path, pairs) if has_installed else None
        return Answer(await _Page(self, request, path, pairs, parsed, context.now, rows).bundle())


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of one search."""

    searching: Searching
    request: Request
    path: str
    pairs: Pairs
    parsed: ParsedSearch
    now: datetime
    rows: Sequence[Row] | None
    """What is installed and fits; None where nothing is, or it cannot be searched like this."""

    async def bundle(self) -> Resource:
        """The searchset."""
        parsed, offset = self.parsed, self._offset()
        found, place = Found((), None, None), self._place()
        if offset is None:
            query = parsed.query if place is None else place.of(parsed.query)
            found = await self.searching.store.search(query)
        entries = await self._stored(found)
        room = parsed.query.count - len(found.keys) if found.last is None else 0
        rows = (self.rows or ())[(offset or 0) :][:room] if self.rows else ()
        entries += [each for row in rows for each in await self._installed(row)]
        if parsed.remarks:
            entries.append({"resource": outcome(parsed.remarks), "search": {"mode": "outcome"}})
        made: Resource = {"resourceType": "Bundle", "type": "searchset"}
        if found.total is not None:
            made["total"] = found.total + len(self.rows or ())
        made["link"] = self._links(found, place, offset, (offset or 0) + len(rows))
        return {**made, "entry": entries} if entries else made

    def _offset(self) -> int | None:
        for name, text in self.request.query:
            if name == _OFFSET and self.rows is not None:
                if not (text.isascii() and text.isdigit() and len(text) < 10):
                    raise refused("value", f"'{_OFFSET}' is '{text}'; expected a whole number that is not negative")
                return int(text)
        return None

    def _place(self) -> Place | None:
        """Where this page begins; None where no link led here: a first page as of now."""
        text = next((text for name, text in self.pairs if name == PAGE_PARAMETER), None)
        return None if text is None else self.searching.links.read(text, self.path, self.parsed.self_pairs)

    async def _stored(self, found: Found) -> list[Resource]:
        """The resources of a page, and what comes along with them; one that was deleted meanwhile is passed over."""
        searching, parsed = self.searching, self.parsed
        if not found.keys:
            return []
        current = await searching.store.read_many(found.keys)
        page = [current[key] for key in found.keys if key in current]
        extent = Extent(parsed.summary, parsed.elements)
        entries = [self._entry(each, "match", extent) for each in page]
        more = await included(
            page,
            parsed.includes,
            parsed.revincludes,
            searching.index,
            searching.store,
            searching.limits,
            sees=sight(self.request.caller),
        )
        return entries + [self._entry(each, "include", Extent(parsed.summary)) for each in more]

    def _entry(self, version: Version, mode: str, extent: Extent) -> Resource:
        body = embedded(version.body or b"{}", self.request, extent, self.searching.outlines)
        return {"fullUrl": f"{self.request.base}/{version.key}", "resource": body, "search": {"mode": mode}}

    async def _installed(self, row: Row) -> list[Resource]:
        """None where a stored resource has taken its id, or it has gone."""
        found, resource_id = self.searching.library.fetch(self.path, row), row.first("_id")
        if found is None or (resource_id and await self.searching.store.read(Key(self.path, resource_id)) is not None):
            return []
        address = {"fullUrl": f"{self.request.base}/{self.path}/{resource_id}"} if resource_id else {}
        extent = Extent(self.parsed.summary, self.parsed.elements)
        return [{**address, "resource": extent.of(found, self.searching.outlines), "search": {"mode": "match"}}]

    def _links(self, found: Found, place: Place | None, offset: int | None, shown: int) -> list[Resource]:
        """To this page and others; none to the last one, which nobody knows before it is reached."""
        if offset is not None:
            links = [self._link("self", ((_OFFSET, str(offset)),)), self._link("first", ())]
        elif place is None:
            links = [self._link("self", ())]
        else:
            links = [self._link_to("self", place), self._link_to("first", place.first())]
            if (previous := place.previous()) is not None:
                links.append(self._link_to("previous", previous))
        if self.parsed.summary == "count":
            return links
        if found.last is not None:
            links.append(self._link_to("next", (place or Place(None, self.now)).following(found.last)))
        elif shown < len(self.rows or ()):
            links.append(self._link("next", ((_OFFSET, str(shown)),)))
        return links

    def _link_to(self, relation: str, place: Place) -> Resource:
        text = self.searching.links.write(place, self.path, self.parsed.self_pairs)
        return self._link(relation, ((PAGE_PARAMETER, text),))

    def _link(self, relation: str, more: Pairs) -> Resource:
        query = urlencode((*self.parsed.self_pairs, *more))
        address = f"{self.request.base}/{self.path}"
        return {"relation": relation, "url": f"{address}?{query}" if query else address}
