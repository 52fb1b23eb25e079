"""Codes of listed code systems."""

from __future__ import annotations

import pytest

from terminology.checks import Verdict
from tests.terminology.world import HOME, ask, code_system, codes_of


def test_a_code_of_a_complete_system_is_in_and_any_other_is_out() -> None:
    codes = codes_of(code_system("fruit", "apple", {"code": "citrus", "concept": [{"code": "lemon"}]}))
    assert ask(codes, "lemon", "fruit").in_system is Verdict.IN
    out = ask(codes, "cabbage", "fruit")
    assert out.in_system is Verdict.OUT
    assert out.reason == f"'cabbage' is not a code of {HOME}/cs/fruit"


@pytest.mark.parametrize("content", ["fragment", "example"])
def test_a_code_missing_from_an_incomplete_system_cannot_be_told(content: str) -> None:
    codes = codes_of(code_system("fruit", "apple", content=content))
    assert ask(codes, "apple", "fruit").in_system is Verdict.IN
    unknown = ask(codes, "pear", "fruit")
    assert unknown.in_system is Verdict.UNKNOWN
    assert content in unknown.reason
    assert f"{HOME}/cs/fruit" in unknown.reason


@pytest.mark.parametrize("content", ["complete", "not-present"])
def test_a_system_without_concepts_cannot_tell(content: str) -> None:
    answer = ask(codes_of(code_system("empty", content=content)), "x", "empty")
    assert answer.in_system is Verdict.UNKNOWN
    assert f"{HOME}/cs/empty" in answer.reason


def test_a_system_that_is_not_loaded_cannot_tell_and_is_named() -> None:
    answer = ask(codes_of(), "x", "http://nowhere.example/cs")
    assert answer.in_system is Verdict.UNKNOWN
    assert "http://nowhere.example/cs" in answer.reason


def test_case_matters_only_where_the_system_says_so() -> None:
    sensitive = codes_of(code_system("fruit", "apple"))
    assert ask(sensitive, "Apple", "fruit").in_system is Verdict.OUT
    insensitive = codes_of(code_system("fruit", "apple", caseSensitive=False))
    answer = ask(insensitive, "Apple", "fruit")
    assert answer.in_system is Verdict.IN
    assert "'apple'" in answer.reason


def test_a_version_that_is_not_loaded_cannot_tell_and_names_the_one_that_is() -> None:
    codes = codes_of(code_system("fruit", "apple", version="2"))
    assert ask(codes, "apple", "fruit", version="2").in_system is Verdict.IN
    unknown = ask(codes, "apple", "fruit", version="3")
    assert unknown.in_system is Verdict.UNKNOWN
    assert "loaded: 2" in unknown.reason


def test_abstract_and_inactive_concepts_are_marked() -> None:
    codes = codes_of(
        code_system(
            "fruit",
            {"code": "citrus", "property": [{"code": "notSelectable", "valueBoolean": True}]},
            {"code": "medlar", "property": [{"code": "status", "valueCode": "retired"}]},
            {"code": "quince", "property": [{"code": "gone", "valueBoolean": True}]},
            property=[{"code": "gone", "uri": "http://hl7.org/fhir/concept-properties#inactive", "type": "boolean"}],
        )
    )
    assert ask(codes, "citrus", "fruit").abstract
    assert ask(codes, "medlar", "fruit").inactive
    assert ask(codes, "quince", "fruit").inactive
    assert not ask(codes, "quince", "fruit").abstract


def test_a_display_may_differ_in_case_and_space_or_be_a_designation() -> None:
    apple = {"code": "apple", "display": "Apple  tree", "designation": [{"language": "zh", "value": "苹果"}]}
    codes = codes_of(code_system("fruit", apple, "pear"))
    assert ask(codes, "apple", "fruit", display="apple tree").display_ok
    assert ask(codes, "apple", "fruit", display="苹果").display_ok
    wrong = ask(codes, "apple", "fruit", display="Pear")
    assert wrong.display_ok is False
    assert wrong.displays == ("Apple  tree", "苹果")
    assert ask(codes, "pear", "fruit", display="anything").display_ok is None


@pytest.mark.parametrize(
    ("slip", "right"), [("Apple", "apple"), ("aple", "apple"), ("Kumquat!", "kumquat"), ("Red one", "apple")]
)
def test_a_slip_gets_the_nearest_right_code(slip: str, right: str) -> None:
    codes = codes_of(code_system("fruit", {"code": "apple", "display": "Red one"}, "kumquat"))
    assert ask(codes, slip, "fruit").nearest[0] == right


def test_nothing_is_suggested_for_what_resembles_nothing() -> None:
    assert ask(codes_of(code_system("fruit", "apple")), "xyz", "fruit").nearest == ()


def test_a_code_of_any_length_is_answered() -> None:
    answer = ask(codes_of(code_system("fruit", "apple")), "x" * 100_000, "fruit")
    assert answer.in_system is Verdict.OUT


def test_a_code_without_system_or_value_set_cannot_be_told() -> None:
    assert ask(codes_of(), "x").in_system is Verdict.UNKNOWN


def test_the_reason_can_be_told_in_chinese() -> None:
    answer = ask(codes_of(code_system("fruit", "apple")), "cabbage", "fruit")
    assert answer.because is not None
    assert answer.because.text("zh") == f"“cabbage”不是 {HOME}/cs/fruit 中的代码"
