"""Criteria as SQL: a condition on a row of `resource`, and, where there is an index for it, a SELECT that finds rows.

`types` are those that the resources in question may have. A condition is exact on its own; of several SELECTs the one
that finds least is taken, and the conditions do the rest.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Criterion, Test
from fhir_kernel.store.sqlite.matching import MATCHINGS, Held
from fhir_kernel.store.sqlite.rows import KINDS, component_code
from fhir_kernel.store.sqlite.schema import PART_BITS
from fhir_kernel.store.sqlite.spans import range_of, span_condition
from fhir_kernel.store.sqlite.sql import ALWAYS, NEVER, NOTHING, Source, Sql, all_of, any_of, one_of, union
from fhir_kernel.store.sqlite.world import World
from fhir_kernel.store.values import CompositeValue, ReferenceValue

Types = Sequence[str]

FEW = 64
"""So few rows are found that it pays no more to look for a better way."""

_TELLING_APART = (asked.TokenTest, asked.TokenTextTest, asked.ReferenceTest, asked.ReferenceIdentifierTest)
_COMPOSITE, _REFERENCE = KINDS[CompositeValue], KINDS[ReferenceValue]


def condition(criterion: Criterion, types: Types, row: str, world: World) -> Sql:
    """Whether the row of `resource` that `row` names meets the criterion."""
    match criterion:
        case asked.Match(parameter, tests):
            held = Held(f"{row}.res", f"({row}.res << {PART_BITS})", parameter)
            return any_of([_of_class(cls, each, parameter, types, held, world) for cls, each in _classes(tests)])
        case asked.Missing(parameter):
            return all_of([_without(parameter, each, types, row, world) for each in types])
        case asked.Chain():
            return _chain(criterion, types, row, world)
        case asked.Has():
            return _has(criterion, types, row, world)
        case asked.WithId(ids):
            same = one_of(sorted(ids))
            return Sql(f"{row}.id {same.text}", same.values) if ids else NEVER
        case asked.Updated(test):
            return span_condition(test.prefix, test.low, test.high, f"{row}.updated", f"({row}.updated + 1)")
        case asked.All(parts):
            return all_of([condition(each, types, row, world) for each in parts])
        case asked.Some(parts):
            return any_of([condition(each, types, row, world) for each in parts])
        case asked.Not(part):
            inner = condition(part, types, row, world)
            return Sql(f"NOT ({inner.text})", inner.values)


def source(criterion: Criterion, types: Types, world: World) -> Source | None:
    """What finds resources that may meet the criterion; None where no index does."""
    match criterion:
        case asked.Match(parameter, tests):
            return _either([_class_source(cls, each, parameter, types, world) for cls, each in _classes(tests)])
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
            return _either([source(each, types, world) for each in parts])


def best_source(parts: Sequence[Criterion], types: Types, world: World) -> tuple[Source, Criterion, int] | None:
    """What finds least among the parts of an All, the part, and how many rows it finds, at most `world.many`."""
    best: tuple[Source, Criterion, int] | None = None
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


def _dear(criterion: Criterion) -> int:
    """What it costs to learn how much a part finds, in order."""
    match criterion:
        case asked.WithId():
            return 0
        case asked.Chain() | asked.Has() | asked.All() | asked.Some():
            return 2
        case _:
            return 1


def _either(arms: Sequence[Source | None]) -> Source | None:
    known = [each for each in arms if each is not None]
    return union(known) if len(known) == len(arms) else None


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


def living_of(types: Types, row: str, world: World) -> Sql:
    """The row of `resource` is of one of the types, exists and is not deleted."""
    numbers = [number for each in dict.fromkeys(types) if (number := world.names.type(each)) is not None]
    if not numbers:
        return NEVER
    same = one_of(numbers)
    return Sql(f"{row}.type {same.text} AND {row}.live", same.values)


# Values


def _classes(tests: Sequence[Test]) -> Iterator[tuple[type[Test], list[Test]]]:
    for cls in dict.fromkeys(type(test) for test in tests):
        yield cls, [test for test in tests if type(test) is cls]


def _numbers(parameter: str, kind: str, types: Types, world: World) -> list[int]:
    found = (world.names.parameter(each, parameter, kind) for each in types)
    return [each.sp for each in found if each is not None]


def _of_class(cls: type[Test], tests: Sequence[Test], parameter: str, types: Types, held: Held, world: World) -> Sql:
    if cls is asked.CompositeTest:
        return any_of([_composite(each, parameter, types, held, world) for each in tests])
    way = MATCHINGS[cls]
    sps = _numbers(parameter, way.kind, types, world)
    return way.condition(tests, sps, held, world) if sps else NEVER


def _class_source(cls: type[Test], tests: Sequence[Test], parameter: str, types: Types, world: World) -> Source | None:
    if cls is asked.CompositeTest:
        return _either([_composite_source(each, parameter, types, world) for each in tests])
    way = MATCHINGS[cls]
    sps = _numbers(parameter, way.kind, types, world)
    return way.source(tests, sps, world) if sps else NOTHING


def _composite(test: Test, parameter: str, types: Types, held: Held, world: World) -> Sql:
    sps = _numbers(parameter, _COMPOSITE, types, world)
    if not sps or not isinstance(test, asked.CompositeTest):
        return NEVER
    sp, part = one_of(sps), world.alias()
    fits = _components(test, parameter, types, Held(f"{part}.item", f"{part}.item"), world)
    return Sql(
        f"EXISTS (SELECT 1 FROM own {part} WHERE {part}.item > {held.item} "
        f"AND {part}.item < {held.item} + {1 << PART_BITS} AND {part}.sp {sp.text} AND {fits.text})",
        sp.values + fits.values,
    )


def _components(test: asked.CompositeTest, parameter: str, types: Types, held: Held, world: World) -> Sql:
    return all_of(
        [
            _of_class(type(each), [each], component_code(parameter, index), types, held, world)
            for index, each in enumerate(test.components)
        ]
    )


def _composite_source(test: Test, parameter: str, types: Types, world: World) -> Source | None:
    """Values that pass the test of the component that finds least, then the other components of the same instances."""
    if not isinstance(test, asked.CompositeTest):
        return None
    components = list(enumerate(test.components))
    # See rows.py: where there are such components, instances are found by them alone.
    apart = [(index, each) for index, each in components if isinstance(each, _TELLING_APART)]
    found = [
        _class_source(type(each), [each], component_code(parameter, index), types, world)
        for index, each in apart or components
    ]
    known = [each.sql for each in found if each is not None]
    if not known:
        return None
    best = min(known, key=lambda each: world.size(each, world.many))
    part = world.alias("f")
    fits = _components(test, parameter, types, Held(f"{part}.res", f"{part}.res"), world)
    return Source(
        Sql(
            f"SELECT {part}.res >> {PART_BITS} AS res FROM ({best.text}) {part} WHERE {fits.text}",
            best.values + fits.values,
        ),
        exact=True,
    )


def _without(parameter: str, resource_type: str, types: Types, row: str, world: World) -> Sql:
    marks = [each.mark for each in world.names.kinds(resource_type, parameter)]
    none = all_of([Sql(f"NOT instr({row}.present, ?)", (mark,)) for mark in marks])
    if len(types) == 1 or none == ALWAYS:
        return none
    return Sql(f"({row}.type <> ? OR {none.text})", (world.names.type(resource_type), *none.values))


# References to others and from others


def _chain(chain: asked.Chain, types: Types, row: str, world: World) -> Sql:
    sps = _numbers(chain.parameter, _REFERENCE, types, world)
    if not sps:
        return NEVER
    sp, target = one_of(sps), world.alias()
    where = all_of([living_of(chain.types, target, world), condition(chain.criterion, chain.types, target, world)])
    return Sql(
        f"EXISTS (SELECT 1 FROM own v CROSS JOIN resource {target} ON {target}.res = v.low "
        f"WHERE v.item = ({row}.res << {PART_BITS}) AND v.sp {sp.text} AND {where.text})",
        sp.values + where.values,
    )


def _chain_source(chain: asked.Chain, types: Types, world: World) -> Source | None:
    sps = _numbers(chain.parameter, _REFERENCE, types, world)
    if not sps:
        return NOTHING
    inner, sp = matching(chain.criterion, chain.types, world), one_of(sps)
    if inner is None:
        return None
    text = (
        f"SELECT x.res AS res FROM ({inner.sql.text}) f CROSS JOIN reference x ON x.sp {sp.text} AND x.target = f.res"
    )
    return Source(Sql(text, inner.sql.values + sp.values), exact=True)


def _has(has: asked.Has, types: Types, row: str, world: World) -> Sql:
    """`types` are left aside: the target itself says what it is."""
    sps = _numbers(has.parameter, _REFERENCE, (has.type,), world)
    if not sps:
        return NEVER
    origin = world.alias()
    where = all_of([living_of((has.type,), origin, world), condition(has.criterion, (has.type,), origin, world)])
    return Sql(
        f"EXISTS (SELECT 1 FROM reference v CROSS JOIN resource {origin} ON {origin}.res = v.res "
        f"WHERE v.sp = ? AND v.target = {row}.res AND {where.text})",
        (sps[0], *where.values),
    )


def _has_source(has: asked.Has, types: Types, world: World) -> Source | None:
    sps = _numbers(has.parameter, _REFERENCE, (has.type,), world)
    if not sps:
        return NOTHING
    inner = matching(has.criterion, (has.type,), world)
    if inner is None:
        return None
    text = (
        f"SELECT v.low AS res FROM ({inner.sql.text}) f CROSS JOIN own v ON v.item = f.res << {PART_BITS} AND v.sp = ?"
    )
    return Source(Sql(text, (*inner.sql.values, sps[0])), exact=True)


# What stands in `resource`


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
