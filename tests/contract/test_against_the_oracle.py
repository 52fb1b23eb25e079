"""Random resources and criteria: a store answers as the plain evaluation in memory does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Query, SortKey
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Change, Key, Version
from fhir_kernel.store.values import (
    EARLIEST,
    LATEST,
    CompositeValue,
    DateValue,
    NumberValue,
    PositionValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TextValue,
    TokenValue,
    UriValue,
)
from tests.contract.world import DAY, later, microseconds, put

pytestmark = pytest.mark.anyio

TYPES = ("A", "B")
IDS = ("1", "2", "a-b")
PREFIXES = st.sampled_from(["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"])

words = st.text(alphabet="ab 张建国.|é", max_size=6)
systems, codes = st.sampled_from(["", "s", "http://s|x"]), st.sampled_from(["a", "b", "s|a", ""])
ids = st.sampled_from(IDS)
types = st.sampled_from(TYPES)
uris = st.sampled_from(["a", "a/", "a/b", "a/b/c", "a/bc", "urn:x", "urn:x:y"])
decimals = st.decimals(-1000, 1000, places=2) | st.sampled_from([Decimal("1e30"), Decimal("1.0000000000000000000001")])
instants = st.sampled_from([EARLIEST, -5 * DAY, 0, 1, DAY - 1, DAY, DAY + 1, 2 * DAY, 40 * DAY, LATEST])


@st.composite
def spans(draw):
    low, high = sorted((draw(instants), draw(instants)))
    return (low, high) if low < high else (low - 1, high)


@st.composite
def numbers(draw):
    value, half = draw(decimals), draw(st.sampled_from([Decimal(0), Decimal("0.005"), Decimal("0.5"), Decimal(50)]))
    ends = draw(st.sampled_from([(value - half, value + half), (value, Decimal("Infinity"))]))
    return NumberValue(value, *ends)


tokens = st.builds(TokenValue, systems, codes, words, st.sampled_from(["", "", "t|MR"]))
references = (
    st.builds(lambda t, i, v: ReferenceValue(t, i, version=v), types, ids, st.sampled_from(["", "", "1"]))
    | st.builds(lambda url, version: ReferenceValue(url=url, version=version), uris, st.sampled_from(["", "1"]))
    | st.builds(lambda token: ReferenceValue(identifier=token), tokens)
)
quantities = st.builds(
    lambda n, s, c, u, k, kc: QuantityValue(n, s, c, u, k, kc if k is not None else ""),
    numbers(),
    st.sampled_from(["", "ucum"]),
    st.sampled_from(["", "mg", "g"]),
    st.sampled_from(["", "mg"]),
    st.none() | numbers(),
    st.sampled_from(["g", "m"]),
)
places = st.builds(PositionValue, st.floats(-90, 90), st.floats(-180, 180))
dates = spans().map(lambda ends: DateValue(*ends))
VALUES = {
    "token": tokens,
    "reference": references,
    "string": words.map(lambda each: StringValue(each.casefold(), each)),
    "uri": uris.map(UriValue),
    "date": dates,
    "number": numbers(),
    "quantity": quantities,
    "near": places,
    "_text": words.map(TextValue),
    "pair": st.builds(
        lambda left, right: CompositeValue((tuple(left), tuple(right))),
        st.lists(tokens, max_size=2),
        st.lists(dates, max_size=2),
    ),
}


def _maybe(strategy):
    return st.none() | strategy


@st.composite
def number_tests(draw):
    number = draw(numbers())
    return asked.NumberTest(draw(PREFIXES), number.value, number.low, number.high)


token_tests = st.builds(asked.TokenTest, _maybe(systems), _maybe(codes), st.sampled_from([None, None, "t|MR"]))
date_tests = st.builds(lambda prefix, ends: asked.DateTest(prefix, *ends), PREFIXES, spans())
written = st.tuples(st.integers(-2, 9), st.sampled_from([1, 1000, 10**9])).map(
    lambda given: tuple(microseconds(later(given[0])) + each for each in (0, given[1]))
)
updated = st.builds(lambda prefix, ends: asked.Updated(asked.DateTest(prefix, *ends)), PREFIXES, written)
TESTS = {
    "token": token_tests | words.filter(bool).map(asked.TokenTextTest),
    "reference": st.builds(
        lambda t, i, v: asked.ReferenceTest(t, i, version=v),
        st.sampled_from(["", *TYPES]),
        ids,
        st.sampled_from(["", "1"]),
    )
    | st.builds(lambda url, v: asked.ReferenceTest(url=url, version=v), uris, st.sampled_from(["", "1"]))
    | token_tests.map(asked.ReferenceIdentifierTest),
    "string": st.builds(asked.StringTest, st.sampled_from(["starts", "contains", "exact", "equal", "ends"]), words),
    "uri": st.builds(asked.UriTest, st.sampled_from(["equal", "below", "above", "contains", "starts"]), uris),
    "date": date_tests,
    "number": number_tests(),
    "quantity": st.builds(
        lambda n, s, c, k: asked.QuantityTest(n, s, c, k, "g" if k is not None else ""),
        number_tests(),
        st.sampled_from([None, "", "ucum"]),
        st.sampled_from([None, "", "mg", "g"]),
        _maybe(number_tests()),
    ),
    "near": st.builds(
        asked.NearTest, st.floats(-90, 90), st.floats(-180, 180), st.sampled_from([0.0, 1e3, 1e6, 2.1e7])
    ),
    "_text": st.lists(words.filter(bool), max_size=2).map(lambda each: asked.TextTest(tuple(each))),
    "pair": st.builds(lambda left, right: asked.CompositeTest((left, right)), token_tests, date_tests),
}

matches = st.sampled_from(sorted(TESTS)).flatmap(
    lambda code: st.lists(TESTS[code], min_size=1, max_size=3).map(lambda tests: asked.Match(code, tuple(tests)))
)
simple = (
    matches
    | st.sampled_from([*VALUES, "unknown"]).map(asked.Missing)
    | st.sets(ids).map(lambda each: asked.WithId(frozenset(each)))
    | updated
)
criteria = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: asked.All(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: asked.Some(tuple(parts)))
        | inner.map(asked.Not)
        | st.builds(lambda t, part: asked.OfTypes(tuple(t), part), st.lists(types, max_size=2), inner)
        | st.builds(lambda t, part: asked.Chain("reference", tuple(t), part), st.lists(types, max_size=2), inner)
        | st.builds(lambda t, part: asked.Has(t, "reference", part), types, inner)
    ),
    max_leaves=4,
)
sorts = st.lists(
    st.builds(SortKey, st.sampled_from([*sorted(VALUES), "_id", "_lastUpdated", "unknown"]), st.booleans()), max_size=2
)
resources = st.lists(
    st.tuples(
        types,
        ids,
        st.fixed_dictionaries({}, optional={code: st.lists(each, max_size=2) for code, each in VALUES.items()}),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def of_kind(code):
    """Resources that have values of one parameter alone, and tests of it."""
    values = st.lists(VALUES[code], min_size=1, max_size=2).map(lambda each: {code: each})
    drawn = st.lists(st.tuples(types, ids, values, st.just(False)), min_size=1, max_size=5)
    return st.tuples(st.just(code), drawn, st.lists(TESTS[code], min_size=2, max_size=6))


def _renamed(criterion, suffix):
    """The same, of types of one example alone, since all share one store."""
    match criterion:
        case asked.Match(parameter, tests):
            return asked.Match(parameter, tuple(_renamed_test(each, suffix) for each in tests))
        case asked.Chain(parameter, of, part):
            return asked.Chain(parameter, tuple(each + suffix for each in of), _renamed(part, suffix))
        case asked.Has(of, parameter, part):
            return asked.Has(of + suffix, parameter, _renamed(part, suffix))
        case asked.All(parts):
            return asked.All(tuple(_renamed(each, suffix) for each in parts))
        case asked.Some(parts):
            return asked.Some(tuple(_renamed(each, suffix) for each in parts))
        case asked.Not(part):
            return asked.Not(_renamed(part, suffix))
    return criterion


def _renamed_test(test, suffix):
    return replace(test, type=test.type + suffix) if isinstance(test, asked.ReferenceTest) and test.type else test


def _renamed_value(value, suffix):
    return replace(value, type=value.type + suffix) if isinstance(value, ReferenceValue) and value.type else value


def _changes(drawn, suffix):
    """A version for each; a second one of the same resource follows, as a deletion if it is to be one."""
    last: dict[Key, int] = {}
    for at, (type_, id_, values, deleted) in enumerate(drawn):
        key = Key(type_ + suffix, id_)
        last[key] = last.get(key, 0) + 1
        gone = deleted and last[key] > 1
        version = Version(key, last[key], later(at), "DELETE" if gone else "PUT", None if gone else b"{}")
        kept = {code: [_renamed_value(value, suffix) for value in each] for code, each in values.items()}
        yield Change(version, {} if gone else kept)


async def _walk(store, query):
    while True:
        page = await store.search(query)
        yield list(page.keys), page.total
        if page.last is None:
            return
        query = replace(query, after=page.last)


NUMBERS = count()
SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@settings(SETTINGS, max_examples=120)
@given(drawn=resources, found=st.lists(st.tuples(criteria, sorts), min_size=1, max_size=4), size=st.integers(1, 4))
async def test_a_store_answers_as_the_oracle_does(store, drawn, found, size):
    await _compare(store, drawn, found, size)


@settings(SETTINGS, max_examples=300)
@given(case=st.sampled_from(sorted(TESTS)).flatmap(of_kind), descending=st.booleans())
async def test_values_of_each_kind_are_found_as_the_oracle_finds_them(store, case, descending):
    code, drawn, tests = case
    matches = [asked.Match(code, (test,)) for test in tests] + [asked.Match(code, tuple(tests))]
    sort = [SortKey(code, descending)]
    await _compare(store, drawn, [(each, sort) for match in matches for each in (match, asked.Not(match))], 3)


async def _compare(store, drawn, found, size):
    suffix, oracle = f"x{next(NUMBERS)}", MemoryStore()
    changes = list(_changes(drawn, suffix))
    await put(store, *changes)
    await put(oracle, *changes)
    for criterion, sort in found:
        for of in (("A" + suffix,), ("B" + suffix, "A" + suffix)):
            query = Query(of, _renamed(criterion, suffix), tuple(sort), count=size, total=True)
            assert [page async for page in _walk(store, query)] == [page async for page in _walk(oracle, query)]
        assert await store.count(of[0], query.criterion) == await oracle.count(of[0], query.criterion)
