"""Tests of dates, numbers, quantities and places as SQL (https://hl7.org/fhir/R4/search.html#date and on)."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, degrees, radians
from typing import Any

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import DateTest
from fhir_kernel.store.evaluate import EARTH_RADIUS
from fhir_kernel.store.sqlite.lookups import Held, exists, found, own
from fhir_kernel.store.sqlite.numbers import amount_condition, number_source, quantity_source
from fhir_kernel.store.sqlite.rows import NO_UNIT, WIDE_DATE
from fhir_kernel.store.sqlite.spans import range_of, span_condition
from fhir_kernel.store.sqlite.sql import Source, Sql, any_of, union
from fhir_kernel.store.sqlite.world import World


def date_condition(tests: Sequence[DateTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    """Some date passes one of the tests."""
    return own([span_condition(test.prefix, test.low, test.high, "v.low", "v.high") for test in tests], sps, held)


def date_source(tests: Sequence[DateTest], sps: Sequence[int], _: World) -> Source | None:
    """What may have such a date."""
    ranges = [range_of(test.prefix, test.low, test.high, WIDE_DATE) for test in tests]
    if None in ranges:
        return None
    return union(source for each in ranges if each is not None for source in each.sources(sps, [NO_UNIT]))


def amounts_condition(tests: Sequence[Any], sps: Sequence[int], held: Held, _: World) -> Sql:
    """Some number or quantity passes one of the tests."""
    fits = any_of([amount_condition(test) for test in tests])
    return exists("amount", sps, Sql(f"v.item = {held.item} AND {fits.text}", fits.values))


def numbers_source(tests: Sequence[asked.NumberTest], sps: Sequence[int], _: World) -> Source | None:
    """What may have such a number."""
    arms = [number_source(test, sps) for test in tests]
    return None if None in arms else union(each for each in arms if each is not None)


def quantities_source(tests: Sequence[asked.QuantityTest], sps: Sequence[int], world: World) -> Source | None:
    """What may have such a quantity."""
    arms = [quantity_source(test, sps, world) for test in tests]
    return None if None in arms else union(each for each in arms if each is not None)


def near_condition(tests: Sequence[asked.NearTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    """Some place is near enough to one that is asked for."""
    return own(
        [Sql("metres(v.low, v.high, ?, ?) <= ?", (test.latitude, test.longitude, test.metres)) for test in tests],
        sps,
        held,
    )


def near_source(tests: Sequence[asked.NearTest], sps: Sequence[int], _: World) -> Source:
    """What lies in a rectangle around such a place."""
    return union(found("place", sps, _box(test)) for test in tests)


def _box(test: asked.NearTest) -> Sql:
    """Degrees around the place; all longitudes where a pole or the line of the date is near."""
    tall = degrees(test.metres / EARTH_RADIUS) * 1.000001 + 1e-9
    south, north = test.latitude - tall, test.latitude + tall
    rows = Sql("latitude BETWEEN ? AND ?", (south, north))
    if max(-south, north) >= 89:
        return rows
    broad = tall / cos(radians(max(-south, north)))
    west, east = test.longitude - broad, test.longitude + broad
    if west < -180 or east > 180:
        return rows
    return Sql(f"{rows.text} AND longitude BETWEEN ? AND ?", (*rows.values, west, east))
