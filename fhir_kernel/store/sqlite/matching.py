"""Tests of values as SQL: a condition on a resource that was found otherwise, and a SELECT that finds resources.

One pair of functions a kind of parameter. Conditions are exact; a SELECT may find too much, never too little.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import cos, degrees, radians
from typing import Any, NamedTuple

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import DateTest, Test
from fhir_kernel.store.evaluate import EARTH_RADIUS
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.hashes import hash_of, token_hash
from fhir_kernel.store.sqlite.numbers import amount_condition, number_source, quantity_source
from fhir_kernel.store.sqlite.rows import IDENTIFIER, NO_UNIT, SHOWN, WIDE_DATE
from fhir_kernel.store.sqlite.spans import range_of, span_condition
from fhir_kernel.store.sqlite.sql import NEVER, Source, Sql, any_of, one_of, union
from fhir_kernel.store.sqlite.texts import phrases_holding
from fhir_kernel.store.sqlite.world import World


class Held(NamedTuple):
    """SQL for where values are kept: of a resource, or of a composite value."""

    res: str
    """As in most tables."""
    item: str
    """As in `own` and `amount`."""
    code: str = ""
    """The parameter that the values are of, if it is one of a resource: its entries can be asked then."""


_MOST_SEEKS = 40
"""So many tokens are looked up for each resource; for more it is quicker to look at those that it has."""

Condition = Callable[[Sequence[Any], Sequence[int], Held, World], Sql]
Finder = Callable[[Sequence[Any], Sequence[int], World], Source | None]


class Matching(NamedTuple):
    """How tests of a class are carried out on values of a kind."""

    kind: str
    condition: Condition
    source: Finder


def _sp(sps: Sequence[int]) -> Sql:
    return one_of(sps)


def _exists(table: str, sps: Sequence[int], where: Sql) -> Sql:
    sp = _sp(sps)
    return Sql(f"EXISTS (SELECT 1 FROM {table} v WHERE v.sp {sp.text} AND {where.text})", sp.values + where.values)


def _found(table: str, sps: Sequence[int], where: Sql, *, exact: bool = False) -> Source:
    sp = _sp(sps)
    return Source(Sql(f"SELECT res FROM {table} WHERE sp {sp.text} AND {where.text}", sp.values + where.values), exact)


def _hashed_condition(hashes: Sequence[int], sps: Sequence[int], held: Held) -> Sql:
    if not hashes:
        return NEVER
    same = one_of(hashes)
    return _exists("token", sps, Sql(f"v.hash {same.text} AND v.res = {held.res}", same.values))


def _hashed_source(hashes: Sequence[int], sps: Sequence[int]) -> Source:
    same = one_of(hashes)
    return _found("token", sps, Sql(f"hash {same.text}", same.values), exact=True)


# Tokens


def _token_condition(tests: Sequence[asked.TokenTest], sps: Sequence[int], held: Held, world: World) -> Sql:
    hashes = list(dict.fromkeys(token_hash(test) for test in tests))
    if None in hashes:
        return _exists("token", sps, Sql(f"v.hash >= 0 AND v.res = {held.res}"))
    known = [each for each in hashes if each is not None]
    if len(known) <= _MOST_SEEKS or not held.code:
        return _hashed_condition(known, sps, held)
    return Sql(
        f"holds_token((SELECT entries FROM entry WHERE res = {held.res}), ?, ?)",
        (held.code, world.sets.number(frozenset(known))),
    )


def _token_source(tests: Sequence[asked.TokenTest], sps: Sequence[int], _: World) -> Source:
    hashes = list(dict.fromkeys(token_hash(test) for test in tests))
    if None in hashes:
        return _found("token", sps, Sql("hash >= 0"), exact=True)
    return _hashed_source([each for each in hashes if each is not None], sps)


def _identifier_condition(
    tests: Sequence[asked.ReferenceIdentifierTest], sps: Sequence[int], held: Held, world: World
) -> Sql:
    return _token_condition([test.token for test in tests], sps, held._replace(code=""), world)


def _identifier_source(tests: Sequence[asked.ReferenceIdentifierTest], sps: Sequence[int], world: World) -> Source:
    return _token_source([test.token for test in tests], sps, world)


# Texts


def _within(column: str, start: str) -> Sql:
    """The column begins with `start`."""
    above = _after_all(start)
    return Sql(f"{column} >= ?", (start,)) if above is None else Sql(f"{column} >= ? AND {column} < ?", (start, above))


def _after_all(start: str) -> str | None:
    """The least text above all that begin with `start`; None where there is no such text."""
    while start:
        last = ord(start[-1])
        if last < 0x10FFFF:
            return start[:-1] + chr(0xE000 if last == 0xD7FF else last + 1)
        start = start[:-1]
    return None


def _shown_condition(tests: Sequence[asked.TokenTextTest], sps: Sequence[int], held: Held, world: World) -> Sql:
    found = _shown_source(tests, sps, world).sql
    return Sql(f"{held.res} IN ({found.text})", found.values)


def _shown_source(tests: Sequence[asked.TokenTextTest], sps: Sequence[int], _: World) -> Source:
    return union(_found("string", sps, _within("text", test.text), exact=True) for test in tests)


def _string_condition(tests: Sequence[asked.StringTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    exact = [hash_of("e", test.text) for test in tests if test.mode == "exact"]
    others = [_text_test(test.mode, test.text) for test in tests if test.mode != "exact"]
    return any_of([_hashed_condition(exact, sps, held), _own(others, sps, held)])


def _own(tests: Sequence[Sql], sps: Sequence[int], held: Held) -> Sql:
    if not tests:
        return NEVER
    fits = any_of(tests)
    return _exists("own", sps, Sql(f"v.item = {held.item} AND {fits.text}", fits.values))


def _text_test(mode: str, text: str) -> Sql:
    return Sql("instr(v.low, ?)", (text,)) if mode == "contains" else _within("v.low", text)


def _string_source(tests: Sequence[asked.StringTest], sps: Sequence[int], _: World) -> Source:
    exact = [hash_of("e", test.text) for test in tests if test.mode == "exact"]
    arms = [_hashed_source(exact, sps)] if exact else []
    arms.extend(_text_source(test.mode, test.text, sps) for test in tests if test.mode != "exact")
    return union(arms)


def _text_source(mode: str, text: str, sps: Sequence[int]) -> Source:
    if mode != "contains":
        return _found("string", sps, _within("text", text), exact=True)
    found, sp = phrases_holding([text]), _sp(sps)
    return Source(
        Sql(
            f"SELECT s.res AS res FROM ({found.text}) f CROSS JOIN string s ON s.sp {sp.text} AND s.text = f.text",
            found.values + sp.values,
        ),
        exact=True,
    )


def _uri_condition(tests: Sequence[asked.UriTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    return _own([each for test in tests for each in _uri_tests(test, "v.low")], sps, held)


def _uri_source(tests: Sequence[asked.UriTest], sps: Sequence[int], _: World) -> Source:
    holding = [_text_source("contains", test.uri, sps) for test in tests if test.mode == "contains"]
    others = [each for test in tests if test.mode != "contains" for each in _uri_tests(test, "text")]
    return union([*holding, *(_found("string", sps, each, exact=True) for each in others)])


def _uri_tests(test: asked.UriTest, column: str) -> Sequence[Sql]:
    match test.mode:
        case "equal":
            return [Sql(f"{column} = ?", (test.uri,))]
        case "contains":
            return [Sql(f"instr({column}, ?)", (test.uri,))]
        case "starts":
            return [_within(column, test.uri)]
        case "below":
            root = test.uri if test.uri.endswith("/") else test.uri + "/"
            return [Sql(f"{column} = ?", (test.uri,)), _within(column, root)]
        case "above":
            cuts = [at for at, each in enumerate(test.uri) if each == "/"]
            roots = {test.uri, *(test.uri[:at] for at in cuts), *(test.uri[: at + 1] for at in cuts)}
            same = one_of(sorted(roots))
            return [Sql(f"{column} {same.text}", same.values)]


def _passage_condition(tests: Sequence[asked.TextTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    sp = _sp(sps)
    fits = any_of([Sql(" AND ".join("instr(p.text, ?)" for _ in test.words) or "1", test.words) for test in tests])
    return Sql(
        f"EXISTS (SELECT 1 FROM passage v CROSS JOIN phrase p ON p.id = v.phrase WHERE v.res = {held.res} "
        f"AND v.sp {sp.text} AND {fits.text})",
        sp.values + fits.values,
    )


def _passage_source(tests: Sequence[asked.TextTest], sps: Sequence[int], _: World) -> Source:
    sp, arms = _sp(sps), []
    for test in tests:
        found = phrases_holding(test.words)
        text = f"SELECT x.res AS res FROM ({found.text}) f CROSS JOIN passage x ON x.phrase = f.id AND x.sp {sp.text}"
        arms.append(Source(Sql(text, found.values + sp.values), exact=True))
    return union(arms)


# References


def _reference_parts(tests: Sequence[asked.ReferenceTest], world: World) -> tuple[list[int], list[int]]:
    """The numbers of targets, and hashes for what is asked by URL or with a version."""
    targets, hashes = [], []
    for test in tests:
        if test.url:
            hashes.append(hash_of("u", test.url, *([test.version] if test.version else [])))
            continue
        for each in (test.type,) if test.type else world.names.types():
            if test.version:
                hashes.append(hash_of("v", each, test.id, test.version))
            elif test.id and (target := world.names.resource(Key(each, test.id))) is not None:
                targets.append(target)
    return list(dict.fromkeys(targets)), list(dict.fromkeys(hashes))


def _reference_condition(tests: Sequence[asked.ReferenceTest], sps: Sequence[int], held: Held, world: World) -> Sql:
    targets, hashes = _reference_parts(tests, world)
    parts = [_hashed_condition(hashes, sps, held)]
    if targets:
        same = one_of(targets)
        parts.append(_exists("reference", sps, Sql(f"v.target {same.text} AND v.res = {held.res}", same.values)))
    return any_of(parts)


def _reference_source(tests: Sequence[asked.ReferenceTest], sps: Sequence[int], world: World) -> Source:
    targets, hashes = _reference_parts(tests, world)
    arms = [_hashed_source(hashes, sps)] if hashes else []
    if targets:
        same = one_of(targets)
        arms.append(_found("reference", sps, Sql(f"target {same.text}", same.values), exact=True))
    return union(arms)


# Dates, numbers, quantities, places


def _date_condition(tests: Sequence[DateTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    return _own([span_condition(test.prefix, test.low, test.high, "v.low", "v.high") for test in tests], sps, held)


def _date_source(tests: Sequence[DateTest], sps: Sequence[int], _: World) -> Source | None:
    ranges = [range_of(test.prefix, test.low, test.high, WIDE_DATE) for test in tests]
    if None in ranges:
        return None
    return union(source for each in ranges if each is not None for source in each.sources(sps, [NO_UNIT]))


def _amount(tests: Sequence[Any], sps: Sequence[int], held: Held, _: World) -> Sql:
    fits = any_of([amount_condition(test) for test in tests])
    return _exists("amount", sps, Sql(f"v.item = {held.item} AND {fits.text}", fits.values))


def _number_source(tests: Sequence[asked.NumberTest], sps: Sequence[int], _: World) -> Source | None:
    arms = [number_source(test, sps) for test in tests]
    return None if None in arms else union(each for each in arms if each is not None)


def _quantity_source(tests: Sequence[asked.QuantityTest], sps: Sequence[int], world: World) -> Source | None:
    arms = [quantity_source(test, sps, world) for test in tests]
    return None if None in arms else union(each for each in arms if each is not None)


def _near_condition(tests: Sequence[asked.NearTest], sps: Sequence[int], held: Held, _: World) -> Sql:
    return _own(
        [Sql("metres(v.low, v.high, ?, ?) <= ?", (test.latitude, test.longitude, test.metres)) for test in tests],
        sps,
        held,
    )


def _near_source(tests: Sequence[asked.NearTest], sps: Sequence[int], _: World) -> Source:
    return union(_found("place", sps, _box(test)) for test in tests)


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


MATCHINGS: Mapping[type[Test], Matching] = {
    asked.TokenTest: Matching("t", _token_condition, _token_source),
    asked.TokenTextTest: Matching(SHOWN, _shown_condition, _shown_source),
    asked.ReferenceTest: Matching("r", _reference_condition, _reference_source),
    asked.ReferenceIdentifierTest: Matching(IDENTIFIER, _identifier_condition, _identifier_source),
    asked.StringTest: Matching("s", _string_condition, _string_source),
    asked.UriTest: Matching("u", _uri_condition, _uri_source),
    asked.DateTest: Matching("d", _date_condition, _date_source),
    asked.NumberTest: Matching("n", _amount, _number_source),
    asked.QuantityTest: Matching("q", _amount, _quantity_source),
    asked.NearTest: Matching("p", _near_condition, _near_source),
    asked.TextTest: Matching("x", _passage_condition, _passage_source),
}
"""Every class of tests but CompositeTest, which is made of the others."""
