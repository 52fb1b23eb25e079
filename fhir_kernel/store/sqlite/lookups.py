"""What conditions and SELECTs on the tables of values have in common."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fhir_kernel.store.sqlite.sql import NEVER, Source, Sql, any_of, one_of


class Held(NamedTuple):
    """SQL for where values are kept: of a resource, or of a composite value."""

    res: str
    """As in most tables."""
    item: str
    """As in `own` and `amount`."""
    code: str = ""
    """The parameter that the values are of, if it is one of a resource: its entries can be asked then."""


def exists(table: str, sps: Sequence[int], where: Sql) -> Sql:
    """There is a row, as `v`, of one of the parameters."""
    sp = one_of(sps)
    return Sql(f"EXISTS (SELECT 1 FROM {table} v WHERE v.sp {sp.text} AND {where.text})", sp.values + where.values)


def found(table: str, sps: Sequence[int], where: Sql, *, exact: bool = False) -> Source:
    """The resources of the rows of one of the parameters."""
    sp = one_of(sps)
    return Source(Sql(f"SELECT res FROM {table} WHERE sp {sp.text} AND {where.text}", sp.values + where.values), exact)


def own(tests: Sequence[Sql], sps: Sequence[int], held: Held) -> Sql:
    """A row of `own` passes one of the tests."""
    if not tests:
        return NEVER
    fits = any_of(tests)
    return exists("own", sps, Sql(f"v.item = {held.item} AND {fits.text}", fits.values))


def hashed_condition(hashes: Sequence[int], sps: Sequence[int], held: Held) -> Sql:
    """There is a row of `exact` with one of the hashes."""
    if not hashes:
        return NEVER
    same = one_of(hashes)
    return exists("exact", sps, Sql(f"v.hash {same.text} AND v.res = {held.res}", same.values))


def hashed_source(hashes: Sequence[int], sps: Sequence[int]) -> Source:
    """What has such a row."""
    same = one_of(hashes)
    return found("exact", sps, Sql(f"hash {same.text}", same.values), exact=True)


def within(column: str, start: str) -> Sql:
    """The column begins with `start`."""
    above = after_all(start)
    return Sql(f"{column} >= ?", (start,)) if above is None else Sql(f"{column} >= ? AND {column} < ?", (start, above))


def after_all(start: str) -> str | None:
    """The least text above all that begin with `start`; None where there is no such text."""
    while start:
        last = ord(start[-1])
        if last < 0x10FFFF:
            return start[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)
        start = start[:-1]
    return None
