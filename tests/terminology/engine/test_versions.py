"""Which versions are meant, by what a value set, a coding and the parameters say of them."""

from __future__ import annotations

from typing import Any

import pytest

from terminology.engine.versions import latest, version_matches
from tests.terminology.engine.world import (
    EXPAND,
    IN_CODE_SYSTEM,
    IN_VALUE_SET,
    code_system,
    codes,
    entries,
    expand,
    issues,
    judged,
    listing,
    refusal,
    run,
    service,
    stated,
    valid,
    value_set,
)

SYSTEM, SET = "http://example.org/cs", "http://example.org/vs"
_OLD = code_system(SYSTEM, "a", "b", version="1.0.0")
_MIDDLE = code_system(SYSTEM, "a", "c", version="1.2.0")
_NEW = code_system(SYSTEM, "a", "d", version="2.0.0")
_ALL = (_OLD, _MIDDLE, _NEW)


def _including(*versions: str | None, **more: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [{"system": SYSTEM} | ({"version": each} if each else {}) for each in versions]
    return value_set(SET, *rows, **more)


@pytest.mark.parametrize(
    ("asked", "held", "matches"),
    [
        ("1.0.0", "1.0.0", True),
        ("1.x.x", "1.0.0", True),
        ("1.x.x", "2.0.0", False),
        ("1.X.*", "1.4.2", True),
        ("1.x", "1.0.0", False),
        ("1.2?", "1.2.7", True),
        ("1.2?", "1.3.0", False),
        ("1", "1.0.0", False),
        ("1?", "1.0.0", True),
        ("1.2.3", "1.2.3-beta", False),
        ("2024", "2024-05", True),
        ("2023", "2024-05", False),
        ("3", "31", False),
        (None, "1.0.0", False),
        ("1.0.0", None, False),
        (None, None, True),
    ],
)
def test_a_version_is_asked_for_exactly_or_with_wildcards(asked: str | None, held: str | None, matches: bool) -> None:
    assert version_matches(asked, held) is matches


def test_the_newest_version_is_meant_where_none_is_said() -> None:
    assert latest(["1.9.0", None, "1.10.0"]) == "1.10.0"
    assert codes(service(*_ALL, _including(None)), SET) == ["a", "d"]


@pytest.mark.parametrize(("version", "expected"), [("1.0.0", "ab"), ("1.x.x", "ac"), ("1.0?", "ab"), ("2.x.x", "ad")])
def test_an_include_may_name_a_version_with_wildcards(version: str, expected: str) -> None:
    asked = service(*_ALL, _including(version))
    assert codes(asked, SET) == list(expected)
    assert all(valid(asked, SET, code, SYSTEM) for code in expected)


def test_a_version_that_is_not_held_is_named_with_those_that_are() -> None:
    asked = service(*_ALL, _including("3.0.0"))
    sentence = f"A definition for CodeSystem '{SYSTEM}' version '3.0.0' could not be found, so the "
    versions = "Valid versions: 1.0.0, 1.2.0 and 2.0.0"
    assert refusal(asked, EXPAND, url=SET) == f"{sentence}value set cannot be expanded. {versions}"
    answer = run(asked, IN_VALUE_SET, url=SET, code="a", system=SYSTEM)
    assert stated(answer, "message")[0].startswith(f"{sentence}code cannot be validated. {versions}")


@pytest.mark.parametrize(
    ("parameter", "stated_version", "expected"),
    [
        ("system_version", None, "ab"),
        ("system_version", "2.0.0", "ad"),
        ("force_system_version", None, "ab"),
        ("force_system_version", "2.0.0", "ab"),
        ("check_system_version", None, "ab"),
        ("check_system_version", "1.0.0", "ab"),
    ],
)
def test_parameters_set_versions_by_default_or_by_force(
    parameter: str, stated_version: str | None, expected: str
) -> None:
    asked = service(*_ALL, _including(stated_version))
    given: dict[str, Any] = {parameter: f"{SYSTEM}|1.0.0"}
    assert codes(asked, SET, **given) == list(expected)
    for code in "abcd":
        assert valid(asked, SET, code, SYSTEM, **given) == (code in expected)


def test_a_version_that_must_be_another_is_refused() -> None:
    asked = service(*_ALL, _including("2.0.0"))
    found = refusal(asked, EXPAND, url=SET, check_system_version=f"{SYSTEM}|1.x.x")
    assert found == (
        f"The version '2.0.0' is not allowed for system '{SYSTEM}': required to be '1.x.x' by a version-check parameter"
    )
    assert not valid(asked, SET, "a", SYSTEM, check_system_version=f"{SYSTEM}|1.x.x")


def test_an_expansion_says_which_version_rules_were_used() -> None:
    expansion = expand(service(*_ALL, _including(None)), SET, system_version=f"{SYSTEM}|1.0.0")
    assert stated(expansion, "system-version") == [f"{SYSTEM}|1.0.0"]
    assert stated(expansion, "used-codesystem") == [f"{SYSTEM}|1.0.0"]


def test_rules_that_contradict_each_other_are_refused() -> None:
    rules = [f"{SYSTEM}|1.0.0", f"{SYSTEM}|2.0.0"]
    found = refusal(service(*_ALL, _including(None)), EXPAND, url=SET, force_system_version=rules)
    expected = (
        "Two different versions of 'http://example.org/cs' are asked for by version parameters: '1.0.0' and '2.0.0'"
    )
    assert found == expected


@pytest.mark.parametrize("rule", ["http://example.org/cs", "|1.0.0", "http://example.org/cs|", ""])
def test_a_rule_is_a_canonical_with_a_version(rule: str) -> None:
    found = refusal(service(*_ALL, _including(None)), EXPAND, url=SET, system_version=rule)
    assert found == f"The parameter 'system-version' is '{rule}'; expected a canonical with a version: url|version"


def test_value_sets_have_default_versions_too() -> None:
    one, two = (value_set(f"{SET}/x", listing(SYSTEM, code), version=version) for code, version in ("a1", "d2"))
    asked = service(*_ALL, one, two, value_set(SET, {"valueSet": [f"{SET}/x"]}))
    assert codes(asked, SET) == ["d"]
    assert codes(asked, SET, default_valueset_version=f"{SET}/x|1") == ["a"]
    assert codes(asked, f"{SET}/x", valueSetVersion="1") == ["a"]
    assert codes(asked, f"{SET}/x|1") == ["a"]
    assert valid(asked, SET, "a", SYSTEM, default_valueset_version=f"{SET}/x|1")


def test_two_versions_side_by_side_are_told_apart() -> None:
    asked = service(*_ALL, _including("1.0.0", "2.0.0"))
    found = [(each["version"], each["code"]) for each in entries(expand(asked, SET))]
    assert found == [("2.0.0", "a"), ("2.0.0", "d"), ("1.0.0", "a"), ("1.0.0", "b")]
    for version, code in found:
        coding = {"system": SYSTEM, "version": version, "code": code}
        assert judged(run(asked, IN_VALUE_SET, url=SET, coding=coding))
    assert not judged(run(asked, IN_VALUE_SET, url=SET, coding={"system": SYSTEM, "version": "1.0.0", "code": "d"}))


def test_the_newer_comes_first_even_with_another_system_between() -> None:
    other = code_system("http://example.org/other", "z")
    include = [{"system": SYSTEM, "version": "1.0.0"}, {"system": other["url"]}, {"system": SYSTEM, "version": "2.0.0"}]
    found = [each["code"] for each in entries(expand(service(*_ALL, other, value_set(SET, *include)), SET))]
    assert found == ["a", "d", "z", "a", "b"]


def test_codes_of_several_versions_may_count_as_the_same() -> None:
    expansion = expand(service(*_ALL, _including("1.0.0", "2.0.0")), SET, versionsMatch=True)
    assert [(each["version"], each["code"]) for each in entries(expansion)] == [
        ("2.0.0", "a"),
        ("2.0.0", "d"),
        ("1.0.0", "b"),
    ]
    assert stated(expansion, "versionsMatch") == [True]


def test_one_version_can_be_taken_out_of_another() -> None:
    asked = service(*_ALL, _including("2.0.0", exclude=[{"system": SYSTEM, "version": "1.0.0"}]))
    assert codes(asked, SET) == ["d"]
    assert not valid(asked, SET, "a", SYSTEM)


def test_a_coding_of_another_version_than_the_include_is_wrong() -> None:
    answer = run(
        service(*_ALL, _including("1.0.0")),
        IN_VALUE_SET,
        url=SET,
        coding={"system": SYSTEM, "version": "2.0.0", "code": "a"},
    )
    text = f"The code system '{SYSTEM}' version '1.0.0' in the ValueSet include is different to the one in the value"
    assert ("error", f"{text} ('2.0.0')") in issues(answer)
    assert not judged(answer)


def test_a_code_system_can_be_validated_against_in_each_version() -> None:
    asked = service(*_ALL)
    assert judged(run(asked, IN_CODE_SYSTEM, url=SYSTEM, code="b", version="1.0.0"))
    assert not judged(run(asked, IN_CODE_SYSTEM, url=SYSTEM, code="b"))


def test_a_complete_code_system_is_preferred_to_a_newer_one_without_content() -> None:
    empty = code_system(SYSTEM, version="9.0.0", content="not-present")
    brought = service(_including(None))
    assert codes(service(_OLD, empty, _including(None)), SET) == ["a", "b"]
    assert codes(brought, SET, tx_resource=[_OLD, empty]) == ["a", "b"]
    found = refusal(brought, EXPAND, url=SET, tx_resource=[_OLD, empty], system_version=f"{SYSTEM}|9.0.0")
    assert found.endswith("Valid versions: 1.0.0")
