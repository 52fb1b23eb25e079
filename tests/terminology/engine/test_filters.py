"""What filters of a value set select (https://hl7.org/fhir/R4/valueset-filter-operator.html)."""

from __future__ import annotations

import pytest

from terminology.limits import Limits
from tests.terminology.engine.world import (
    IN_VALUE_SET,
    code_system,
    codes,
    concept,
    refusal,
    service,
    valid,
    value_set,
    where,
)

SYSTEM, SET = "http://example.org/cs", "http://example.org/vs"
_OPERATOR = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.compose.include.filter.op"
FRUIT = code_system(
    SYSTEM,
    concept(
        "fruit",
        concept("citrus", concept("lemon", colour="yellow", size=2), concept("orange", colour="orange", size=3)),
        concept("berry", concept("currant", parent="small", colour="red")),
    ),
    concept("small", colour={"system": "http://example.org/colours", "code": "none"}),
    concept("a,b"),
    property=[{"code": "colour", "type": "code"}, {"code": "size", "type": "integer"}],
)
_SERVICE = service(FRUIT)


def _found(name: str, op: str, value: str) -> list[str]:
    return sorted(codes(service(FRUIT, value_set(SET, where(SYSTEM, (name, op, value)))), SET))


@pytest.mark.parametrize(
    ("name", "op", "value", "expected"),
    [
        ("concept", "is-a", "citrus", "citrus lemon orange"),
        ("concept", "descendent-of", "citrus", "lemon orange"),
        ("concept", "is-a", "small", "currant small"),
        ("concept", "is-not-a", "fruit", "a,b small"),
        ("concept", "generalizes", "currant", "berry currant fruit small"),
        ("concept", "in", "lemon, orange,unknown", "lemon orange"),
        ("concept", "not-in", "lemon,orange,a", "a,b berry citrus currant fruit small"),
        ("code", "regex", "[lo].*", "lemon orange"),
        ("code", "regex", "emo", ""),
        ("concept", "=", "a,b", "a,b"),
        ("concept", "=", "lemon,orange", ""),
        ("concept", "exists", "true", "a,b berry citrus currant fruit lemon orange small"),
        ("colour", "=", "yellow", "lemon"),
        ("colour", "in", "yellow,red", "currant lemon"),
        ("colour", "not-in", "yellow,red,orange", "a,b berry citrus fruit small"),
        ("colour", "exists", "true", "currant lemon orange small"),
        ("colour", "exists", "false", "a,b berry citrus fruit"),
        ("colour", "regex", "(yell|or).*", "lemon orange"),
        ("colour", "=", "http://example.org/colours#none", "small"),
        ("colour", "=", "http://example.org/colours|2#none", "small"),
        ("colour", "=", "none", "small"),
        ("size", "=", "3", "orange"),
        ("parent", "=", "fruit", "berry citrus"),
        ("child", "=", "currant", "berry small"),
        ("parent", "exists", "false", "a,b fruit small"),
        ("display", "exists", "true", ""),
        ("concept", "is-a", "unknown", ""),
    ],
)
def test_a_filter_selects(name: str, op: str, value: str, expected: str) -> None:
    assert _found(name, op, value) == expected.split()


@pytest.mark.parametrize(
    ("op", "expected"), [("child-of", "berry citrus"), ("descendent-leaf", "currant lemon orange")]
)
def test_operators_of_r5_stand_in_an_extension(op: str, expected: str) -> None:
    filter_ = {"property": "concept", "_op": {"extension": [{"url": _OPERATOR, "valueCode": op}]}, "value": "fruit"}
    asked = service(FRUIT, value_set(SET, {"system": SYSTEM, "filter": [filter_]}))
    assert sorted(codes(asked, SET)) == expected.split()


def test_several_filters_must_all_hold() -> None:
    row = where(SYSTEM, ("concept", "is-a", "fruit"), ("colour", "in", "red,yellow"))
    asked = service(FRUIT, value_set(SET, row))
    assert sorted(codes(asked, SET)) == ["currant", "lemon"]
    assert valid(asked, SET, "lemon", SYSTEM)
    assert not valid(asked, SET, "orange", SYSTEM)


def test_a_filter_without_a_value_is_refused() -> None:
    asked = service(FRUIT, value_set(SET, {"system": SYSTEM, "filter": [{"property": "concept", "op": "is-a"}]}))
    expected = f"The system {SYSTEM} filter with property = concept, op = is-a has no value"
    for operation, more in (("ValueSet/$expand", {}), (IN_VALUE_SET, {"code": "lemon", "system": SYSTEM})):
        assert refusal(asked, operation, url=SET, **more) == expected


@pytest.mark.parametrize(("name", "op"), [("taste", "="), ("concept", "like"), ("colour", "is-a")])
def test_a_filter_that_the_code_system_does_not_know_is_refused(name: str, op: str) -> None:
    asked = service(FRUIT, value_set(SET, where(SYSTEM, (name, op, "x"))))
    expected = f'The filter "{name} {op} x" from the value set {SET} was not understood in the context of {SYSTEM}'
    assert refusal(asked, "ValueSet/$expand", url=SET) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "missing )"),
        ("a" * 300, "it has 300 characters, more than 200"),
        ("(?R)x", "it refers to itself"),
        ("(?V0)(?V1)x", "incompatible"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    asked = service(FRUIT, value_set(SET, where(SYSTEM, ("code", "regex", pattern))))
    assert reason in refusal(asked, "ValueSet/$expand", url=SET)


def test_a_pattern_that_takes_too_long_is_given_up() -> None:
    slow = code_system(SYSTEM, "x" * 60 + "!")
    limits = Limits(regex_seconds=0.05)
    asked = service(slow, value_set(SET, where(SYSTEM, ("code", "regex", "(x|xx|xxx)+(x|xx)+(x|xx)+$"))), limits=limits)
    assert "it took longer than 0.05 s" in refusal(asked, "ValueSet/$expand", url=SET)


def test_standard_properties_may_go_by_another_code() -> None:
    declared = [{"code": "no-more", "uri": "http://hl7.org/fhir/concept-properties#inactive", "type": "boolean"}]
    system = code_system(SYSTEM, {"code": "a", "property": [{"code": "no-more", "valueBoolean": True}]}, "b")
    system["property"] = declared
    row = where(SYSTEM, ("inactive", "=", "true"))
    assert codes(service(system, value_set(SET, row)), SET) == ["a"]
