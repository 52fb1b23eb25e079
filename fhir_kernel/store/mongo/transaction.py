"""Work under way: reads see what the work has written, and writes are sent together when that is due.

Several works share one MongoDB transaction (`writer`). Each first writes into a layer of its own, which is thrown away
if the work fails, so that the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pymongo import DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from fhir_kernel.errors import StoreUnavailable, VersionConflict
from fhir_kernel.store.criteria import Found, Query
from fhir_kernel.store.mongo.documents import Changed, listed_within, loaded
from fhir_kernel.store.mongo.entries import FIELDS, Coded, entries
from fhir_kernel.store.mongo.layout import Database, Fields
from fhir_kernel.store.mongo.search import Search
from fhir_kernel.store.mongo.versions import (
    current_fields,
    home_of,
    microseconds,
    name_of,
    pack,
    past_fields,
    to_version,
    unpack,
)
from fhir_kernel.store.records import Change, Document, Key, Version

BLOCK = 4_096
"""Places in the order of commits that are taken at once; those left over stay empty."""

_Operation = InsertOne[Fields] | ReplaceOne[Fields] | UpdateOne


@dataclass(frozen=True, slots=True)
class Kept:
    """A current version with what is needed to put it among the past ones."""

    version: Version
    place: int
    home: str
    since: int
    """When it was made; of what was last written before this was kept, when that was."""


@dataclass(slots=True)
class Layer:
    """What has been written and not yet been sent."""

    resources: list[_Operation] = field(default_factory=list)
    past: list[Fields] = field(default_factory=list)
    documents: dict[tuple[str, str], Document | None] = field(default_factory=dict)
    log: list[Fields] = field(default_factory=list)
    coded: list[Coded] = field(default_factory=list)
    current: dict[Key, Kept] = field(default_factory=dict)

    def take(self, other: Layer) -> None:
        """Everything of another layer, after what is here."""
        self.resources += other.resources
        self.past += other.past
        self.documents.update(other.documents)
        self.log += other.log
        self.coded += other.coded
        self.current.update(other.current)


class Shared:
    """One MongoDB transaction that works share, with what they have written so far."""

    def __init__(self, database: Database, session: AsyncClientSession, known_codes: set[int], search: Search) -> None:
        self.session = session
        self.layer = Layer()
        self.documents: dict[tuple[str, str], Document | None] = {}
        self.current: dict[Key, Kept | None] = {}
        self.new_codes: dict[int, Coded] = {}
        self.has_written = False
        self.search = replace(search, session=session)
        self._database = database
        self._known_codes = known_codes
        self._next = self._end = 0

    async def begin(self) -> None:
        """Change the ticket, which makes transactions follow one another, and number what is written."""
        ticket = await self._database.ticket.find_one_and_update(
            {"_id": "ticket"}, {"$inc": {"next": BLOCK}}, session=self.session, return_document=ReturnDocument.BEFORE
        )
        if ticket is None:
            raise StoreUnavailable("the database has been emptied since it was opened: start again")
        self._next, self._end = ticket["next"] + 1, ticket["next"] + BLOCK

    async def place(self) -> int:
        """The next place in the order of commits."""
        if self._next > self._end:
            await self.begin()
        self._next += 1
        return self._next - 1

    async def fetch(self, wanted: Sequence[Key]) -> None:
        """Read current versions that are not known yet."""
        missing = {name_of(key): key for key in wanted if key not in self.current}
        if not missing:
            return
        self.current.update(dict.fromkeys(missing.values()))
        fields = {"n": 1, "u": 1, "e": 1, "m": 1, "b": 1, "s": 1, "h": 1}
        async for each in self._database.resources.find({"_id": {"$in": list(missing)}}, fields, session=self.session):
            key = missing[each["_id"]]
            since = each["e"] if "e" in each else each["u"]
            self.current[key] = Kept(to_version(key, each), each["s"], each["h"], since)

    async def load(self, collection: str, name: str) -> Document | None:
        """A document, as the works before have left it."""
        if (collection, name) not in self.documents:
            found = await self._database.documents.find_one({"_id": f"{collection}/{name}"}, session=self.session)
            self.documents[collection, name] = None if found is None else unpack(found["b"])
        return self.documents[collection, name]

    async def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document | None]:
        """Documents, as the works before have left them; None where there is none."""
        wanted = dict.fromkeys(names)
        if missing := [name for name in wanted if (collection, name) not in self.documents]:
            found = await loaded(self._database, collection, missing, self.session)
            self.documents.update({(collection, name): found.get(name) for name in missing})
        return {name: self.documents[collection, name] for name in wanted}

    async def listed(
        self, mine: Changed, collection: str, prefix: str, after: str, count: int | None
    ) -> Sequence[tuple[str, Document]]:
        """Documents, as the works before have left them and one has changed them since."""
        changed = {**self.documents, **mine}
        return await listed_within(self._database, self.session, changed, collection, prefix, after, count)

    def accept(self, layer: Layer) -> None:
        """What a work has written becomes part of the transaction."""
        self.layer.take(layer)
        self.documents.update(layer.documents)
        self.current.update(layer.current)

    async def send(self) -> None:
        """Send what was accepted, in as few commands as may be."""
        layer, self.layer = self.layer, Layer()
        if layer.resources:
            self.has_written = True
            await self._database.resources.bulk_write(layer.resources, session=self.session)
        if layer.past:
            await self._database.versions.insert_many(layer.past, session=self.session)
        if layer.log:
            self.has_written = True
            await self._database.log.insert_many(layer.log, session=self.session)
        if layer.documents:
            self.has_written = True
            await self._send_documents(layer.documents)
        await self._send_codes(layer.coded)

    async def _send_documents(self, documents: Mapping[tuple[str, str], Document | None]) -> None:
        operations: list[DeleteOne | ReplaceOne[Fields]] = []
        for (collection, name), document in documents.items():
            which = {"_id": f"{collection}/{name}"}
            if document is None:
                operations.append(DeleteOne(which))
            else:
                operations.append(ReplaceOne(which, {"b": pack(document)}, upsert=True))
        await self._database.documents.bulk_write(operations, session=self.session)

    async def _send_codes(self, coded: Sequence[Coded]) -> None:
        new = {each.key: each for each in coded if each.key not in self._known_codes and each.key not in self.new_codes}
        if not new:
            return
        self.new_codes.update(new)
        updates = [
            UpdateOne(
                {"_id": each.key},
                {"$setOnInsert": {"p": each.parameter, "s": each.system, "c": each.code}},
                upsert=True,
            )
            for each in new.values()
        ]
        await self._database.codes.bulk_write(updates, ordered=False, session=self.session)


class MongoTransaction:
    """One work's view of the shared transaction. Implements fhir_kernel.store.base.Transaction."""

    def __init__(self, shared: Shared, *, careful: bool) -> None:
        self.layer = Layer()
        self.has_sent = False
        """Whether something of this work is beyond recall but by giving up the whole transaction."""
        self._shared = shared
        self._careful = careful

    async def read(self, key: Key) -> Version | None:
        """The current version, which may be a deletion; None where there never was one."""
        kept = await self._kept(key)
        return None if kept is None else kept.version

    async def read_many(self, keys: Sequence[Key], *, deleted: bool = False) -> Mapping[Key, Version]:
        """The current versions of those that exist; `deleted`: of those that have been deleted too."""
        await self._shared.fetch([key for key in keys if key not in self.layer.current])
        found = {key: await self._kept(key) for key in keys}
        versions = ((key, each.version) for key, each in found.items() if each is not None)
        return {key: each for key, each in versions if deleted or not each.is_deleted}

    async def search(self, query: Query) -> Found:
        """A page of what meets the query, what this work has written included."""
        if self.layer.resources:
            self.has_sent = True
            self._shared.accept(self.layer)
            self.layer = Layer()
        if self._shared.layer.resources:
            await self._shared.send()
        return await self._shared.search.page(query)

    async def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""
        if (collection, name) in self.layer.documents:
            return self.layer.documents[collection, name]
        return await self._shared.load(collection, name)

    async def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document]:
        """The documents of these names that there are."""
        found = await self._shared.loaded(collection, names)
        mine = {name: self.layer.documents.get((collection, name), each) for name, each in found.items()}
        return {name: each for name, each in mine.items() if each is not None}

    async def listed(
        self, collection: str, *, prefix: str = "", after: str = "", count: int | None = None
    ) -> Sequence[tuple[str, Document]]:
        """Documents in the order of their names, those that this work and those before have saved included."""
        return await self._shared.listed(self.layer.documents, collection, prefix, after, count)

    async def write(self, changes: Sequence[Change]) -> None:
        """New versions; the number of each must follow the current one. Raises VersionConflict."""
        await self._shared.fetch([each.version.key for each in changes if self._is_to_be_read(each.version)])
        for change in changes:
            await self._write(change)

    async def save(self, collection: str, name: str, document: Document | None) -> None:
        """Put a document in the place of the one of this name; None removes it."""
        self.layer.documents[collection, name] = document

    async def append(self, log: str, documents: Sequence[Document]) -> None:
        """Add to a log, which is never changed."""
        for document in documents:
            self.layer.log.append({"_id": await self._shared.place(), "l": log, "b": pack(document)})

    async def reindex(self, changes: Sequence[Change]) -> None:
        """Replace the entries of versions that are still current."""
        await self._shared.fetch([change.version.key for change in changes])
        for change in changes:
            kept = await self._kept(change.version.key)
            if kept is None or kept.version.number != change.version.number or kept.version.is_deleted:
                continue
            made = entries(change.version.key.type, change.values)
            fields = made.fields()
            update: Fields = {"$set": fields, "$unset": {name: "" for name in FIELDS if name not in fields}}
            self.layer.resources.append(UpdateOne({"_id": name_of(change.version.key)}, update))
            self.layer.coded += made.coded

    def _is_to_be_read(self, version: Version) -> bool:
        """A first version is not looked for: should there be one already, MongoDB refuses the second of that name."""
        return version.key not in self.layer.current and (self._careful or version.number != 1)

    async def _kept(self, key: Key) -> Kept | None:
        if key not in self.layer.current and key not in self._shared.current:
            await self._shared.fetch([key])
        return self.layer.current.get(key) or self._shared.current.get(key)

    async def _write(self, change: Change) -> None:
        version = change.version
        before = self.layer.current.get(version.key) or self._shared.current.get(version.key)
        expected = 1 if before is None else before.version.number + 1
        if version.number != expected:
            raise VersionConflict(f"{version.key}: version {version.number} was to be written, but {expected} is next")
        home = before.home if before is not None and version.is_deleted else home_of(version.key, change.values)
        made_now = microseconds(version.updated)
        since = made_now if before is None or before.version.is_deleted else before.since
        kept = Kept(version, await self._shared.place(), home, since)
        made = None if version.is_deleted else entries(version.key.type, change.values)
        fields = current_fields(version, kept.place, home, since, made)
        if before is None:
            self.layer.resources.append(InsertOne(fields))
        else:
            self.layer.resources.append(ReplaceOne({"_id": fields["_id"]}, fields))
            self.layer.past.append(past_fields(before.version, before.place, before.home))
        if made is not None:
            self.layer.coded += made.coded
        self.layer.current[version.key] = kept
