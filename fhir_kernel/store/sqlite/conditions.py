"""Criteria as conditions on a row of `resource`, each exact on its own.

`types` are those that the resources in question may have.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Criterion
from fhir_kernel.store.sqlite.match import Types, match_condition, numbers_of
from fhir_kernel.store.sqlite.rows import KINDS
from fhir_kernel.store.sqlite.schema import PART_BITS
from fhir_kernel.store.sqlite.spans import span_condition
from fhir_kernel.store.sqlite.sql import ALWAYS, NEVER, Sql, all_of, any_of, one_of
from fhir_kernel.store.sqlite.world import World
from fhir_kernel.store.values import ReferenceValue

REFERENCE = KINDS[ReferenceValue]


def condition(criterion: Criterion, types: Types, row: str, world: World) -> Sql:
    """Whether the row of `resource` that `row` names meets the criterion."""
    match criterion:
        case asked.Match():
            return match_condition(criterion, types, row, world)
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
        case asked.OfTypes(among, part):
            fewer = [each for each in types if each in among]
            return all_of([_is_of(fewer, row, world), condition(part, fewer, row, world)]) if fewer else NEVER


def living_of(types: Types, row: str, world: World) -> Sql:
    """The row of `resource` is of one of the types, exists and is not deleted."""
    return all_of([_is_of(types, row, world), Sql(f"{row}.live")])


def _is_of(types: Types, row: str, world: World) -> Sql:
    numbers = [number for each in dict.fromkeys(types) if (number := world.names.type(each)) is not None]
    if not numbers:
        return NEVER
    same = one_of(numbers)
    return Sql(f"{row}.type {same.text}", same.values)


def _without(parameter: str, resource_type: str, types: Types, row: str, world: World) -> Sql:
    marks = [each.mark for each in world.names.kinds(resource_type, parameter)]
    none = all_of([Sql(f"NOT instr({row}.present, ?)", (mark,)) for mark in marks])
    if len(types) == 1 or none == ALWAYS:
        return none
    return Sql(f"({row}.type <> ? OR {none.text})", (world.names.type(resource_type), *none.values))


def _chain(chain: asked.Chain, types: Types, row: str, world: World) -> Sql:
    sps = numbers_of(chain.parameter, REFERENCE, types, world)
    if not sps:
        return NEVER
    sp, target = one_of(sps), world.alias()
    where = all_of([living_of(chain.types, target, world), condition(chain.criterion, chain.types, target, world)])
    return Sql(
        f"EXISTS (SELECT 1 FROM own v CROSS JOIN resource {target} ON {target}.res = v.low "
        f"WHERE v.item = ({row}.res << {PART_BITS}) AND v.sp {sp.text} AND {where.text})",
        sp.values + where.values,
    )


def _has(has: asked.Has, types: Types, row: str, world: World) -> Sql:
    """`types` are left aside: the target itself says what it is."""
    sps = numbers_of(has.parameter, REFERENCE, (has.type,), world)
    if not sps:
        return NEVER
    origin = world.alias()
    where = all_of([living_of((has.type,), origin, world), condition(has.criterion, (has.type,), origin, world)])
    return Sql(
        f"EXISTS (SELECT 1 FROM reference v CROSS JOIN resource {origin} ON {origin}.res = v.res "
        f"WHERE v.sp = ? AND v.target = {row}.res AND {where.text})",
        (sps[0], *where.values),
    )
