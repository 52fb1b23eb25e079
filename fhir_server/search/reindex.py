"""Take up search parameters that are new or changed, while the server goes on (https://hl7.org/fhir/R4/search.html)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.store.base import Store
from fhir_kernel.store.criteria import All, Query, SortKey
from fhir_kernel.store.records import Change
from fhir_server.search.index import SearchIndex

BATCH = 500
"""Resources at a time: writers wait no longer than for these."""


@dataclass(frozen=True, slots=True)
class ReindexProgress:
    """How far it has got with one type."""

    resource_type: str
    done: int
    total: int
    """As of the beginning; what others write meanwhile is written with the new parameters."""


async def reindex(
    store: Store,
    index: SearchIndex,
    types: Sequence[str],
    progress: Callable[[ReindexProgress], None],
    *,
    batch: int = BATCH,
) -> int:
    """Make the values of all current resources of `types` anew; how many that were.

    Writers must use `index` before this begins. What is written meanwhile wins: a store passes over a version that is
    no longer current. It may be broken off and begun again at any time.
    """
    done = 0
    for resource_type in types:
        done += await _reindex_type(store, index, resource_type, progress, batch)
    return done


async def _reindex_type(
    store: Store, index: SearchIndex, resource_type: str, progress: Callable[[ReindexProgress], None], batch: int
) -> int:
    total, done, after = await store.count(resource_type, All()), 0, None
    while True:
        query = Query((resource_type,), sort=(SortKey("_id"),), count=batch, after=after)
        found = await store.search(query)
        versions = (await store.read_many(found.keys)).values()
        changes = [Change(each, index.values(parse_json(each.body))) for each in versions if each.body is not None]
        await store.reindex(changes)
        done += len(changes)
        progress(ReindexProgress(resource_type, done, max(total, done)))
        if found.last is None:
            return done
        after = found.last
