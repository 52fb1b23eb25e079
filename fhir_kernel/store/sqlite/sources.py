"""What finds resources that may meet criteria: a SELECT for each where there is an index for it, and which is the best.

`types` are those that the resources in question may have. Of several SELECTs the one that finds least is taken, and
conditions do the rest.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Criterion
from fhir_kernel.store.sqlite.conditions import REFERENCE, condition, living_of
from fhir_kernel.store.sqlite.match import Types, either, match_source, numbers_of
from fhir_kernel.store.sqlite.schema import PART_BITS
from fhir_kernel.store.sqlite.spans import range_of
from fhir_kernel.store.sqlite.sql import NOTHING, Source, Sql, all_of, one_of
from fhir_kernel.store.sqlite.world import World

FEW = 64
"""So few rows are found that it pays no more to look for a better way."""

_FEW_JOINED = 500
"""So many rows that a join has found are looked at in a few milliseconds."""

_STEPS_OF_A_COUNT = 300
"""In thousands of instructions of SQLite's machine: some 3 to 6 ms."""

Best = tuple[Source, Criterion, int]
"""What finds resources, the part that it is for, and how many rows it finds."""


class Outlook(NamedTuple):
    """What finds few resources, None where that is not known of anything; whether any index finds them at all."""

    few: Best | None
    is_findable: bool


def source(criterion: Criterion, types: Types, world: World) -> Source | None:
    """What finds resources that may meet the criterion; None where no index does."""
    match criterion:
        case asked.Match():
            return match_source(criterion, types, world)
        case asked.Missing() | asked.Not():
            return None
        case asked.Chain():
            return _chain_source(criterion, types, world)
        case asked.Has():
            return _has_source(criterion, types, world)
        case asked.WithId(ids):
            return _ids(ids, types, world)
        case asked.Updated(test):
            return _updated(test, types, world)
        case asked.All(parts):
            best = best_source(parts, types, world)
            return None if best is None else Source(best[0].sql, best[0].exact and len(parts) == 1)
        case asked.Some(parts):
            return either([source(each, types, world) for each in parts])
        case asked.OfTypes(among, part):
            found = source(part, [each for each in types if each in among], world)
            return None if found is None else Source(found.sql, found.exact and _tells_types(part))


def best_source(parts: Sequence[Criterion], types: Types, world: World) -> Best | None:
    """What finds least among the parts of an All, the part, and how many rows it finds, at most `world.many`."""
    best: Best | None = None
    for part in sorted(parts, key=_dear):
        if best is not None and (best[2] <= FEW or (_dear(part) > 1 and best[2] < world.many)):
            break
        found = source(part, types, world)
        if found is not None:
            most = world.many if best is None else best[2]
            size = world.size(found.sql, most)
            if best is None or size < best[2]:
                best = (found, part, size)
    return best


def outlook_of(parts: Sequence[Criterion], types: Types, world: World) -> Outlook:
    """What can be told soon: what joins would find is counted as long as that takes a few milliseconds."""
    best = best_source([each for each in parts if _dear(each) < 2], types, world)
    if best is not None and best[2] < world.many:
        return Outlook(best, is_findable=True)
    most, is_findable = min(_FEW_JOINED, world.many), best is not None
    for part in parts:
        if _dear(part) == 2 and (found := source(part, types, world)) is not None:
            is_findable = True
            with world.within(_STEPS_OF_A_COUNT):
                if (size := world.size(found.sql, most)) < most:
                    return Outlook((found, part, size), is_findable)
    return Outlook(None, is_findable)


def _dear(criterion: Criterion) -> int:
    """What it costs to learn how much a part finds, in order."""
    match criterion:
        case asked.WithId():
            return 0
        case asked.Chain() | asked.Has() | asked.All() | asked.Some() | asked.OfTypes():
            return 2
        case asked.Match(tests=tests) if any(isinstance(each, asked.CompositeTest) for each in tests):
            return 2
        case _:
            return 1


def parts_of(criterion: Criterion) -> Sequence[Criterion]:
    """What must all hold, each on its own."""
    if not isinstance(criterion, asked.All):
        return [criterion]
    return [each for part in criterion.parts for each in parts_of(part)]


def matching(criterion: Criterion, types: Types, world: World) -> Source | None:
    """A SELECT of exactly the current resources of `types` that meet the criterion; None where no index finds them."""
    parts = parts_of(criterion)
    best = best_source(parts, types, world)
    if best is None:
        return None
    found, chosen, _ = best
    rest = [each for each in parts if not (found.exact and each is chosen)]
    row = world.alias()
    living, fits = living_of(types, row, world), all_of([condition(each, types, row, world) for each in rest])
    text = f"SELECT {row}.res AS res FROM ({found.sql.text}) f CROSS JOIN resource {row} ON {row}.res = f.res"
    where = all_of([living, fits])
    return Source(Sql(f"{text} WHERE {where.text}", found.sql.values + where.values), exact=True)


def _tells_types(criterion: Criterion) -> bool:
    """Whether what finds it finds the types that were asked for only; what others refer to may be of any."""
    match criterion:
        case asked.Some(parts):
            return all(map(_tells_types, parts))
        case _:
            return isinstance(criterion, asked.Match | asked.WithId)


def _chain_source(chain: asked.Chain, types: Types, world: World) -> Source | None:
    sps = numbers_of(chain.parameter, REFERENCE, types, world)
    if not sps:
        return NOTHING
    inner, sp = matching(chain.criterion, chain.types, world), one_of(sps)
    if inner is None:
        return None
    text = (
        f"SELECT x.res AS res FROM ({inner.sql.text}) f CROSS JOIN reference x ON x.sp {sp.text} AND x.target = f.res"
    )
    return Source(Sql(text, inner.sql.values + sp.values), exact=True)


def _has_source(has: asked.Has, types: Types, world: World) -> Source | None:
    sps = numbers_of(has.parameter, REFERENCE, (has.type,), world)
    if not sps:
        return NOTHING
    inner = matching(has.criterion, (has.type,), world)
    if inner is None:
        return None
    text = (
        f"SELECT v.low AS res FROM ({inner.sql.text}) f CROSS JOIN own v ON v.item = f.res << {PART_BITS} AND v.sp = ?"
    )
    return Source(Sql(text, (*inner.sql.values, sps[0])), exact=True)


def _ids(ids: frozenset[str], types: Types, world: World) -> Source:
    numbers = [number for each in types if (number := world.names.type(each)) is not None]
    if not ids or not numbers:
        return NOTHING
    types_, same = one_of(numbers), one_of(sorted(ids))
    text = f"SELECT res FROM resource WHERE type {types_.text} AND id {same.text}"
    return Source(Sql(text, types_.values + same.values), exact=True)


def _updated(test: asked.DateTest, types: Types, world: World) -> Source | None:
    found = range_of(test.prefix, test.low, test.high, 1)
    numbers = [number for each in types if (number := world.names.type(each)) is not None]
    if found is None or not numbers:
        return None
    types_, where = one_of(numbers), found.begin.text.replace("low", "updated")
    return Source(
        Sql(
            f"SELECT res FROM resource WHERE live AND type {types_.text} AND {where}",
            types_.values + found.begin.values,
        )
    )
