"""Numbers and quantities as SQL (https://hl7.org/fhir/R4/search.html#number, #quantity)."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store.criteria import NumberTest, QuantityTest
from fhir_kernel.store.sqlite.encoding import number_key
from fhir_kernel.store.sqlite.hashes import canonical_hash, unit_hash
from fhir_kernel.store.sqlite.rows import NO_UNIT, least_low
from fhir_kernel.store.sqlite.spans import Range
from fhir_kernel.store.sqlite.sql import NOTHING, Source, Sql, all_of, any_of, union
from fhir_kernel.store.sqlite.world import World


def amount_condition(test: NumberTest | QuantityTest) -> Sql:
    """Whether a row of `amount`, as `v`, passes."""
    if isinstance(test, NumberTest):
        return _compared(test, "v.low", "v.high")
    written = all_of([*_as_written(test), _compared(test.number, "v.low", "v.high")])
    if test.canonical is None:
        return written
    unit = canonical_hash(test.canonical_code)
    canonical = _compared(test.canonical, "v.canonical_low", "v.canonical_high")
    return any_of(
        [
            Sql(f"(v.canonical = ? AND {canonical.text})", (unit, *canonical.values)),
            Sql(f"(v.canonical <> ? AND {written.text})", (unit, *written.values)),
        ]
    )


def _as_written(test: QuantityTest) -> Sequence[Sql]:
    parts = []
    if test.code is not None:
        code = unit_hash(test.code)
        either = Sql("(v.code = ? OR v.unit = ?)", (code, code))
        parts.append(Sql("v.code = ?", (code,)) if test.system is not None else either)
    if test.system is not None:
        parts.append(Sql("v.system = ?", (unit_hash(test.system),)))
    return parts


def number_source(test: NumberTest, sps: Sequence[int], units: Sequence[int] = (NO_UNIT,)) -> Source | None:
    """Where to look for what passes; None where that is everywhere."""
    found = _range(test)
    return None if found is None else union(found.sources(sps, units))


def quantity_source(test: QuantityTest, sps: Sequence[int], world: World) -> Source | None:
    """The same of quantities, by unit as it is written and by canonical unit."""
    units = [unit for sp in sps for unit in _units(test, sp, world)]
    arms = [number_source(test.number, sps, units) if units else NOTHING]
    if test.canonical is not None:
        arms.append(number_source(test.canonical, sps, [canonical_hash(test.canonical_code)]))
    return None if None in arms else union(each for each in arms if each is not None)


def _units(test: QuantityTest, sp: int, world: World) -> list[int]:
    """Under which units there may be quantities that pass: their code, or what people read if they have none."""
    if not test.code:
        return world.units(sp)
    code = unit_hash(test.code)
    return [code] if test.system is not None else [code, *world.codes_called(sp, code)]


def _compared(test: NumberTest, low: str, high: str) -> Sql:
    value, bounds = number_key(test.value), (number_key(test.low), number_key(test.high))
    match test.prefix:
        case "eq":
            return Sql(f"({low} >= ? AND {high} < ?)", bounds)
        case "ne":
            return Sql(f"NOT ({low} >= ? AND {high} < ?)", bounds)
        case "gt":
            return Sql(f"{high} > ?", (value,))
        case "lt":
            return Sql(f"{low} < ?", (value,))
        case "ge":
            return Sql(f"{high} >= ?", (value,))
        case "le":
            return Sql(f"{low} <= ?", (value,))
        case "sa":
            return Sql(f"{low} > ?", (value,))
        case "eb":
            return Sql(f"{high} < ?", (value,))
        case "ap":
            return Sql(f"({low} < ? AND {high} >= ?)", (bounds[1], bounds[0]))


def _range(test: NumberTest) -> Range | None:
    value, low, high = test.value, test.low, test.high
    match test.prefix:
        case "eq":
            return Range(Sql("low BETWEEN ? AND ?", (number_key(low), number_key(high))))
        case "ne":
            return None
        case "gt" | "ge":
            return Range(Sql("low >= ?", (number_key(least_low(value)),)), Sql("high >= ?", (number_key(value),)))
        case "lt" | "le" | "eb":
            return Range(Sql("low <= ?", (number_key(value),)))
        case "sa":
            return Range(Sql("low > ?", (number_key(value),)))
        case "ap":
            start, end = number_key(least_low(low)), number_key(high)
            return Range(Sql("low >= ? AND low < ?", (start, end)), Sql("high >= ?", (number_key(low),)))
