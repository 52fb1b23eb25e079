"""A page sorted by several keys where an index has the order of the first (https://hl7.org/fhir/R4/search.html#sort).

The index tells how far along the first key the page goes; what lies within, ties with the last one among it, is sorted.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store.criteria import Query
from fhir_kernel.store.sqlite.order import Order, after, all_columns
from fhir_kernel.store.sqlite.sql import Sql, all_of
from fhir_kernel.store.sqlite.walk import Walked, first_values, walked_key
from fhir_kernel.store.sqlite.world import World


def last_of_page(query: Query, types: Sequence[str], order: Order, world: World) -> Sql | None:
    """SELECT of the first sort value of the last row of a page and one more; None where no index has that order."""
    key = walked_key(query, types, world)
    if len(query.sort) < 2 or key is None or (query.after is not None and query.after.values[0] is None):
        return None
    start, fits = first_values(query, types, key, world)
    later = Sql("1")
    if query.after is not None:
        fits = all_of([_from(key, query.after.values[0]), fits])
        later = after(query.after, order, 0)
    columns = all_columns(order._replace(columns=[Sql(f"w.{key.column}"), *order.columns[1:]]))
    direction = "DESC" if key.descending else "ASC"
    return Sql(
        f"SELECT k0 FROM (SELECT {columns.text} FROM {start} WHERE {fits.text}) WHERE {later.text} "
        f"ORDER BY k0 {direction} LIMIT 1 OFFSET ?",
        (*columns.values, *fits.values, *later.values, query.count),
    )


def up_to(query: Query, types: Sequence[str], last: object, world: World) -> Sql:
    """SELECT of the resources with a value from the position of the query to `last`."""
    key = walked_key(query, types, world)
    assert key is not None
    bounds = [key.where, Sql(f"w.{key.column} {'>=' if key.descending else '<='} ?", (last,))]
    if query.after is not None:
        bounds.append(_from(key, query.after.values[0]))
    where = all_of(bounds)
    return Sql(f"SELECT w.res AS res FROM {key.table} w WHERE {where.text}", where.values)


def _from(key: Walked, value: object) -> Sql:
    return Sql(f"w.{key.column} {'<=' if key.descending else '>='} ?", (value,))
