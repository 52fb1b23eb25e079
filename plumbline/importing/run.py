"""One run of `plumbline import`: files → processes that judge → the one that writes → report."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
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
from fhir_server.referring import Values
from fhir_server.repository import Auditor
from fhir_server.resource_routes import stored_types
from fhir_server.search.upkeep import Upkeep
from plumbline.importing.contents import Kinds
from plumbline.importing.institutions import check_institution
from plumbline.importing.outcomes import Example, Outcomes, Reason
from plumbline.importing.parameters import going_together
from plumbline.importing.prepared import Prepared
from plumbline.importing.preparing import Preparer
from plumbline.importing.resolving import CriteriaOf, Resolver
from plumbline.importing.sources import Source, items_of
from plumbline.importing.tally import IMPORTS, Round, Tally, tally_of
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
    criteria: CriteriaOf
    audit: Auditor | None = None
    upkeep: Callable[[Store], Upkeep] | None = None
    """Keeps the index by which `values` are made as a store says; None: it stays as it is."""
    take_up: Callable[[Store], Awaitable[object]] | None = None
    """Has the judge ask what the published standards of a store ask."""


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
    after: Sequence[Tally] = before
    goes_on = any(tally.is_begun for tally in before)
    with Outcomes(order.refused_file, goes_on=goes_on) as outcomes:
        for each in Round:
            after = _round(each, order, kit, after, outcomes, told)
    return Import(order.sources, before, after, outcomes.reasons)


def _round(
    number: Round, order: Order, kit: Kit, tallies: Sequence[Tally], outcomes: Outcomes, told: Told
) -> Sequence[Tally]:
    """One round through the sources that are not done with it; what every source has come to then."""
    begun = {place: tally for place, tally in enumerate(tallies) if tally.round == number and not tally.finished}
    if not begun:
        return tallies
    left = [replace(order.sources[place], done=tally.next) for place, tally in begun.items()]
    preparer = replace(_preparer(order, kit), round=number)
    prepared = _started(map_in_order(preparer, items_of(left), order.jobs, chunk=CHUNK))
    writer_of = partial(_writer, kit, left, list(begun.values()))
    done = asyncio.run(_write_all(batches(prepared), writer_of, order, kit, outcomes, told))
    now = dict(zip(begun, done, strict=True))
    return [now.get(place, tally) for place, tally in enumerate(tallies)]


async def _tallies(order: Order, kit: Kit) -> list[Tally]:
    """What earlier imports have come to; where all is to be imported again, that is forgotten.

    Raises NotRegistered where nobody knows the institution.
    """
    store = await kit.open_store()
    try:
        if kit.upkeep is not None:
            await kit.upkeep(store).open()
        if kit.take_up is not None:
            await kit.take_up(store)
        if order.sender.institution:
            await check_institution(store, order.sender.institution)
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
    upkeep = kit.upkeep(store) if kit.upkeep is not None else None
    return Writer(store, kit.model, sources, tallies, kit.clock, is_judged=is_judged, audit=kit.audit, upkeep=upkeep)


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
        resolved = Resolver(store, kit.criteria, kit.values, kit.model, kit.clock)
        batch = await asyncio.to_thread(next, waiting, None)
        while batch is not None:
            batch = Batch(await going_together(await resolved(batch.documents), writer.upkeep))
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
