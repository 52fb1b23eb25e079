"""What a value set is composed of (https://hl7.org/fhir/R4/valueset.html#compositions)."""

from __future__ import annotations

from typing import Any

import pytest

from terminology.limits import Limits
from tests.terminology.engine.world import (
    EXPAND,
    IN_VALUE_SET,
    code_system,
    codes,
    concept,
    entries,
    expand,
    judged,
    listing,
    refusal,
    run,
    service,
    stated,
    valid,
    value_set,
    where,
)

A, B, SET = "http://example.org/a", "http://example.org/b", "http://example.org/vs"
_A = code_system(A, "1", "2", concept("3", inactive=True), "4")
_B = code_system(B, "1", "x")


def _set(name: str, *include: dict[str, Any], **more: Any) -> dict[str, Any]:
    return value_set(f"{SET}/{name}", *include, **more)


def test_includes_are_joined_in_their_order_and_each_code_stands_once() -> None:
    asked = service(_A, _B, _set("v", listing(A, "2", "1"), {"system": B}, {"system": A}))
    found = [(each["system"], each["code"]) for each in entries(expand(asked, f"{SET}/v"))]
    assert found == [(A, "2"), (A, "1"), (B, "1"), (B, "x"), (A, "3"), (A, "4")]


def test_an_exclude_takes_codes_away_from_all_includes() -> None:
    asked = service(_A, _B, _set("v", {"system": A}, {"system": B}, exclude=[listing(A, "1"), listing(B, "x", "9")]))
    assert codes(asked, f"{SET}/v") == ["2", "3", "4", "1"]
    assert not valid(asked, f"{SET}/v", "1", A)
    assert valid(asked, f"{SET}/v", "1", B)


def test_value_sets_within_one_include_are_intersected_and_within_several_joined() -> None:
    one, two = _set("one", listing(A, "1", "2")), _set("two", listing(A, "2", "3"))
    both = _set("both", {"valueSet": [one["url"], two["url"]]})
    either = _set("either", {"valueSet": [one["url"]]}, {"valueSet": [two["url"]]})
    within = _set("within", listing(A, "2", "4", valueSet=[two["url"]]))
    asked = service(_A, one, two, both, either, within)
    assert codes(asked, both["url"]) == ["2"]
    assert codes(asked, either["url"]) == ["1", "2", "3"]
    assert codes(asked, within["url"]) == ["2"]


def test_an_exclude_may_name_value_sets() -> None:
    asked = service(
        _A, _set("one", listing(A, "1", "2")), _set("v", {"system": A}, exclude=[{"valueSet": [f"{SET}/one"]}])
    )
    assert codes(asked, f"{SET}/v") == ["3", "4"]
    assert not valid(asked, f"{SET}/v", "1", A)
    assert valid(asked, f"{SET}/v", "4", A)


def test_a_contained_value_set_is_named_by_its_id_also_from_beside_it() -> None:
    inner = {**value_set("", listing(A, "1")), "id": "inner"}
    beside = {**value_set("", {"valueSet": ["#inner"]}), "id": "beside"}
    asked = service(_A, _set("v", {"valueSet": ["#beside"]}, contained=[inner, beside]))
    assert codes(asked, f"{SET}/v") == ["1"]
    assert valid(asked, f"{SET}/v", "1", A)
    assert not valid(asked, f"{SET}/v", "2", A)


def test_a_value_set_that_is_not_held_is_named() -> None:
    asked = service(_A, _set("v", {"valueSet": [f"{SET}/none|3"]}))
    assert refusal(asked, EXPAND, url=f"{SET}/v") == f"Unable to find included value set '{SET}/none' version '3'"
    answer = run(asked, IN_VALUE_SET, url=f"{SET}/v", code="1", system=A)
    assert stated(answer, "message") == [f"A definition for the value Set '{SET}/none|3' could not be found"]
    assert not judged(answer)


def test_value_sets_that_include_each_other_are_refused_with_the_way_round() -> None:
    asked = service(_A, _set("a", {"valueSet": [f"{SET}/b"]}), _set("b", {"valueSet": [f"{SET}/a"]}))
    expected = f"Found a circularity pointing to {SET}/a processing ValueSet with pathway [{SET}/a, {SET}/b]"
    assert refusal(asked, EXPAND, url=f"{SET}/a") == expected
    assert refusal(asked, IN_VALUE_SET, url=f"{SET}/a", code="1", system=A) == expected


def test_contained_value_sets_that_include_each_other_are_refused() -> None:
    rows = [{**value_set("", {"valueSet": [f"#{other}"]}), "id": own} for own, other in ("ab", "ba")]
    asked = service(_A, _set("v", {"valueSet": ["#a"]}, contained=rows))
    assert "nests more than 30 value sets" in refusal(asked, EXPAND, url=f"{SET}/v")


