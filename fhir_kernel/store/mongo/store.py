"""Resources in a MongoDB replica set (https://www.mongodb.com/docs/manual/replication/)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from pymongo import AsyncMongoClient, ReadPreference
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

from fhir_kernel.errors import LimitExceeded, StoreUnavailable
from fhir_kernel.store.base import Transaction
from fhir_kernel.store.contents import checked, digest_of, whole
from fhir_kernel.store.criteria import Criterion, Found, Query
from fhir_kernel.store.mongo import contents, documents, keys
from fhir_kernel.store.mongo.explaining import explain
from fhir_kernel.store.mongo.failures import translated
from fhir_kernel.store.mongo.layout import Client, Database, check_server, prepare
from fhir_kernel.store.mongo.past import one_version, versions_before
from fhir_kernel.store.mongo.reader import Together, read_versions
from fhir_kernel.store.mongo.search import Search
from fhir_kernel.store.mongo.sizes import FEW
from fhir_kernel.store.mongo.transaction import MongoTransaction
from fhir_kernel.store.mongo.versions import unpack
from fhir_kernel.store.mongo.writer import MAX_CODES, Writer
from fhir_kernel.store.questions import Question
from fhir_kernel.store.records import Change, Document, Key, Version
from fhir_kernel.store.values import TokenValue

Outcome = TypeVar("Outcome")

DEFAULT_DATABASE = "plumbline"

_PAGE = 500
"""How many entries of a log are fetched at once: who follows one may stop after as many."""


async def open_mongo(
    url: str,
    *,
    patience: float = 60.0,
    query_seconds: float = 30.0,
    few: int = FEW,
    jitter: Callable[[], float] = random.random,
) -> MongoStore:
    """A store in the database that the URL names (`mongodb://host/database?replicaSet=rs0`), made ready for use.

    `patience` is how many seconds a write or read waits for a primary, `query_seconds` what one search may take; up to
    `few` resources are read at once, more are gone through in order. Raises StoreUnavailable.
    """
    try:
        named = parse_uri(url).get("database") or DEFAULT_DATABASE
        client: Client = AsyncMongoClient(
            url,
            appname="plumbline",
            retryWrites=True,
            retryReads=True,
            serverSelectionTimeoutMS=int(patience * 1000 / 2),
        )
    except (PyMongoError, ValueError) as error:
        raise StoreUnavailable(f"the URL of MongoDB cannot be used: {error}") from error
    database = client.get_database(
        named,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )
    try:
        await check_server(client)
        await prepare(database)
    except BaseException:
        await client.close()
        raise
    return MongoStore(client, database, patience=patience, query_seconds=query_seconds, few=few, jitter=jitter)


class MongoStore:
    """Implements fhir_kernel.store.base.Store; made by `open_mongo`."""

    def __init__(
        self,
        client: Client,
        database: Database,
        *,
        patience: float,
        query_seconds: float,
        few: int,
        jitter: Callable[[], float],
    ) -> None:
        self._client, self._database = client, database
        self._milliseconds = int(query_seconds * 1000)
        self._reads = Together(database.resources, self._milliseconds)
        self._search = Search(database.resources, self._milliseconds, few=few)
        self._writer = Writer(client, database, patience=patience, jitter=jitter, search=self._search)

    async def read(self, key: Key) -> Version | None:
        """The current version, which may be a deletion; None where there never was one."""
        return await self._reads.read(key)

    async def read_many(self, keys: Sequence[Key], *, deleted: bool = False) -> Mapping[Key, Version]:
        """The current versions of those that exist; `deleted`: of those that have been deleted too."""
        found = await read_versions(self._database.resources, keys, self._milliseconds)
        return {key: found[key] for key in keys if key in found and (deleted or not found[key].is_deleted)}

    async def search(self, query: Query) -> Found:
        """A page of what meets the query. Raises LimitExceeded."""
        with translated():
            return await self._search.page(query)

    async def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""
        with translated():
            found = await self._database.documents.find_one({"_id": f"{collection}/{name}"})
        return None if found is None else unpack(found["b"])

    async def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document]:
        """The documents of these names that there are."""
        with translated():
            return await documents.loaded(self._database, collection, names)

    async def commit(self, work: Callable[[Transaction], Awaitable[Outcome]]) -> Outcome:
        """Run the work and make what it wrote durable on a majority of the replica set; what it raises undoes it.

        It may be run several times. Raises LimitExceeded, StoreFull, StoreUnavailable.
        """
        return cast(Outcome, await self._writer.do(work))

    async def version(self, key: Key, number: int) -> Version | None:
        """One version of a resource."""
        with translated():
            return await one_version(self._database, key, number)

    async def history(
        self,
        resource_type: str | None,
        resource_id: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        count: int = 50,
    ) -> Sequence[tuple[int, Version]]:
        """Versions from `since` until `until`, both inclusive, the newest first, each with its place."""
        with translated():
            return await versions_before(
                self._database, resource_type, resource_id, since=since, until=until, before=before, count=count
            )

    async def tokens(self, resource_type: str, parameter: str) -> Sequence[TokenValue]:
        """The distinct systems and codes, in order. Raises LimitExceeded where there are more than MAX_CODES."""
        number = keys.parameter_number(resource_type, parameter)
        with translated():
            listed = await self._database.codes.count_documents({"p": number}, limit=MAX_CODES)
            if listed >= MAX_CODES:
                raise LimitExceeded(f"{resource_type}.{parameter} has {MAX_CODES:,} different codes or more")
            cursor = await self._database.codes.aggregate([{"$match": {"p": number}}, *_STILL_USED])
            pairs = [(row["s"], row["c"]) async for row in cursor]
        return [TokenValue(system, code) for system, code in sorted(pairs)]

    async def count(self, resource_type: str, criterion: Criterion) -> int:
        """How many current resources meet the criterion. Raises LimitExceeded."""
        with translated():
            return await self._search.count(resource_type, criterion)

    async def explain(self, query: Query) -> Sequence[Question]:
        """The questions of a search with their plans. Raises LimitExceeded."""
        with translated():
            return await explain(self._search, query)

    async def listed(
        self, collection: str, *, prefix: str = "", after: str = "", count: int | None = None
    ) -> Sequence[tuple[str, Document]]:
        """Documents in the order of their names."""
        with translated():
            return await documents.listed(self._database, collection, prefix, after, count)

    async def keep(self, content: bytes) -> str:
        """Keep a content for good on a majority of the replica set. Raises StoreFull, StoreUnavailable."""
        digest = await asyncio.to_thread(digest_of, content)
        with translated():
            if await contents.find(self._database, digest) is None:
                await contents.keep(self._database, digest, content)
        return digest

    async def kept(self, digest: str) -> bytes | None:
        """The content of this SHA-256. Raises StoreUnavailable where it is damaged."""
        with translated():
            found = await contents.find(self._database, digest)
        return None if found is None else await whole(self.pieces(digest))

    async def pieces(self, digest: str) -> AsyncIterator[bytes]:
        """The same piece by piece."""
        with translated():
            if (found := await contents.find(self._database, digest)) is not None:
                async for piece in checked(contents.read(self._database, digest, found.pieces), digest):
                    yield piece

    async def log(self, log: str, *, after: int = 0) -> AsyncIterator[tuple[int, Document]]:
        """The entries of a log in order, each with its number."""
        with translated():
            entries = self._database.log.find({"l": log, "_id": {"$gt": after}}, batch_size=_PAGE)
            async for each in entries.sort("_id", 1):
                yield each["_id"], unpack(each["b"])

    async def last_number(self, log: str) -> int:
        """The number of the last entry of a log."""
        with translated():
            found = await self._database.log.find_one({"l": log}, {"_id": 1}, sort=[("_id", -1)])
        return 0 if found is None else int(found["_id"])

    async def reindex(
        self, changes: Sequence[Change], besides: Callable[[Transaction], Awaitable[None]] | None = None
    ) -> None:
        """Replace the values by which versions are found; a version that is no longer current is passed over.

        `besides` is work of the same transaction.
        """

        async def work(transaction: MongoTransaction) -> None:
            if besides is not None:
                await besides(transaction)
            await transaction.reindex(changes)

        await self._writer.do(work)

    async def close(self) -> None:
        """Finish what is under way and let go of everything."""
        await self._writer.close()
        await self._client.close()


_STILL_USED: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": "resources",
            "localField": "_id",
            "foreignField": "x",
            "pipeline": [{"$limit": 1}, {"$project": {"_id": 1}}],
            "as": "used",
        }
    },
    {"$match": {"used": {"$ne": []}}},
]
"""Codes that only past versions have are left out."""
