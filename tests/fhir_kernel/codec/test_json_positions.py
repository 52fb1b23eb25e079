"""Places in JSON: what is found by stepping over values is what a full reading finds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_kernel.codec.json_positions import json_positions
from fhir_kernel.codec.json_tolerant import tolerant_positions
from fhir_kernel.codec.limits import DEFAULT_LIMITS, Limits
from fhir_kernel.errors import CodecError, LimitExceeded

NAMES = (
    "name",
    "_name",
    "value",
    "_value",
    "valueQuantity",
    "_valueString",
    "valuable",
    "a",
    'q"',
    "b\\",
    "n\tx",
    "中",
)
STEPS = ("name", "value", "valueQuantity", "a", "a.ofType(Quantity)", "missing")

_strings = st.text(st.sampled_from('a"\\{}[],: /\n\t中😀\u2028'), max_size=6)
_leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _strings


def _object_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[tuple[str, Any], ...]]:
    """An object as a tuple of its members, in which a name may stand twice."""
    return st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=4).map(tuple)


_values: st.SearchStrategy[Any] = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=3) | _object_of(inner), max_leaves=20
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A JSON object, white space and escapes wherever they may stand."""
    gaps = draw(st.lists(st.sampled_from(["", "", " ", "\n", "\r\n\t "]), min_size=1, max_size=5))
    turn, escaped = iter(range(10**9)), draw(st.booleans())

    def gap() -> str:
        return gaps[next(turn) % len(gaps)]

    def key(name: str) -> str:
        return text(name).replace("a", "\\u0061") if escaped else text(name)

    def text(value: Any) -> str:
        if isinstance(value, tuple):
            rows = [f"{gap()}{key(name)}{gap()}:{gap()}{text(each)}{gap()}" for name, each in value]
            return "{" + (",".join(rows) or gap()) + "}"
        if isinstance(value, list):
            return "[" + (",".join(f"{gap()}{text(each)}{gap()}" for each in value) or gap()) + "]"
        return json.dumps(value, ensure_ascii=escaped)

    return gap() + text(draw(_object_of(_values))) + gap()


def locations(value: Any, at: str = "Basic") -> Iterator[str]:
    """The locations of all that stands in `value`, and some in which nothing stands."""
    yield at
    for step in STEPS:
        yield f"{at}.{step}"
    for name, each in value.items() if isinstance(value, dict) else ():
        inner = f"{at}.{name.removeprefix('_')}"
        rows = each if isinstance(each, list) else [each]
        for index, row in enumerate(rows):
            yield from locations(row, f"{inner}[{index}]")
        yield f"{inner}[{len(rows)}].value"


@settings(max_examples=300, deadline=None)
@given(texts())
def test_every_place_is_the_one_that_a_full_reading_finds(text: str) -> None:
    quick, full = json_positions(text), tolerant_positions(text, DEFAULT_LIMITS)
    for location in locations(json.loads(text)):
        assert quick.find(location) == full.find(location), location


@pytest.mark.parametrize("opening", ['{"a":', '{"a":[', '{"b":[[],{}],\n"a":['])
@pytest.mark.parametrize("depth", [1, 5, 6, 7, 8, 13, 100])
def test_nesting_of_any_depth_is_stepped_over_and_into(opening: str, depth: int) -> None:
    closing = "]}" if opening.endswith("[") else "}"
    text = opening * depth + '"]}\\""' + closing * depth
    text = f'{{"before": {text}, "a": {text},\n "after": 1}}'
    quick, full = json_positions(text), tolerant_positions(text, DEFAULT_LIMITS)
    for location in ["Basic.before", "Basic.after", *("Basic" + ".a" * n for n in range(1, depth + 2))]:
        assert quick.find(location) == full.find(location)


def test_columns_count_characters_and_lines_end_at_line_feeds() -> None:
    positions = json_positions('\ufeff{"a": "中😀\u2028", "b": 1,\r\n "\\u0063": 2}'.encode())
    assert positions.find("Basic.a") == (1, 7)
    assert positions.find("Basic.b") == (1, 19)
    assert positions.find("Basic.c") == (2, 12)


def test_of_a_property_that_stands_twice_the_second_is_found() -> None:
    assert json_positions('{"a": 1, "a": [2, 3]}').find("Basic.a[1]") == (1, 19)


def test_what_is_not_json_is_found_too() -> None:
    assert json_positions('{"a": 1, // one\n b: [2 {"c": 3}]}').find("Basic.b[1].c") == (2, 14)


@pytest.mark.parametrize("text", ["", "[]", '{"a":', '"x"', "{} {}"])
def test_where_there_is_no_object_there_are_no_places(text: str) -> None:
    with pytest.raises(CodecError):
        json_positions(text)


def test_a_text_beyond_the_size_limit_is_refused() -> None:
    with pytest.raises(LimitExceeded):
        json_positions('{"a": 1}', limits=Limits(max_bytes=4))
