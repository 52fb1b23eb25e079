"""Compiling, caching and limits."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathSyntaxError, LimitExceeded
from fhir_kernel.fhirpath import Engine, Environment, Limits, node

_PATIENT: dict[str, Any] = {"resourceType": "Patient", "name": [{"given": ["a"] * 100}] * 20}


def test_an_expression_is_compiled_once(engine: Engine) -> None:
    assert engine.compile("name.given") is engine.compile("name.given")


def test_the_cache_is_bounded(model: Model) -> None:
    engine = Engine(model, limits=Limits(max_cached=2))
    first = engine.compile("1")
    engine.compile("2")
    engine.compile("3")
    assert engine.compile("1") is not first


@pytest.mark.parametrize("text", ["name.foo()", "name.first(1)", "substring()", "is()", "as('a')"])
def test_unknown_functions_and_wrong_arguments_do_not_compile(engine: Engine, text: str) -> None:
    with pytest.raises(FhirPathSyntaxError):
        engine.compile(text)


def test_a_constraint_holds_only_if_true(engine: Engine) -> None:
    patient, env = node(_PATIENT, "Patient"), Environment()
    assert engine.compile("name.exists()").holds(patient, env)
    assert not engine.compile("name.empty()").holds(patient, env)
    assert not engine.compile("birthDate > @2000").holds(patient, env)


def test_one_expression_serves_many_types(engine: Engine) -> None:
    expression = engine.compile("name.exists()")
    assert expression.evaluate({"resourceType": "Organization", "name": "x"}) == [True]
    assert expression.evaluate(_PATIENT) == [True]
    assert expression.evaluate({"resourceType": "Unknown", "name": "x"}) == [False]


def test_the_context_may_differ_from_the_resource(engine: Engine) -> None:
    patient = node(_PATIENT, "Patient")
    env = Environment(resource=patient, context=node({"given": ["b"]}, "HumanName"))
    assert engine.compile("%context.given = 'b' and %resource.name.exists()").holds(patient, env)


@pytest.mark.parametrize(
    "text",
    [
        "name.given.select(%resource.name.given.select(%resource.name.given))",
        "1.repeatAll($this + 0)",
        "descendants().select(%resource.descendants()) ~ descendants().select(%resource.descendants())",
    ],
)
def test_an_evaluation_that_runs_away_is_stopped(model: Model, text: str) -> None:
    engine = Engine(model, limits=Limits(max_steps=100_000))
    with pytest.raises(LimitExceeded):
        engine.compile(text).evaluate(_PATIENT)


def test_time_is_limited(model: Model) -> None:
    engine = Engine(model, limits=Limits(max_seconds=-1))
    with pytest.raises(LimitExceeded):
        engine.compile("name.where(true)").evaluate(_PATIENT)


def test_deep_expressions_run_within_the_stack(engine: Engine) -> None:
    depth = engine.limits.max_depth // 2
    text = "(" * depth + "true" + " = true)" * depth
    assert engine.compile(text).evaluate(_PATIENT) == [True]
    assert engine.compile(" or ".join(["false"] * 3000)).evaluate(_PATIENT) == [False]
