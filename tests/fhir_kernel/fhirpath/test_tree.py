"""Tree navigation and paths."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.fhirpath import Engine, Environment, node


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name.children().count()", [10]),
        ("birthDate.children().count()", [1]),
        ("children().count() = children().select(1).count()", [True]),
        ("descendants().where($this is HumanName).count()", [3]),
        ("contained.name", ["Hospital"]),
        ("contained.ofType(Organization).id", ["org"]),
        ("Patient.name.family", ["Wang", "Li"]),
        ("DomainResource.id", ["wang"]),
        ("Observation.name", []),
        ("multipleBirth", [2]),
        ("multipleBirthInteger", []),
        ("`name`.`use`", ["official", "usual", "maiden"]),
        ("name.nothing", []),
    ],
)
def test_navigation(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


def test_an_expression_may_start_at_any_element(engine: Engine) -> None:
    start = node({"family": "Wang"}, "HumanName")
    assert engine.compile("family = 'Wang'").holds(start, Environment())


def test_a_primitive_is_given_with_its_sibling(engine: Engine) -> None:
    start = node(None, "date", {"extension": [{"url": "http://example.org/unknown", "valueBoolean": True}]})
    found = engine.compile("extension('http://example.org/unknown').value").evaluate(start)
    assert [each.value for each in found] == [True]


def test_data_of_the_wrong_shape_do_not_stop_an_evaluation(run: Any) -> None:
    broken = {"resourceType": "Patient", "name": "x", "active": [True], "contact": {"name": {"given": "y"}}}
    assert run("name.family | contact.name.given", broken) == ["y"]
    assert run("name.exists() or active", broken) == [True]
    assert run("active and true", broken) == []
    assert run("descendants().count() > 0", broken) == [True]
