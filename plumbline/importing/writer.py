"""The one who writes: batches of prepared documents, each in one transaction with how far the import has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conformance.evidence import Sender
from conformance.judgement import Judgement
from conformance.vocabulary import Vocabulary
from fhir_kernel.clock import Clock
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import PlumblineError
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Key, Method
from fhir_kernel.store.values import Value
from fhir_server.intents import Intent, Written
from fhir_server.planning import Planner
from fhir_server.repository import EVIDENCE, Auditor, Repository
from fhir_server.search.index import SearchIndex
from fhir_server.search.upkeep import Upkeep
from plumbline.importing.prepared import Prepared, Ready
from plumbline.importing.sources import Source
from plumbline.importing.tally import IMPORTS, Tally, tally_of
from plumbline.importing.values import decoder

BATCH = 500
"""Resources of a transaction; a Bundle is not divided."""


class ImportOvertaken(PlumblineError):
    """Somebody else is importing the same file."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that are written together, no resource twice."""

    documents: Sequence[Prepared]

    @property
    def ready(self) -> Iterator[Ready]:
        return (each for document in self.documents for each in document.ready)


def batches(prepared: Iterator[Prepared], most: int = BATCH) -> Iterator[Batch]:
    """The documents in batches of `most` resources; a new one begins where a resource comes again."""
    documents: list[Prepared] = []
    keys: set[Key] = set()
    count = 0
    for each in prepared:
        own = {row.key for row in each.ready}
        weight = each.resources or 1
        if documents and (count + weight > most or not keys.isdisjoint(own)):
            yield Batch(documents)
            documents, keys, count = [], set(), 0
        documents.append(each)
        keys |= own
        count += weight
    if documents:
        yield Batch(documents)


class Writer:
    """Writes batches, and knows what became of each source."""

    def __init__(
        self,
        store: Store,
        model: Model,
        sources: Sequence[Source],
        tallies: Sequence[Tally],
        clock: Clock,
        *,
        is_judged: bool = True,
        audit: Auditor | None = None,
        upkeep: Upkeep | None = None,
    ) -> None:
        """`tallies`: what earlier imports have come to with each source."""
        self._sources, self._clock, self.upkeep = sources, clock, upkeep
        self._recalled = _Recalled(model, upkeep.index if upkeep is not None else None)
        planner = Planner(self._recalled.values, self._recalled if is_judged else None, model, clock)
        self._repository = Repository(store, planner, clock, audit, upkeep.fence if upkeep is not None else None)
        self.tallies = dict(enumerate(tallies))
        """By place of the source."""

    async def write(self, batch: Batch, sender: Sender) -> None:
        """Write it, all or nothing. Raises StoreError, ImportOvertaken."""
        ready = list(batch.ready)
        self._recalled.recall(ready)
        intents = [
            Intent("PUT", each.key.type, each.key.id, resource=each.resource, within=str(each.key)) for each in ready
        ]
        evidence = [row for each in batch.documents for refused in each.refused for row in refused.evidence]
        after: Mapping[int, Tally] = {}

        async def besides(transaction: Transaction, written: Sequence[Sequence[Written]]) -> None:
            nonlocal after
            after = self._counted(batch, written)
            if evidence:
                await transaction.append(EVIDENCE, evidence)
            for place, tally in after.items():
                await self._keep(transaction, place, tally)

        await self._repository.write(intents, sender, besides=besides)
        self.tallies |= after

    def _counted(self, batch: Batch, written: Sequence[Sequence[Written]]) -> Mapping[int, Tally]:
        """The tallies of the sources of the batch once it is written."""
        after = {each.source: self.tallies[each.source] for each in batch.documents}
        outcomes = iter(written)
        for each in batch.documents:
            became = [
                (outcome, self._recalled.is_tagged(ready.key)) for ready in each.ready for outcome in next(outcomes)
            ]
            after[each.source] = after[each.source].after(each).with_written(became)
        return after

    async def _keep(self, transaction: Transaction, place: int, tally: Tally) -> None:
        source, before = self._sources[place], self.tallies[place]
        kept = tally_of(await transaction.load(IMPORTS, source.digest))
        if (kept.round, kept.next) != (before.round, before.next):
            text = f"another import has come to document {kept.next}; expected {before.next}. Start again to go on"
            raise ImportOvertaken(f"{source.path}: {text}")
        await transaction.save(IMPORTS, source.digest, tally.document(source.path, self._clock()))


class _Recalled:
    """What was found by the processes that judged, as judge and index of the batch that is being written."""

    def __init__(self, model: Model, index: SearchIndex | None) -> None:
        """`index`: that of the processes, which notice no parameters that come to be while they work."""
        self._words, self._decoded = Vocabulary(model), decoder()
        self._index, self._token = index, index.token if index is not None else ""
        self._ready: Mapping[Key, Ready] = {}
        self._judgements: Mapping[Key, Judgement] = {}

    def recall(self, batch: Sequence[Ready]) -> None:
        self._ready = {each.key: each for each in batch}
        self._judgements = {each.key: each.found.judgement(self._words) for each in batch if each.found is not None}

    def is_tagged(self, key: Key) -> bool:
        return key in self._judgements and bool(self._judgements[key].tags)

    def judge(self, resource: Resource, *, method: Method, now: datetime, profiles: Sequence[str] = ()) -> Judgement:
        return self._judgements[_key(resource)]

    def values(self, resource: Resource) -> Mapping[str, Sequence[Value]]:
        if self._index is not None and self._index.token != self._token:
            return self._index.values(resource)
        found = self._ready[_key(resource)].values
        return {code: [self._decoded(each) for each in row] for code, row in found.items()}


def _key(resource: Resource) -> Key:
    return Key(resource["resourceType"], resource["id"])
