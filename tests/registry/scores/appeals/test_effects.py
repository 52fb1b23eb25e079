"""What an erratum names beside rules: a declaration, a volume, tallies that are counted anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from conformance.scoring.counting.counters import packed
from fhir_kernel.store.base import Transaction
from registry.scores.counting.generations import Position, make_current, save_position
from registry.scores.counting.names import DAY
from registry.scores.inputs.declaring import DECLARATIONS, KeptDeclaration
from registry.scores.inputs.versions import Attribution
from registry.scores.inputs.volume import VOLUMES, kept_volumes
from registry.scores.running.snapshots import row_of, snapshot_in
from tests.registry.scores.appeals.world import BINDING, FIRST, LAST, World
from tests.registry.scores.running.world import GOOD, LABS, LISTS, NOW, counters

pytestmark = pytest.mark.anyio
DAYS = {"first": FIRST, "last": LAST}
PROPOSED = KeptDeclaration(
    "d1", "county", BINDING, date(2023, 10, 1), date(2024, 1, 1), Attribution("m", NOW, "No laboratory of their own")
)
APPROVED = replace(PROPOSED, approved=Attribution("m", NOW), approved_on=date(2023, 11, 5))


async def declared(world: World, its: KeptDeclaration) -> None:
    await world.province.save(DECLARATIONS, its.id, its.document())


async def changes(world: World, number: str) -> list[float]:
    (period,) = (await world.done("readErratumDifferences", None, "e", number=number))["periods"]
    return [each["change"] for each in period["institutions"]]


async def test_a_declaration_that_an_erratum_names_excuses_days_before_it_was_approved(world):
    await declared(world, PROPOSED)
    number = await world.upheld(effect={"kind": "declaration", "target": "d1", **DAYS})
    refused = await world.refused("rescoreErratum", {}, "e", number=number)
    assert f"declaration d1, which {number} names, is not approved" in refused
    await declared(world, APPROVED)
    await world.done("rescoreErratum", {}, "e", number=number)
    assert [each > 0 for each in await changes(world, number)] == [True, True]


async def test_a_declaration_that_no_erratum_names_excuses_nothing_that_is_over(world):
    before = await score(world, "2023-10-1")
    await declared(world, APPROVED)
    assert await score(world, (await world.scored()).id) == before


async def test_a_volume_is_corrected_before_anybody_is_scored_anew(world):
    number = await world.upheld(effect={"kind": "volume", "target": LABS, "institution": "east", **DAYS})
    world.go_on(hours=1)
    refused = await world.refused("rescoreErratum", {}, "e", number=number)
    assert f"no volume of {LABS} for east on these days was stated or withdrawn since 2023-11-05" in refused
    stated = next(each for each in await kept_volumes(world.store, "east") if each.data_set == LABS)
    more = replace(stated, count=stated.count * 3, decided=Attribution("e", world.now, "The ward was closed"))
    await world.province.save(VOLUMES, more.name, more.document())
    await world.done("rescoreErratum", {}, "e", number=number)
    assert [each < 0 for each in await changes(world, number)] == [True]


async def test_tallies_that_were_counted_anew_are_scored_anew(world):
    number = await world.upheld(effect={"kind": "rebuild", "target": "The table of codes was too old", **DAYS})
    refused = await world.refused("rescoreErratum", {}, "e", number=number)
    assert "the tallies are still those of generation 1; expected `plumbline score rebuild`" in refused
    await world.store.commit(partial(_mended, await world.store.listed(DAY)))
    await world.done("rescoreErratum", {}, "e", number=number)
    assert [each > 0 for each in await changes(world, number)] == [True, True]


async def score(world: World, snapshot: str) -> str:
    return (await row_of(world.store, await snapshot_in(world.store, snapshot), "east"))["score"]


async def _mended(days, transaction: Transaction) -> None:
    """Another generation of tallies, in which all of the day are of the records that were good all the while."""
    good = {LISTS[LABS].digest: packed(counters(LISTS[LABS], GOOD))}
    for name, kept in days:
        lists = {digest: good.get(digest, each) for digest, each in kept["lists"].items()}
        await transaction.save(DAY, "2" + name.removeprefix("1"), {**kept, "lists": lists})
    await save_position(transaction, Position("2"))
    await make_current(transaction, "2")
