"""Going through resources in the order that was asked for, by an index that has it, until a page is full."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fhir_kernel.store.criteria import Query
from fhir_kernel.store.sqlite.conditions import condition, living_of
from fhir_kernel.store.sqlite.encoding import microseconds
from fhir_kernel.store.sqlite.order import ROW, WALKED
from fhir_kernel.store.sqlite.rows import NO_UNIT
from fhir_kernel.store.sqlite.schema import PART_BITS
from fhir_kernel.store.sqlite.sql import ALWAYS, Sql, all_of
from fhir_kernel.store.sqlite.world import World


def walk(query: Query, types: Sequence[str], world: World) -> Sequence[Sql]:
    """SELECTs that together give a page, each with the most rows as its last `?`; none where there is no way.

    Without an order, type by type by id; by `_id`, `_lastUpdated`, or a text or date, of one type.
    """
    if not query.sort:
        return [_by_id(query, each, world) for each in types if query.after is None or each >= query.after.key.type]
    if len(query.sort) > 1 or len(types) > 1:
        return []
    column = {"_id": "id", "_lastUpdated": "updated"}.get(query.sort[0].parameter)
    if column is not None:
        return [_by_column(query, types, column, world)]
    if (key := walked_key(query, types, world)) is None:
        return []
    without = _without_value(query, types, key.mark, world)
    if query.after is not None and query.after.values[0] is None:
        return [without]
    return [_by_value(query, types, key, world), without]


class Walked(NamedTuple):
    """A sort key whose values stand in order in a table."""

    table: str
    column: str
    where: Sql
    """Which rows, as `w`, are of the parameter."""
    sp: int
    mark: str
    descending: bool


def walked_key(query: Query, types: Sequence[str], world: World) -> Walked | None:
    """The first sort key, of one type; None where no table has its order."""
    key = query.sort[0]
    kinds = world.names.kinds(types[0], key.parameter)
    if len(types) > 1 or len(kinds) != 1 or kinds[0].kind not in WALKED:
        return None
    sp, mark = kinds[0].sp, kinds[0].mark
    if kinds[0].kind == "d":
        where = Sql("w.sp = ? AND w.unit = ?", (sp, NO_UNIT))
        return Walked("span", "low", where, sp, mark, key.descending)
    return Walked("string", "text", Sql("w.sp = ?", (sp,)), sp, mark, key.descending)


def first_values(query: Query, types: Sequence[str], key: Walked, world: World) -> tuple[str, Sql]:
    """FROM and WHERE: every value is passed by, as `w`; only the first of a resource in this order counts."""
    earlier = Sql(
        f"NOT EXISTS (SELECT 1 FROM own v WHERE v.item = {ROW}.res << {PART_BITS} AND v.sp = ? "
        f"AND v.low {'>' if key.descending else '<'} w.{key.column})",
        (key.sp,),
    )
    start = f"{key.table} w CROSS JOIN resource {ROW} ON {ROW}.res = w.res"
    return start, all_of([key.where, _fits(query, types, world), earlier])


def _fits(query: Query, types: Sequence[str], world: World) -> Sql:
    return all_of([living_of(types, ROW, world), as_of(query), condition(query.criterion, types, ROW, world)])


def as_of(query: Query) -> Sql:
    """What was made by the instant of the query; of what was changed since, later versions are looked through."""
    if query.as_of is None:
        return ALWAYS
    moment = microseconds(query.as_of)
    return Sql(
        f"({ROW}.updated <= ? OR (SELECT NOT EXISTS (SELECT 1 FROM version d INDEXED BY version_number "
        "WHERE d.res = v.res AND d.number >= v.number AND d.body IS NULL) FROM version v INDEXED BY version_number "
        f"WHERE v.res = {ROW}.res AND v.updated <= ? ORDER BY v.number DESC LIMIT 1))",
        (moment, moment),
    )


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


def _by_value(query: Query, types: Sequence[str], key: Walked, world: World) -> Sql:
    start, first = first_values(query, types, key, world)
    fits = [first]
    if query.after is not None:
        fits.extend(_beyond(f"w.{key.column}", query.after.values[0], query.after.key.id, key.descending))
    return _select(
        start,
        f"{ROW}.type, {ROW}.id, w.{key.column}",
        fits,
        f"w.{key.column}{' DESC' if key.descending else ''}, {ROW}.id",
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
