"""A page of what meets a query.

There are two ways. If an index finds few resources, all of them are looked at and sorted. If even the best index finds
many, or that cannot be told soon, resources are gone through in the order that was asked for until the page is full,
where an index has that order; should that take too long, because hardly any fits, the first way is taken after all.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.store.criteria import Criterion, Found, Position, Query
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.conditions import condition, living_of
from fhir_kernel.store.sqlite.groups import page_by_codes
from fhir_kernel.store.sqlite.order import ROW, Order, after, all_columns, order_by, order_of
from fhir_kernel.store.sqlite.sources import FEW, Best, best_source, outlook_of, parts_of
from fhir_kernel.store.sqlite.sql import Sql, all_of
from fhir_kernel.store.sqlite.ties import last_of_page, up_to
from fhir_kernel.store.sqlite.walk import as_of, walk
from fhir_kernel.store.sqlite.world import World

_STEPS_OF_A_WALK = (1_000, 5_000)
"""In thousands of instructions of SQLite's machine: some 10 to 20 ms at first, 50 to 100 ms if no index finds less."""


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
    order, parts = order_of(query, types, world), parts_of(query.criterion)
    outlook = outlook_of(parts, types, world)
    best = outlook.few
    found: list[Any] | None = None
    if best is None or best[2] > FEW:
        found = page_by_codes(query, types, world, lambda asked: _page(asked, types, world))
    for steps in _STEPS_OF_A_WALK if outlook.is_findable else (None,):
        if found is None and (best is None or best[2] >= world.many):
            found = _in_order(query, types, order, world, steps)
            best = best_source(parts, types, world) if found is None else None
    if found is None:
        found = _execute(sorted_page(query, types, candidates(query, types, world, best)[0], order), world)
    return found


def _in_order(query: Query, types: Sequence[str], order: Order, world: World, steps: int | None) -> list[Any] | None:
    """The page by an index that has the order; None where none has, or it takes more than so many steps."""
    walks = walk(query, types, world)
    return _walked(walks, query.count + 1, world, steps) if walks else _with_ties(query, types, order, world, steps)


def _execute(select: Sql, world: World) -> list[Any]:
    return world.connection.execute(select.text, select.values).fetchall()


def _with_ties(query: Query, types: Sequence[str], order: Order, world: World, steps: int | None) -> list[Any] | None:
    """A page in the order of several keys; None where there is no way, the end is near, or it takes too long."""
    if (last := last_of_page(query, types, order, world)) is None:
        return None
    with world.within(steps):
        for (value,) in _execute(last, world):
            within = _found_by(up_to(query, types, value, world), _fits(query, [query.criterion], types, world))
            return _execute(sorted_page(query, types, within, order), world)
    return None


def candidates(query: Query, types: Sequence[str], world: World, best: Best | None = None) -> tuple[Sql, int | None]:
    """FROM and WHERE of what meets the query, by the best index; how many rows that finds, None where there is none."""
    parts = parts_of(query.criterion)
    best = best or best_source(parts, types, world)
    if best is None:
        where = _fits(query, parts, types, world)
        return Sql(f"FROM resource {ROW} WHERE {where.text}", where.values), None
    rest = [each for each in parts if not (best[0].exact and each is best[1])]
    return _found_by(best[0].sql, _fits(query, rest, types, world)), best[2]


def _fits(query: Query, parts: Sequence[Criterion], types: Sequence[str], world: World) -> Sql:
    return all_of([living_of(types, ROW, world), as_of(query), *(condition(each, types, ROW, world) for each in parts)])


def _found_by(found: Sql, where: Sql) -> Sql:
    start = f"FROM (SELECT DISTINCT res FROM ({found.text})) f CROSS JOIN resource {ROW} ON {ROW}.res = f.res"
    return Sql(f"{start} WHERE {where.text}", found.values + where.values)


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


def _rank_of(position: Position, types: Sequence[str]) -> int:
    """How many of the types come before that of the position; one that is gone has none of its own."""
    return sum(each < position.key.type for each in types)


def _walked(walks: Sequence[Sql], most: int, world: World, steps: int | None) -> list[Any] | None:
    """Rows of one walk after another until there are `most`; None where that takes more than so many steps."""
    rows: list[Any] = []
    with world.within(steps):
        for each in walks:
            if len(rows) < most:
                rows.extend(world.connection.execute(each.text, (*each.values, most - len(rows))).fetchall())
        return rows
    return None
