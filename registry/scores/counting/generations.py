"""Which tallies are current, and how far each generation of them has come in the log of evidence.

To count anew makes another generation beside the current one, which takes its place at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.base import Reader, Store, Transaction
from registry.scores.counting.names import COLLECTIONS, FIRST_GENERATION, POSITION

_STATE, _CURRENT = "server", "score-generation"
_AT_ONCE = 1_000
"""Documents that are removed in one commit."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a generation has come."""

    generation: str
    after: int = 0
    """The number of the entry of the log that was counted last."""
    closed: str = ""
    """The first day that is not closed: what comes for one before it is too late to be counted."""
    late: int = 0
    """How many records were too late."""


async def current_generation(reader: Reader) -> str:
    """The generation that scores are taken of."""
    kept = await reader.load(_STATE, _CURRENT)
    return FIRST_GENERATION if kept is None else str(kept["current"])


async def position_of(reader: Reader, generation: str) -> Position | None:
    """How far a generation has come; None where there is none."""
    kept = await reader.load(POSITION, generation)
    if kept is None:
        return Position(generation) if generation == FIRST_GENERATION else None
    return Position(generation, kept["after"], kept["closed"], kept["late"])


async def known_position(reader: Reader, generation: str) -> Position:
    """The same of a generation that is there. Raises StoreUnavailable."""
    found = await position_of(reader, generation)
    if found is None:
        raise StoreUnavailable(f"generation {generation} of the tallies is not there any more; somebody has dropped it")
    return found


async def save_position(transaction: Transaction, position: Position) -> None:
    """Say how far a generation has come."""
    kept = {"after": position.after, "closed": position.closed, "late": position.late}
    await transaction.save(POSITION, position.generation, kept)


async def make_current(transaction: Transaction, generation: str) -> None:
    """Take scores of this one from now on."""
    await transaction.save(_STATE, _CURRENT, {"current": generation})


async def begin_generation(store: Store) -> Position:
    """A new one, which nothing has been counted in."""

    async def work(transaction: Transaction) -> Position:
        numbers = [int(name) for name, _ in await transaction.listed(POSITION)]
        made = Position(str(1 + max([*numbers, int(await current_generation(transaction))])))
        await save_position(transaction, made)
        return made

    return await store.commit(work)


async def generations(reader: Reader) -> Sequence[str]:
    """All that there are."""
    return [name for name, _ in await reader.listed(POSITION)]


async def drop_generation(store: Store, generation: str) -> None:
    """Remove one that is not current: first its position, so that nobody counts it on. Raises StoreUnavailable."""

    async def work(transaction: Transaction) -> None:
        if await current_generation(transaction) == generation:
            raise StoreUnavailable(f"generation {generation} of the tallies is the current one; expected another")
        await transaction.save(POSITION, generation, None)

    await store.commit(work)
    for collection in COLLECTIONS:
        await remove(store, collection, f"{generation}/")


async def remove(store: Store, collection: str, prefix: str, before: str | None = None) -> int:
    """Remove the documents whose names begin so and come before a name, some at a time; gives how many they were."""
    done = 0
    while found := await store.listed(collection, prefix=prefix, count=_AT_ONCE):
        names = [name for name, _ in found if before is None or name < before]
        await store.commit(_removing(collection, names))
        done += len(names)
        if len(names) < len(found):
            break
    return done


def _removing(collection: str, names: Sequence[str]) -> Callable[[Transaction], Awaitable[None]]:
    async def work(transaction: Transaction) -> None:
        for name in names:
            await transaction.save(collection, name, None)

    return work
