"""Search parameters that clients add: taken up by every process that writes to a store or searches it.

https://hl7.org/fhir/R4/searchparameter.html. The store keeps a token that changes in the very transaction that writes
an active SearchParameter. Whoever writes resources compares it in his own transaction, so that none is ever kept by the
parameters of before; what was kept earlier is looked through again, and until then a search by it is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from fhir_kernel.clock import NewId
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.issues import to_operation_outcome
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.criteria import Query
from fhir_kernel.store.records import Change, Document, Key
from fhir_server.outcomes import RequestRefused
from fhir_server.repository import Overtaken
from fhir_server.search import backlog
from fhir_server.search.acceptance import TYPE, affected, is_active, problems, problems_after, reduced, replaced
from fhir_server.search.definitions import SearchDefinition
from fhir_server.search.fingerprint import changed, fingerprint, reads_otherwise
from fhir_server.search.index import SearchIndex

COLLECTION = "search"
PARAMETERS, REINDEX, DEFINITIONS = "parameters", "reindex", "definitions"
_MOST = 10_000
"""SearchParameters that an older store is looked through for."""
_LOG = logging.getLogger(__name__)


class Upkeep:
    """Keeps `index` as the store says it is to be."""

    def __init__(self, store: Store, index: SearchIndex, new_id: NewId) -> None:
        self._store, self.index, self._new_id = store, index, new_id
        self._definitions = fingerprint(index)

    async def open(self) -> None:
        """Take up what the store holds; note what has to be indexed anew since another release or other packages."""
        noted = await self._store.load(COLLECTION, DEFINITIONS)
        if noted != self._definitions or await self._store.load(COLLECTION, PARAMETERS) is None:
            await self._store.commit(self._note)
        await self.refresh()

    async def refresh(self) -> None:
        """Take up what others have changed; one look by name where nothing has, and one more while some is indexed."""
        kept = await self._store.load(COLLECTION, PARAMETERS)
        if _token(kept) != self.index.token or self.index.backlog:
            self._take_up(kept, await self._store.load(COLLECTION, REINDEX))

    async def fence(self, transaction: Transaction, changes: Sequence[Change]) -> None:
        """Before changes are written: see that they were made by the parameters of now, and note what they change.

        Raises Overtaken, where they are to be made anew; RequestRefused where SearchParameters do not go together.
        """
        kept = await transaction.load(COLLECTION, PARAMETERS)
        if _token(kept) != self.index.token:
            self._take_up(kept, await transaction.load(COLLECTION, REINDEX))
            raise Overtaken("the parameters of searches have changed meanwhile")
        if any(each.version.key.type == TYPE for each in changes):
            await self._keep(transaction, changes)

    async def again(self, types: Sequence[str]) -> None:
        """Have all resources of these types looked through once more; searches go on by what there is."""

        async def work(transaction: Transaction) -> None:
            await self._mark(transaction, dict.fromkeys(types, ()), frozenset())

        await self._store.commit(work)

    def _take_up(self, kept: Document | None, reindex: Document | None) -> None:
        # First what must wait, then by what is searched: no search is to come between.
        self.index.backlog = backlog.waiting(reindex)
        if _token(kept) != self.index.token:
            self.index.take_up(kept["rows"] if kept is not None else {}, _token(kept))

    async def _keep(self, transaction: Transaction, changes: Sequence[Change]) -> None:
        before = after = self.index.own
        for each in changes:
            if each.version.key.type == TYPE:
                resource = None if each.version.body is None else parse_json(each.version.body)
                after = replaced(after, each.version.key.id, resource)
        if after == before:
            return
        if wrong := problems_after(self.index, before, after):
            raise RequestRefused(to_operation_outcome(wrong)["issue"], 422)
        await self._save(transaction, after)
        rows = [each[name] for each in (before, after) for name in sorted(affected(before, after)) if name in each]
        written = frozenset(each.version.key.type for each in changes)
        await self._mark(transaction, _differences(self.index, self.index.trial(after), rows), written)

    async def _save(self, transaction: Transaction, rows: Mapping[str, Resource]) -> None:
        await transaction.save(COLLECTION, PARAMETERS, {"token": self._new_id(), "rows": dict(rows)})

    async def _mark(
        self, transaction: Transaction, wanted: Mapping[str, Iterable[str]], written: frozenset[str]
    ) -> None:
        """Types without resources need not be looked through; `written` are those that get some now."""
        there = {name: codes for name, codes in wanted.items() if name in written or await _has_any(transaction, name)}
        if there:
            kept = await transaction.load(COLLECTION, REINDEX)
            await transaction.save(COLLECTION, REINDEX, backlog.marked(kept, there, self._new_id()))

    async def _note(self, transaction: Transaction) -> None:
        """Everything is to be looked through of which nobody has noted by what it was indexed."""
        kept = await transaction.load(COLLECTION, PARAMETERS)
        noted = await transaction.load(COLLECTION, DEFINITIONS)
        if kept is not None and noted == self._definitions:
            return
        rows = await self._stored(transaction) if kept is None else kept["rows"]
        types: dict[str, set[str]] = {each: set() for each in self.index.types} if noted is None else {}
        for base, codes in (changed(noted, self._definitions) if noted is not None else {}).items():
            for each in self.index.types_below(base):
                types.setdefault(each, set()).update(codes)
        if kept is None or (noted is not None and reads_otherwise(noted, self._definitions)):
            for name, found in _differences(self.index, self.index.trial(rows), list(rows.values())).items():
                types.setdefault(name, set()).update(found)
        await transaction.save(COLLECTION, DEFINITIONS, self._definitions)
        await self._save(transaction, rows)
        await self._mark(transaction, types, frozenset())

    async def _stored(self, transaction: Transaction) -> Mapping[str, Resource]:
        """The active SearchParameters that were stored before anything was searched by them."""
        found = await transaction.search(Query((TYPE,), count=_MOST))
        versions = await transaction.read_many(found.keys)
        resources = {key.id: parse_json(each.body or b"{}") for key, each in versions.items()}
        return dict(_usable(self.index, {name: each for name, each in resources.items() if is_active(each)}))


def _token(kept: Document | None) -> str:
    return "" if kept is None else str(kept["token"])


def _usable(index: SearchIndex, found: Mapping[str, Resource]) -> Iterator[tuple[str, Resource]]:
    for name, each in sorted(found.items()):
        wrong = problems(index, name, each)
        if wrong:
            _LOG.warning("%s is not searched by: %s", Key(TYPE, name), "; ".join(issue.text() for issue in wrong))
        else:
            yield name, reduced(each)


async def _has_any(transaction: Transaction, resource_type: str) -> bool:
    return bool((await transaction.search(Query((resource_type,), count=1))).keys)


def _differences(before: SearchIndex, after: SearchIndex, rows: Iterable[Resource]) -> dict[str, set[str]]:
    """By type of resource, the codes of `rows` that are searched by otherwise; what is gone by its type alone."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for each in (each for base in row.get("base", ()) for each in before.types_below(base)):
            old, new = (_found_by(index, each, row["code"]) for index in (before, after))
            if old != new:
                found.setdefault(each, set()).update([row["code"]] if new is not None else [])
    return found


def _found_by(index: SearchIndex, resource_type: str, code: str) -> SearchDefinition | None:
    found = index.parameters(resource_type).get(code)
    return None if found is None else replace(found, description="")
