"""A page of what meets a query.

There are two ways. If an index finds few resources, all of them are looked at and sorted. If even the best index finds
many, resources are gone through in the order that was asked for until the page is full, where an index has that order;
should that take too long, because hardly any fits, the first way is taken after all.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from fhir_kernel.store.criteria import Criterion, Found, Position, Query
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.encoding import microseconds
from fhir_kernel.store.sqlite.faults import primary_code
from fhir_kernel.store.sqlite.order import ROW, Order, after, order_by, order_of
from fhir_kernel.store.sqlite.sql import Sql, all_of
from fhir_kernel.store.sqlite.translate import best_source, condition, living_of, parts_of
from fhir_kernel.store.sqlite.walk import walk
from fhir_kernel.store.sqlite.world import World

_STEPS_OF_A_WALK = 5_000
"""In thousands of instructions of SQLite's machine: some 50 to 100 ms."""


def search(query: Query, world: World) -> Found:
    """The page, and how many there are where that is asked."""
    names = world.names
    types = sorted(each for each in set(query.types) if names.type(each) is not None)
    if not types:
        return Found([], None, 0 if query.total else None)
    total = _total(query, types, world) if query.total else None
    rows = _page(query, types, world)
    page = [(Key(names.type_name(row[0]), row[1]), row[2:]) for row in rows[: query.count]]
    last = Position(page[-1][1], page[-1][0]) if page and len(rows) > query.count else None
    return Found([key for key, _ in page], last, total)


def count(resource_type: str, criterion: Criterion, world: World) -> int:
    """How many current resources of a type meet the criterion."""
    query = Query((resource_type,), criterion)
    return 0 if world.names.type(resource_type) is None else _total(query, [resource_type], world)


def _total(query: Query, types: Sequence[str], world: World) -> int:
    rows, _ = candidates(query, types, world)
    number: int = world.connection.execute(f"SELECT count(*) {rows.text}", rows.values).fetchone()[0]
    return number


def _page(query: Query, types: Sequence[str], world: World) -> list[Any]:
    rows, size = candidates(query, types, world)
    order = order_of(query, types, world)
    if (size is None or size >= world.many) and (walks := walk(query, types, order, world)):
        found = _walked(walks, query.count + 1, world, _STEPS_OF_A_WALK if size is not None else None)
        if found is not None:
            return found
    page = sorted_page(query, types, rows, order)
    return world.connection.execute(page.text, page.values).fetchall()


def candidates(query: Query, types: Sequence[str], world: World) -> tuple[Sql, int | None]:
    """FROM and WHERE of what meets the query, by the best index; how many rows that finds, None where there is none."""
    parts = parts_of(query.criterion)
    best = best_source(parts, types, world)
    rest = [each for each in parts if best is None or not (best[0].exact and each is best[1])]
    fits = [living_of(types, ROW, world), as_of(query), *(condition(each, types, ROW, world) for each in rest)]
    where = all_of(fits)
    if best is None:
        return Sql(f"FROM resource {ROW} WHERE {where.text}", where.values), None
    found = best[0].sql
    start = f"FROM (SELECT DISTINCT res FROM ({found.text})) f CROSS JOIN resource {ROW} ON {ROW}.res = f.res"
    return Sql(f"{start} WHERE {where.text}", found.values + where.values), best[2]


def as_of(query: Query) -> Sql:
    """What was not written after the instant of the query."""
    if query.as_of is None:
        return Sql("1")
    return Sql(f"{ROW}.updated <= ?", (microseconds(query.as_of),))


def sorted_page(query: Query, types: Sequence[str], rows: Sql, order: Order) -> Sql:
    """SELECT of type, id and sort values, one row more than the page has."""
    columns = all_columns(order)
    where = Sql("1")
    if query.after is not None:
        where = after(query.after, order, _rank_of(query.after, types))
    names = ", ".join(["type", "id", *(f"k{at}" for at in range(len(order.columns)))])
    return Sql(
        f"SELECT {names} FROM (SELECT {columns.text} {rows.text}) WHERE {where.text} "
        f"ORDER BY {order_by(order)} LIMIT ?",
        (*columns.values, *rows.values, *where.values, query.count + 1),
    )


def all_columns(order: Order) -> Sql:
    """What is selected of each row."""
    keys = [f"{each.text} AS k{at}" for at, each in enumerate(order.columns)]
    text = ", ".join([f"{ROW}.type AS type", f"{ROW}.id AS id", f"{order.rank.text} AS rank", *keys])
    return Sql(text, tuple(value for each in order.columns for value in each.values))


def _rank_of(position: Position, types: Sequence[str]) -> int:
    """How many of the types come before that of the position; one that is gone has none of its own."""
    return sum(each < position.key.type for each in types)


def _walked(walks: Sequence[Sql], most: int, world: World, steps: int | None) -> list[Any] | None:
    """Rows of one walk after another until there are `most`; None where that takes more than so many steps."""
    rows: list[Any] = []
    left = iter(range(steps or 0))
    if steps is not None:
        world.connection.set_progress_handler(lambda: int(next(left, None) is None), 1000)
    try:
        for each in walks:
            if len(rows) < most:
                rows.extend(world.connection.execute(each.text, (*each.values, most - len(rows))).fetchall())
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_INTERRUPT:
            raise
        return None
    finally:
        world.connection.set_progress_handler(None, 0)
    return rows
