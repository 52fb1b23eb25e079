"""The order of a query as SQL: what resources are sorted by, and where a page goes on."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fhir_kernel.store.criteria import Position, Query, SortKey
from fhir_kernel.store.sqlite.schema import PART_BITS
from fhir_kernel.store.sqlite.sql import Sql, all_of, any_of
from fhir_kernel.store.sqlite.world import World

ROW = "r"
"""The row of `resource` that is put in its place."""

WALKED = {"s", "u", "d"}
"""Kinds of values whose rows stand in the order by which resources are sorted."""


class Order(NamedTuple):
    """SQL for each sort value, the rank of the type, and for what comes after a position."""

    columns: Sequence[Sql]
    rank: Sql
    descending: Sequence[bool]


def order_of(query: Query, types: Sequence[str], world: World) -> Order:
    """The order of resources of `types`."""
    columns = [_column(key, types, world) for key in query.sort]
    return Order(columns, _rank(types, world), [key.descending for key in query.sort])


def all_columns(order: Order) -> Sql:
    """What is selected of each row."""
    keys = [f"{each.text} AS k{at}" for at, each in enumerate(order.columns)]
    text = ", ".join([f"{ROW}.type AS type", f"{ROW}.id AS id", f"{order.rank.text} AS rank", *keys])
    return Sql(text, tuple(value for each in order.columns for value in each.values))


def order_by(order: Order) -> str:
    """The ORDER BY for columns named k0, k1, …, `rank` and `id`; resources without a value come last."""
    keys = [f"k{at} IS NULL, k{at}{' DESC' if descending else ''}" for at, descending in enumerate(order.descending)]
    return ", ".join([*keys, "rank", "id"])


def after(position: Position, order: Order, rank: int) -> Sql:
    """What comes after a position, of the same columns."""
    later = Sql("(rank > ? OR (rank = ? AND id > ?))", (rank, rank, position.key.id))
    for at in reversed(range(len(order.columns))):
        value, sign = position.values[at], "<" if order.descending[at] else ">"
        same = Sql(f"k{at} IS ?", (value,))
        beyond = [] if value is None else [Sql(f"(k{at} {sign} ? OR k{at} IS NULL)", (value,))]
        later = any_of([*beyond, all_of([same, later])])
    return later


def _rank(types: Sequence[str], world: World) -> Sql:
    """Types are ordered by name, though their numbers are in the order in which they came."""
    if len(types) == 1:
        return Sql("0")
    arms = "".join(f" WHEN {world.names.type(each)} THEN {at}" for at, each in enumerate(types))
    return Sql(f"CASE {ROW}.type{arms} END")


def _column(key: SortKey, types: Sequence[str], world: World) -> Sql:
    if key.parameter == "_id":
        return Sql(f"{ROW}.id")
    if key.parameter == "_lastUpdated":
        return Sql(f"{ROW}.updated")
    kinds = [each for type_ in types for each in world.names.kinds(type_, key.parameter)]
    if len(kinds) == 1 and kinds[0].kind in {*WALKED, "n", "q"}:
        table, column = ("own", "low") if kinds[0].kind in WALKED else ("amount", "value")
        extreme = "max" if key.descending else "min"
        return Sql(
            f"(SELECT {extreme}({column}) FROM {table} WHERE item = {ROW}.res << {PART_BITS} AND sp = ?)",
            (kinds[0].sp,),
        )
    if not kinds:
        return Sql("NULL")
    return Sql(
        f"order_value((SELECT entries FROM entry WHERE res = {ROW}.res), ?, ?)", (key.parameter, int(key.descending))
    )
