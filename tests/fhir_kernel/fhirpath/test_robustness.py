"""Any expression over any resource ends with a result or a FhirPathError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathError
from fhir_kernel.fhirpath import Engine, Environment, Limits
from fhir_kernel.fhirpath.functions import function_table
from fhir_kernel.fhirpath.functions.signature import Function
from fhir_kernel.fhirpath.navigation import Navigation

_OPERATORS = ["implies", "xor", "and", "in", "=", "~", "!=", "<", ">=", "|", "+", "-", "&", "*", "/", "div", "mod"]
_VALUES = """{} $this $index $total true 0 1 2147483647 0.5 1.10 'a' '' @2014 @2014-02-28 @2014-02-28T10:00Z @9999-12-31
@0001-01-01 @T10:30 %ucum %resource name name.given birthDate active multipleBirth gender name.period.start Patient
contained managingOrganization children() descendants()"""
_LEAVES = st.sampled_from([*_VALUES.split(), "4 days", "2 'mg'", "0 'kg'", "1 year", "'1 \\'mg\\''", "'4 weeks'"])

_PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "active": False,
    "birthDate": "1974-12",
    "gender": "male",
    "multipleBirthInteger": 2,
    "name": [{"given": ["Wei", None], "_given": [None, {"id": "x"}], "period": {"start": "2001-01-01T10:00:00+14:00"}}],
    "contained": [{"resourceType": "Observation", "valueQuantity": {"value": 1.5, "unit": "mg"}}],
    "managingOrganization": {"reference": "#a"},
}


def _grown(functions: Mapping[str, Function]) -> Any:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        binary = st.builds("({} {} {})".format, inner, st.sampled_from(_OPERATORS), inner)
        calls = [
            st.builds(
                f"({{}}).{name}({{}})".format, inner, st.lists(inner, min_size=least, max_size=most).map(", ".join)
            )
            for name, row in functions.items()
            for least, most in [(row.required, min(len(row.parameters), 3))]
        ]
        return st.one_of(binary, st.one_of(calls), st.builds("(-{})".format, inner))

    return grow


def _arguments(inner: st.SearchStrategy[str], row: Function) -> st.SearchStrategy[str]:
    return st.lists(inner, min_size=row.required, max_size=min(len(row.parameters), 3)).map(", ".join)


_EXPRESSIONS = st.recursive(_LEAVES, _grown(function_table(Navigation(Model({})))), max_leaves=6)


@pytest.fixture(scope="module")
def small_engine(model: Model) -> Engine:
    return Engine(model, limits=Limits(max_steps=20_000, max_cached=10))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=_EXPRESSIONS)
def test_an_expression_gives_a_result_or_a_clear_error(small_engine: Engine, text: str) -> None:
    env = Environment(now=datetime(2026, 11, 23, tzinfo=UTC))
    try:
        found = small_engine.compile(text).evaluate(_PATIENT, env)
    except FhirPathError:
        return
    assert isinstance(found, list)
