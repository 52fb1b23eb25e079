"""Versions in the order of commits: current ones and those that others have followed, put together.

Current ones are asked for first: what is replaced between the two questions is then found twice, never not at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fhir_kernel.store.mongo.layout import Collection, Database, Fields
from fhir_kernel.store.mongo.versions import VERSION_FIELDS, key_of, microseconds, name_of, to_version
from fhir_kernel.store.records import Key, Version


async def one_version(database: Database, key: Key, number: int) -> Version | None:
    """One version of a resource."""
    name = name_of(key)
    found = await database.resources.find_one({"_id": name, "n": number}, VERSION_FIELDS)
    if found is None:
        found = await database.versions.find_one({"k": name, "n": number}, VERSION_FIELDS)
    return None if found is None else to_version(key, found)


async def versions_before(
    database: Database,
    resource_type: str | None,
    resource_id: str | None,
    *,
    since: datetime | None,
    until: datetime | None,
    before: int | None,
    count: int,
) -> list[tuple[int, Version]]:
    """Versions, the newest first, each with its place."""
    times: Fields = {"u": _between(since, until)} if since is not None or until is not None else {}
    current, past = dict(times), dict(times)
    if resource_type is not None and resource_id is not None:
        name = name_of(Key(resource_type, resource_id))
        current["_id"], past["k"] = name, name
    elif resource_type is not None:
        current["t"] = past["t"] = resource_type
    if before is not None:
        current["s"] = past["_id"] = {"$lt": before}
    places: dict[int, tuple[str, Fields]] = {}
    for row in await _newest(database.resources, current, "s", count):
        places[row["s"]] = (row["_id"], row)
    for row in await _newest(database.versions, past, "_id", count):
        places.setdefault(row["_id"], (row["k"], row))
    newest = sorted(places.items(), reverse=True)[:count]
    return [(place, to_version(key_of(name), row)) for place, (name, row) in newest]


async def _newest(collection: Collection, filter_: Fields, place: str, count: int) -> list[Fields]:
    if count <= 0:
        return []
    fields: dict[str, Any] = {**VERSION_FIELDS, "s": 1, "k": 1}
    return await collection.find(filter_, fields).sort(place, -1).limit(count).to_list()


def _between(since: datetime | None, until: datetime | None) -> Fields:
    return {
        **({"$gte": microseconds(since)} if since is not None else {}),
        **({"$lte": microseconds(until)} if until is not None else {}),
    }