def test_nesting_has_a_limit() -> None:
    sets = [_set("0", {"system": A}), *(_set(str(i), {"valueSet": [f"{SET}/{i - 1}"]}) for i in range(1, 6))]
    assert codes(service(_A, *sets), f"{SET}/5") == ["1", "2", "3", "4"]
    asked = service(_A, *sets, limits=Limits(nested_value_sets=5))
    assert refusal(asked, EXPAND, url=f"{SET}/5") == f"The value set '{SET}/0' nests more than 5 value sets"


def test_naming_the_same_value_sets_on_every_level_costs_no_more_than_once() -> None:
    sets = [_set(f"0{half}", {"system": A}) for half in "ab"]
    for level in range(1, 28):
        rows = [{"valueSet": [f"{SET}/{level - 1}{half}"]} for half in "ab"]
        sets += [_set(f"{level}{half}", *rows) for half in "ab"]
    asked = service(_A, *sets)
    assert codes(asked, f"{SET}/27a") == ["1", "2", "3", "4"]
    assert valid(asked, f"{SET}/27a", "1", A)
    assert not valid(asked, f"{SET}/27a", "9", A)


def test_thousands_of_includes_are_compared_quickly() -> None:
    system = code_system(A, *(f"c{index}" for index in range(4_000)))
    rows = [listing(A, f"c{index}") for index in range(4_000)]
    asked = service(system, _set("v", *rows, exclude=rows[1:]))
    assert codes(asked, f"{SET}/v") == ["c0"]


@pytest.mark.parametrize(("inactive", "expected"), [(True, ["1", "2", "3", "4"]), (False, ["1", "2", "4"])])
def test_a_compose_may_leave_out_inactive_concepts(inactive: bool, expected: list[str]) -> None:
    asked = service(_A, _set("v", {"system": A}, inactive=inactive), _set("w", {"valueSet": [f"{SET}/v"]}))
    for url in (f"{SET}/v", f"{SET}/w"):
        assert codes(asked, url) == expected
        assert valid(asked, url, "3", A) is inactive


def test_what_leaves_out_inactive_concepts_leaves_out_those_of_value_sets_within() -> None:
    asked = service(_A, _set("v", {"system": A}), _set("w", {"valueSet": [f"{SET}/v"]}, inactive=False))
    assert codes(asked, f"{SET}/w") == ["1", "2", "4"]
    assert not valid(asked, f"{SET}/w", "3", A)
    assert valid(asked, f"{SET}/w", "4", A)


def test_a_part_that_names_nothing_selects_nothing() -> None:
    asked = service(_A, _set("v", {"version": "1"}), _set("w", {"system": A}, exclude=[{"version": "1"}]))
    assert codes(asked, f"{SET}/v") == []
    assert not valid(asked, f"{SET}/v", "1", A)
    assert codes(asked, f"{SET}/w") == ["1", "2", "3", "4"]
    assert valid(asked, f"{SET}/w", "1", A)


def test_listed_codes_that_the_code_system_does_not_know_are_no_members() -> None:
    asked = service(_A, _set("v", listing(A, "1", "77")))
    assert codes(asked, f"{SET}/v") == ["1"]
    assert not valid(asked, f"{SET}/v", "77", A)


def test_the_value_set_of_all_codes_of_a_system_need_not_be_written() -> None:
    assert codes(service(_A), f"{A}/vs") == ["1", "2", "3", "4"]


def test_a_locked_date_is_refused() -> None:
    locked = _set("v", {"system": A})
    locked["compose"]["lockedDate"] = "2020-01-01"
    expected = f"Cannot process ValueSet {SET}/v due to the presence of a lockedDate on the compose"
    assert refusal(service(_A, locked), EXPAND, url=f"{SET}/v") == expected


@pytest.mark.parametrize(
    ("system", "good", "bad"),
    [
        ("http://unitsofmeasure.org", "mg/dL", "milligram"),
        ("urn:ietf:bcp:47", "zh-Hans-CN", "zh_CN"),
        ("urn:ietf:bcp:13", "text/plain", "text"),
        ("urn:iso:std:iso:3166", "CN", "XX1"),
    ],
)
def test_codes_of_grammars_and_public_lists_can_be_judged(system: str, good: str, bad: str) -> None:
    asked = service(_set("all", {"system": system}), _set("listed", listing(system, good)))
    for url in (f"{SET}/all", f"{SET}/listed"):
        assert valid(asked, url, good, system)
        assert not valid(asked, url, bad, system)
    assert codes(asked, f"{SET}/listed") == [good]


def test_a_grammar_cannot_be_listed_but_filtered() -> None:
    units = where("http://unitsofmeasure.org", ("code", "regex", "m.*"))
    asked = service(_set("v", units), _set("m", {"system": "urn:ietf:bcp:13"}))
    assert valid(asked, f"{SET}/v", "mg", "http://unitsofmeasure.org")
    assert not valid(asked, f"{SET}/v", "kg", "http://unitsofmeasure.org")
    assert "follow a grammar and cannot be listed" in refusal(asked, EXPAND, url=f"{SET}/m")
