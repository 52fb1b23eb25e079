"""Collections and indexes, made when the store is opened, and what a server must be to hold them.

resources   the current version of each resource with its entries; `_id` is `Type/id`
versions    versions that were followed by others; `_id` is their place in the order of commits
documents   documents by `collection/name`
contents    which contents are whole, by SHA-256
pieces      their pieces by `digest/number`
log         entries of logs; `_id` is their place in the order of commits
codes       which codes a token parameter has had, by key
ticket      the one document that every transaction changes first; it numbers the order of commits
schema      the version of this layout
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING, AsyncMongoClient, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import CollectionInvalid, PyMongoError, ServerSelectionTimeoutError

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.mongo.failures import is_duplicate, translated, translation

Fields = dict[str, Any]
Collection = AsyncCollection[Fields]
Database = AsyncDatabase[Fields]
Client = AsyncMongoClient[Fields]

SCHEMA = 1
OLDEST_WIRE_VERSION = 9
"""MongoDB 4.4; earlier ones cannot sort within limits of memory."""

BY_KEY, BY_UPDATE = "by_key", "by_update"

INDEXES: Mapping[str, tuple[IndexModel, ...]] = {
    "resources": (
        IndexModel([("x", ASCENDING), ("_id", ASCENDING)], name=BY_KEY),
        IndexModel([("t", ASCENDING), ("u", DESCENDING), ("_id", ASCENDING)], name=BY_UPDATE),
        IndexModel([("t", ASCENDING), ("s", ASCENDING)], name="by_place_of_type"),
        IndexModel([("s", ASCENDING)], name="by_place"),
        IndexModel([("d.p", ASCENDING), ("d.lo", ASCENDING), ("d.hi", ASCENDING)], name="by_start", sparse=True),
        IndexModel([("d.p", ASCENDING), ("d.hi", ASCENDING), ("d.lo", ASCENDING)], name="by_end", sparse=True),
        IndexModel([("q.p", ASCENDING), ("q.lo", ASCENDING), ("q.hi", ASCENDING)], name="by_least", sparse=True),
        IndexModel([("q.p", ASCENDING), ("q.hi", ASCENDING), ("q.lo", ASCENDING)], name="by_greatest", sparse=True),
        IndexModel([("g.p", ASCENDING), ("g.f", ASCENDING)], name="by_text", sparse=True),
    ),
    "versions": (
        IndexModel([("k", ASCENDING), ("n", ASCENDING)], name="by_number", unique=True),
        IndexModel([("t", ASCENDING), ("_id", ASCENDING)], name="by_type"),
    ),
    "documents": (),
    "contents": (),
    "pieces": (),
    "log": (IndexModel([("l", ASCENDING), ("_id", ASCENDING)], name="by_log"),),
    "codes": (IndexModel([("p", ASCENDING)], name="by_parameter"),),
    "ticket": (),
    "schema": (),
}

_COMPRESSED = {"storageEngine": {"wiredTiger": {"configString": "block_compressor=zstd"}}}
"""What is read seldom is packed tighter than MongoDB does by itself."""


async def check_server(client: Client) -> None:
    """Raises StoreUnavailable where there is no server, or one without transactions, saying how to make it one."""
    try:
        hello = await client.admin.command("hello")
    except ServerSelectionTimeoutError as error:
        if any(
            each.server_type_name == "RSGhost" for each in client.topology_description.server_descriptions().values()
        ):
            raise StoreUnavailable(_ADVICE.format("its replica set has not been initiated")) from error
        raise translation(error) from error
    except PyMongoError as error:
        raise translation(error) from error
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise StoreUnavailable(_ADVICE.format("it stands alone"))
    if hello["maxWireVersion"] < OLDEST_WIRE_VERSION:
        raise StoreUnavailable("this MongoDB is too old; 4.4 or newer is needed")


_ADVICE = (
    "MongoDB was reached, but {}, and transactions need a replica set, even one of a single member: "
    "start mongod with --replSet rs0 and run rs.initiate() once in mongosh"
)


async def prepare(database: Database) -> None:
    """Make what is missing of collections and indexes. Raises StoreUnavailable where a newer Plumbline was here."""
    with translated():
        found = await database.schema.find_one({"_id": "layout"})
        if found is not None and found["version"] > SCHEMA:
            raise StoreUnavailable(
                f"the database '{database.name}' has layout {found['version']}, and this version of Plumbline knows "
                f"{SCHEMA} and older ones: run the version that wrote it, or a newer one"
            )
        existing = set(await database.list_collection_names())
        for name, indexes in INDEXES.items():
            if name not in existing:
                await _create(database, name)
            if indexes:
                await database[name].create_indexes(list(indexes))
        await _insert_once(database.ticket, {"_id": "ticket", "next": 0})
        await _insert_once(database.schema, {"_id": "layout", "version": SCHEMA})


async def _create(database: Database, name: str) -> None:
    options: Fields = _COMPRESSED if name in ("versions", "log") else {}
    try:
        await database.create_collection(name, check_exists=False, **options)
    except CollectionInvalid:
        return  # another process was quicker
    except PyMongoError as error:
        if getattr(error, "code", None) != _NAMESPACE_EXISTS:
            raise


_NAMESPACE_EXISTS = 48


async def _insert_once(collection: Collection, document: Fields) -> None:
    try:
        await collection.insert_one(document)
    except PyMongoError as error:
        if not is_duplicate(error):
            raise
