"""Documents by name: one of the collection `documents` is named `collection/name`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pymongo.asynchronous.client_session import AsyncClientSession

from fhir_kernel.store.mongo.layout import Database, Fields
from fhir_kernel.store.mongo.versions import unpack
from fhir_kernel.store.names import after_all_with
from fhir_kernel.store.records import Document

Changed = Mapping[tuple[str, str], Document | None]
"""By collection and name what a transaction has saved or found; None where there is none."""
_AT_ONCE = 1_000
"""Names in one question."""


async def loaded(
    database: Database, collection: str, names: Iterable[str], session: AsyncClientSession | None = None
) -> Mapping[str, Document]:
    """The documents of these names that there are, a thousand with one question."""
    found: dict[str, Document] = {}
    start, wanted = len(collection) + 1, [f"{collection}/{name}" for name in names]
    for at in range(0, len(wanted), _AT_ONCE):
        which = {"_id": {"$in": wanted[at : at + _AT_ONCE]}}
        cursor = database.documents.find(which, session=session, batch_size=_AT_ONCE)
        found |= {each["_id"][start:]: unpack(each["b"]) for each in await cursor.to_list()}
    return found


async def listed(
    database: Database,
    collection: str,
    prefix: str,
    after: str,
    count: int | None,
    session: AsyncClientSession | None = None,
) -> Sequence[tuple[str, Document]]:
    """Documents in the order of the bytes of their names in UTF-8, which is that of their code points.

    https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/#strings
    """
    if count is not None and count <= 0:
        return []
    start, most = len(collection) + 1, count or 0
    range_: Fields = {"$gte": f"{collection}/{prefix}", "$gt": f"{collection}/{after}"}
    if (end := after_all_with(f"{collection}/{prefix}")) is not None:
        range_["$lt"] = end
    cursor = database.documents.find({"_id": range_}, session=session).sort("_id", 1).limit(most)
    return [(each["_id"][start:], unpack(each["b"])) async for each in cursor]


async def listed_within(
    database: Database,
    session: AsyncClientSession,
    changed: Changed,
    collection: str,
    prefix: str,
    after: str,
    count: int | None,
) -> Sequence[tuple[str, Document]]:
    """The same as a transaction sees them that has changed some."""
    mine = {name: each for (of, name), each in changed.items() if of == collection and name.startswith(prefix)}
    mine = {name: each for name, each in mine.items() if name > after}
    # Each that was removed may take a place of those that are asked for.
    most = None if count is None else count + sum(each is None for each in mine.values())
    found = dict(await listed(database, collection, prefix, after, most, session))
    return sorted((name, each) for name, each in {**found, **mine}.items() if each is not None)[:count]
