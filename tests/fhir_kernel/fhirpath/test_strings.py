"""Strings and regular expressions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.errors import FhirPathEvaluationError, LimitExceeded
from fhir_kernel.fhirpath.functions.strings import FUNCTIONS
from fhir_kernel.fhirpath.regex import matches, matches_full, replace_matches


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'abc'.indexOf('c')", [2]),
        ("'abcabc'.lastIndexOf('b')", [4]),
        ("'12345'.substring(2, 2)", ["34"]),
        ("'12345'.substring(9)", []),
        ("'abc'.startsWith('')", [True]),
        ("'abc'.endsWith('bc')", [True]),
        ("'abc'.contains('d')", [False]),
        ("'Ab'.upper() & 'Ab'.lower()", ["ABab"]),
        ("'a.b'.replace('.', '')", ["ab"]),
        ("' a '.trim()", ["a"]),
        ("'abc'.toChars()", ["a", "b", "c"]),
        ("'a,,b'.split(',')", ["a", "", "b"]),
        ("name.use.join('-')", ["official-usual-maiden"]),
        ("'数据'.length()", [2]),
        ("'ab'.matches('^[a-z]+$')", [True]),
        ("'abc'.matches('b')", [True]),
        ("'abc'.matchesFull('b')", [False]),
        ("'ABC'.matches('b', 'i')", [True]),
        ("'11/30/1972'.replaceMatches('(\\\\d+)/(\\\\d+)/(\\\\d+)', '$2-$1-$3')", ["30-11-1972"]),
        ("'a' & {}", ["a"]),
        ("'a' + {}", []),
        ("'test'.encode('hex')", ["74657374"]),
        ("'<a>'.escape('html')", ["&lt;a&gt;"]),
        ("'a'.encode('rot13')", []),
        ("{}.length()", []),
        ("'abc'.startsWith({})", []),
        ("gender.startsWith('m')", [True]),
    ],
)
def test_strings(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


@given(st.text(max_size=40), st.sampled_from(["hex", "base64", "urlbase64", "url"]))
def test_decode_undoes_encode(text: str, how: str) -> None:
    encode, decode = FUNCTIONS["encode"].on_value, FUNCTIONS["decode"].on_value
    assert encode is not None
    assert decode is not None
    assert decode(encode(text, how), how) == text


@given(st.text(max_size=40), st.sampled_from(["html", "json"]))
def test_unescape_undoes_escape(text: str, target: str) -> None:
    escape, unescape = FUNCTIONS["escape"].on_value, FUNCTIONS["unescape"].on_value
    assert escape is not None
    assert unescape is not None
    assert unescape(escape(text, target), target) == text


def test_a_number_is_no_string(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="String"):
        run("1.startsWith('1')")


def test_what_is_not_encoded_so_cannot_be_decoded(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="base64"):
        run("'%%%'.decode('base64')")


def test_a_dot_matches_line_ends() -> None:
    assert matches_full("a\nb", "a.b")


def test_a_bad_pattern_is_an_error() -> None:
    with pytest.raises(FhirPathEvaluationError, match="regular expression"):
        matches("a", "(")


def test_a_pattern_that_never_ends_is_stopped() -> None:
    with pytest.raises(LimitExceeded):
        matches("a" * 60 + "b", "(a|aa)+$")


def test_replacements_stay_within_their_limit(run: Any) -> None:
    bomb = "'" + "a" * 2000 + "'"
    with pytest.raises(LimitExceeded):
        run(f"{bomb}.replace('a', {bomb}).replace('a', {bomb})")


def test_an_empty_pattern_replaces_nothing() -> None:
    assert replace_matches("abc", "", "x") == "abc"
