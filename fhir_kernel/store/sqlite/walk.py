"""Going through resources in the order that was asked for, by an index that has it, until a page is full."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.store.criteria import Query
from fhir_kernel.store.sqlite.encoding import microseconds
from fhir_kernel.store.sqlite.order import ROW, WALKED, Order
from fhir_kernel.store.sqlite.rows import NO_UNIT
from fhir_kernel.store.sqlite.schema import PART_BITS
from fhir_kernel.store.sqlite.sql import ALWAYS, Sql, all_of
from fhir_kernel.store.sqlite.translate import condition, living_of
from fhir_kernel.store.sqlite.world import World


def walk(query: Query, types: Sequence[str], order: Order, world: World) -> Sequence[Sql]:
    """SELECTs that together give a page, each with the most rows as its last `?`; none where there is no way.

    Without an order, type by type by id; by `_id`, `_lastUpdated`, or a text or date, of one type.
    """
    if not query.sort:
        return [_by_id(query, each, world) for each in types if query.after is None or each >= query.after.key.type]
    if len(query.sort) > 1 or len(types) > 1:
        return []
    key = query.sort[0]
    if key.parameter in {"_id", "_lastUpdated"}:
        return [_by_column(query, types, {"_id": "id", "_lastUpdated": "updated"}[key.parameter], world)]
    kinds = world.names.kinds(types[0], key.parameter)
    if len(kinds) != 1 or kinds[0].kind not in WALKED:
        return []
    without = _without_value(query, types, kinds[0].mark, world)
    if query.after is not None and query.after.values[0] is None:
        return [without]
    return [_by_value(query, types, kinds[0].sp, kinds[0].kind, world), without]


def _fits(query: Query, types: Sequence[str], world: World) -> Sql:
    updated = ALWAYS
    if query.as_of is not None:
        updated = Sql(f"{ROW}.updated <= ?", (microseconds(query.as_of),))
    return all_of([living_of(types, ROW, world), updated, condition(query.criterion, types, ROW, world)])


def _select(start: str, columns: str, fits: Sequence[Sql], order: str) -> Sql:
    where = all_of(fits)
    return Sql(f"SELECT {columns} FROM {start} WHERE {where.text} ORDER BY {order} LIMIT ?", where.values)


def _by_id(query: Query, resource_type: str, world: World) -> Sql:
    fits = [_fits(query, [resource_type], world)]
    if query.after is not None and query.after.key.type == resource_type:
        fits.append(Sql(f"{ROW}.id > ?", (query.after.key.id,)))
    return _select(f"resource {ROW} INDEXED BY resource_key", f"{ROW}.type, {ROW}.id", fits, f"{ROW}.id")


def _by_column(query: Query, types: Sequence[str], column: str, world: World) -> Sql:
    fits = [_fits(query, types, world)]
    if query.after is not None:
        fits.extend(_beyond(f"{ROW}.{column}", query.after.values[0], query.after.key.id, query.sort[0].descending))
    index = "resource_key" if column == "id" else "resource_updated"
    return _select(
        f"resource {ROW} INDEXED BY {index}",
        f"{ROW}.type, {ROW}.id, {ROW}.{column}",
        fits,
        f"{ROW}.{column}{' DESC' if query.sort[0].descending else ''}, {ROW}.id",
    )


def _by_value(query: Query, types: Sequence[str], sp: int, kind: str, world: World) -> Sql:
    """Every value is passed by; only the first of a resource in this order counts."""
    descending = query.sort[0].descending
    table, column = ("span", "low") if kind == "d" else ("string", "text")
    earlier = Sql(
        f"NOT EXISTS (SELECT 1 FROM own v WHERE v.item = {ROW}.res << {PART_BITS} AND v.sp = ? "
        f"AND v.low {'>' if descending else '<'} w.{column})",
        (sp,),
    )
    unit = [Sql("w.unit = ?", (NO_UNIT,))] if kind == "d" else []
    fits = [Sql("w.sp = ?", (sp,)), *unit, _fits(query, types, world), earlier]
    if query.after is not None:
        fits.extend(_beyond(f"w.{column}", query.after.values[0], query.after.key.id, descending))
    return _select(
        f"{table} w CROSS JOIN resource {ROW} ON {ROW}.res = w.res",
        f"{ROW}.type, {ROW}.id, w.{column}",
        fits,
        f"w.{column}{' DESC' if descending else ''}, {ROW}.id",
    )


def _without_value(query: Query, types: Sequence[str], mark: str, world: World) -> Sql:
    fits = [Sql(f"NOT instr({ROW}.present, ?)", (mark,)), _fits(query, types, world)]
    if query.after is not None and query.after.values[0] is None:
        fits.append(Sql(f"{ROW}.id > ?", (query.after.key.id,)))
    columns = f"{ROW}.type, {ROW}.id, NULL"
    return _select(f"resource {ROW} INDEXED BY resource_key", columns, fits, f"{ROW}.id")


def _beyond(column: str, value: Any, id_: str, descending: bool) -> Sequence[Sql]:
    """After a value, or after an id with the same; the first bound lets the index begin there."""
    sign = "<" if descending else ">"
    return [
        Sql(f"{column} {sign}= ?", (value,)),
        Sql(f"({column} {sign} ? OR {ROW}.id > ?)", (value, id_)),
    ]
