"""The clock and the components of dates."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath import Engine


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("today().toString()", "2026-11-23"),
        ("now().toString()", "2026-11-23T10:30:00.000Z"),
        ("timeOfDay().toString()", "10:30:00.000"),
        ("now() = now()", True),
        ("birthDate < today()", True),
        ("birthDate.yearOf()", 1974),
        ("@2014-05-06T07:08:09.123+02:00.secondOf()", 9),
        ("@2014-05-06T07:08:09.123+02:00.millisecondOf()", 123),
        ("@2014-05-06T07:08:09.123+02:00.timezoneOffsetOf()", 2),
        ("@2014-05-06T07:08.dateOf() = @2014-05-06", True),
        ("@2014-05-06T07:08.timeOf() = @T07:08", True),
        ("@T07:08.hourOf()", 7),
        ("(@2016-02-29 + 1 year).toString()", "2017-02-28"),
        ("(@2016-02-29 - 1 'd').toString()", "2016-02-28"),
        ("@2014 + 1 month = @2014", True),
    ],
)
def test_dates(run: Any, expression: str, expected: Any) -> None:
    assert run(expression) == [expected]


def test_without_a_clock_there_is_no_now(engine: Engine) -> None:
    with pytest.raises(FhirPathEvaluationError, match="clock"):
        engine.compile("now()").evaluate({"resourceType": "Patient"})
