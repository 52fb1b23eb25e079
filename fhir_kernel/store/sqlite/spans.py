"""Intervals as SQL: what each prefix asks of their ends (https://hl7.org/fhir/R4/search.html#prefix)."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fhir_kernel.store.criteria import Prefix
from fhir_kernel.store.sqlite.sql import Source, Sql, one_of

End = int | str


class Range(NamedTuple):
    """Where intervals begin that may fit, and where long ones end; None: anywhere, or there need be no look at all."""

    begin: Sql
    end: Sql | None = None
    """Also for long ones, which may begin long before."""

    def sources(self, sps: Sequence[int], units: Sequence[int]) -> Sequence[Source]:
        """What finds them."""
        sp, unit = one_of(sps), one_of(units)
        arms = [("span", self.begin)] + ([("wide", self.end)] if self.end is not None else [])
        return [
            Source(
                Sql(
                    f"SELECT res FROM {table} WHERE sp {sp.text} AND unit {unit.text} AND {where.text}",
                    (*sp.values, *unit.values, *where.values),
                )
            )
            for table, where in arms
        ]


def span_condition(prefix: Prefix, low: End, high: End, column_low: str, column_high: str) -> Sql:
    """Whether an interval that leaves its upper end out passes the test of a date."""
    inside = f"({column_low} >= ? AND {column_high} <= ?)"
    match prefix:
        case "eq":
            return Sql(inside, (low, high))
        case "ne":
            return Sql(f"NOT {inside}", (low, high))
        case "gt":
            return Sql(f"{column_high} > ?", (high,))
        case "lt":
            return Sql(f"{column_low} < ?", (low,))
        case "ge":
            return Sql(f"({column_high} > ? OR {inside})", (high, low, high))
        case "le":
            return Sql(f"({column_low} < ? OR {inside})", (low, low, high))
        case "sa":
            return Sql(f"{column_low} >= ?", (high,))
        case "eb":
            return Sql(f"{column_high} <= ?", (low,))
        case "ap":
            return Sql(f"({column_low} < ? AND {column_high} > ?)", (high, low))


def range_of(prefix: Prefix, low: int, high: int, wide: int) -> Range | None:
    """Where to look for dates that pass; None where that is everywhere."""
    match prefix:
        case "eq":
            return Range(Sql("low BETWEEN ? AND ?", (low, high)))
        case "ne":
            return None
        case "gt":
            return Range(Sql("low > ?", (high - wide - 1,)), Sql("high > ?", (high,)))
        case "ge":
            return Range(Sql("low > ?", (min(low, high - wide) - 1,)), Sql("high > ?", (low,)))
        case "lt" | "eb":
            return Range(Sql("low < ?", (low,)))
        case "le":
            return Range(Sql("low <= ?", (high,)))
        case "sa":
            return Range(Sql("low >= ?", (high,)))
        case "ap":
            return Range(Sql("low > ? AND low < ?", (low - wide - 1, high)), Sql("high > ?", (low,)))
