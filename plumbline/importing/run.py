"""One run of `plumbline import`: files → processes that judge → the one that writes → report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

from conformance.enforcement import Judge
from conformance.evidence import Sender
from fhir_kernel.clock import Clock
from fhir_kernel.definitions.model import Model
from fhir_kernel.store.base import Store, Transaction
from fhir_server.formats import Formats
from fhir_server.planning import Values
from fhir_server.repository import Auditor
from fhir_server.resource_routes import stored_types
from plumbline.importing.contents import Kinds
from plumbline.importing.outcomes import Example, Outcomes, Reason
from plumbline.importing.prepared import Prepared
from plumbline.importing.preparing import Preparer
from plumbline.importing.sources import Source, items_of
from plumbline.importing.tally import IMPORTS, Tally, tally_of
from plumbline.importing.writer import Batch, Writer, batches
from plumbline.pool import map_in_order
from plumbline.stores import OpenStore

CHUNK = 32
"""Documents a message between processes; some of them are large Bundles."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What an import is carried out with."""

    open_store: OpenStore
    formats: Formats
    model: Model
    judge: Judge | None
    values: Values
    clock: Clock
    audit: Auditor | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported, and how. `again`: also what was imported before."""

    sources: Sequence[Source]
    sender: Sender = field(default_factory=Sender)
    jobs: int = 1
    again: bool = False
    refused_file: Path | None = None
    """Where what is refused is written."""


Told = Callable[[int], None]
"""Hears how many bytes are dealt with."""


@dataclass(frozen=True, slots=True)
class Import:
    """What an import has come to: for each source its tally before and after, and why resources were refused."""

    sources: Sequence[Source]
    before: Sequence[Tally]
    after: Sequence[Tally]
    reasons: Mapping[Reason, Example]
    """Of this import; of each reason how often, and where first."""


def import_files(order: Order, kit: Kit, told: Told) -> Import:
    """Import, going on where an earlier one of the same files ended. Raises PlumblineError, OSError.

    Processes are made before the store is opened, whose threads must not be copied.
    """
    before = asyncio.run(_tallies(order, kit))
    sources = [replace(each, done=tally.next) for each, tally in zip(order.sources, before, strict=True)]
    left = [each for each, tally in zip(sources, before, strict=True) if not tally.finished]
    begun = [tally for tally in before if not tally.finished]
    prepared = _started(map_in_order(_preparer(order, kit), items_of(left), order.jobs, chunk=CHUNK))
    goes_on = any(tally.next for tally in before)
    with Outcomes(order.refused_file, goes_on=goes_on) as outcomes:
        writer_of = partial(_writer, kit, left, begun)
        done = asyncio.run(_write_all(batches(prepared), writer_of, order, kit, outcomes, told))
    finished = iter(done)
    after = [tally if tally.finished else next(finished) for tally in before]
    return Import(sources, before, after, outcomes.reasons)


async def _tallies(order: Order, kit: Kit) -> list[Tally]:
    """What earlier imports have come to; where all is to be imported again, that is forgotten."""
    store = await kit.open_store()
    try:
        if order.again:
            await store.commit(lambda transaction: _forget(transaction, order.sources))
        return [tally_of(await store.load(IMPORTS, each.digest)) for each in order.sources]
    finally:
        await store.close()


async def _forget(transaction: Transaction, sources: Sequence[Source]) -> None:
    for each in sources:
        await transaction.save(IMPORTS, each.digest, None)


def _preparer(order: Order, kit: Kit) -> Preparer:
    kinds = Kinds(kit.model, frozenset(stored_types(kit.model)))
    return Preparer(kit.formats, kinds, kit.judge, kit.values, order.sender, kit.clock)


def _started(prepared: Iterator[Prepared]) -> Iterator[Prepared]:
    """The same, the processes that prepare made already."""
    return chain(list(islice(prepared, 1)), prepared)


def _writer(kit: Kit, sources: Sequence[Source], tallies: Sequence[Tally], store: Store) -> Writer:
    is_judged = kit.judge is not None
    return Writer(store, kit.model, sources, tallies, kit.clock, is_judged=is_judged, audit=kit.audit)


async def _write_all(
    waiting: Iterator[Batch],
    writer_of: Callable[[Store], Writer],
    order: Order,
    kit: Kit,
    outcomes: Outcomes,
    told: Told,
) -> list[Tally]:
    """Write one batch while the next is read; what every source has come to."""
    store = await kit.open_store()
    try:
        writer, done = writer_of(store), 0
        batch = await asyncio.to_thread(next, waiting, None)
        while batch is not None:
            outcomes.note(batch.documents)
            writing = asyncio.create_task(writer.write(batch, order.sender))
            try:
                following = await asyncio.to_thread(next, waiting, None)
            finally:
                await writing
            done += sum(each.size for each in batch.documents)
            told(done)
            batch = following
        return list(writer.tallies.values())
    finally:
        await store.close()
