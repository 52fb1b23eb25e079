"""Text to tree and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.errors import FhirPathSyntaxError
from fhir_kernel.fhirpath.ast import Binary, Call, Expr, Indexer, Literal, Member, Special, TypeTest, Unary, Variable
from fhir_kernel.fhirpath.parser import parse
from fhir_kernel.fhirpath.values import CALENDAR_UNITS, Quantity

_NAMES = st.one_of(st.sampled_from(["name", "value", "is", "contains", "and", "div"]), st.text(min_size=1, max_size=6))
_NUMBERS = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=3)
_LITERALS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 2**31 - 1),
    _NUMBERS,
    st.text(max_size=8),
    st.builds(Quantity, _NUMBERS, st.sampled_from(["mg", "1", "[lb_av]"])),
    st.builds(Quantity, _NUMBERS, st.sampled_from(sorted(set(CALENDAR_UNITS.values()))), st.just(True)),
).map(Literal)
_LEAVES = st.one_of(
    _LITERALS,
    st.builds(Special, st.sampled_from(["this", "index", "total"])),
    st.builds(Variable, _NAMES),
    st.builds(Member, st.none(), _NAMES),
)


def _grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    operators = ["implies", "or", "and", "in", "=", "!~", "<=", "|", "+", "&", "div", "mod"]
    return st.one_of(
        st.builds(Binary, st.sampled_from(operators), inner, inner),
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(TypeTest, st.sampled_from(["is", "as"]), inner, st.sampled_from(["Quantity", "System.String"])),
        st.builds(Call, st.none() | inner, _NAMES, st.lists(inner, max_size=2).map(tuple)),
        st.builds(Member, inner, _NAMES),
        st.builds(Indexer, inner, inner),
    )


_TREES = st.recursive(_LEAVES, _grown, max_leaves=12)


@given(_TREES)
def test_what_a_tree_writes_parses_to_the_same_tree(tree: Expr) -> None:
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("a or b and c", "a or (b and c)"),
        ("a implies b or c", "a implies (b or c)"),
        ("1 | 1 is Integer", "1 | (1 is Integer)"),
        ("1 > 2 is Boolean", "1 > (2 is Boolean)"),
        ("-1.abs()", "-(1.abs())"),
        ("a.b in c | d", "(a.b) in (c | d)"),
        ("a // comment\n+ b /* more */", "a + b"),
    ],
)
def test_operators_bind_as_the_specification_says(text: str, same: str) -> None:
    assert parse(text) == parse(same)


def test_keywords_may_be_element_names() -> None:
    assert str(parse("expansion.contains.where(is.as(System.String))")) == (
        "expansion.`contains`.where(`is`.`as`(System.String))"
    )


def test_a_number_keeps_its_digits() -> None:
    tree = parse("1.500")
    assert isinstance(tree, Literal)
    assert str(tree.value) == "1.500"
    assert tree.value == Decimal("1.5")


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2 + 2 /", 7),
        ("2 + /* open", 4),
        ("name.'x'", 5),
        ("'open", 0),
        ("a b", 2),
        ("f(1,)", 4),
        ("@2015-13", 0),
        ("@T25:00", 0),
        ("'\\q'", 0),
        ("#", 0),
        ("a.and", 2),
        ("9" * 5000, 0),
    ],
)
def test_a_bad_expression_is_refused_with_its_place(text: str, offset: int) -> None:
    with pytest.raises(FhirPathSyntaxError) as caught:
        parse(text)
    assert caught.value.offset == offset


@pytest.mark.parametrize("text", ["(" * 5000 + "1" + ")" * 5000, "a" + ".b" * 5000, "-" * 5000 + "1", "a[" * 5000])
def test_an_expression_nested_too_deep_is_refused(text: str) -> None:
    with pytest.raises(FhirPathSyntaxError):
        parse(text)


def test_an_expression_that_is_too_long_is_refused() -> None:
    with pytest.raises(FhirPathSyntaxError, match="characters"):
        parse("a" * 200_000)


def test_a_long_chain_of_one_operator_is_not_deep() -> None:
    assert parse(" or ".join(["a = 1"] * 2000))
