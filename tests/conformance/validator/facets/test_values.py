"""Fixed values, patterns, bounds and lengths (https://hl7.org/fhir/R4/elementdefinition.html)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from conformance.validator import Validator
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from terminology.local import LocalCodes
from tests.conformance.validator.world import (
    CORE,
    OBSERVATION,
    PATIENT,
    check,
    core,
    element,
    places,
    profile,
    the,
)

CODING = {"system": "http://loinc.org", "code": "8480-6"}


def of_quantity(value: Any, **facets: Any) -> list[Issue]:
    asked = profile("Observation", element("Observation.valueQuantity.value", **facets))
    return check(OBSERVATION | {"valueQuantity": {"value": value}}, asked)


def observed(code: Resource) -> Resource:
    return OBSERVATION | {"code": code}


def test_a_fixed_value_is_that_value() -> None:
    asked = profile("Patient", element("Patient.gender", fixedCode="female"))
    found = the(check(PATIENT | {"gender": "male"}, asked), "value.fixed")
    assert (found.path, found.element, found.rule) == ("Patient.gender", "Patient.gender", "fixed")
    assert (found.params["found"], found.params["expected"]) == ("'male'", "'female'")
    assert check(PATIENT | {"gender": "female"}, asked) == []
    assert check(PATIENT, asked) == []


def test_a_primitive_with_only_an_extension_is_not_the_fixed_value() -> None:
    asked = profile("Patient", element("Patient.gender", fixedCode="female"))
    beside = {"extension": [{"url": f"{CORE}/data-absent-reason", "valueCode": "unknown"}]}
    assert places(check(PATIENT | {"_gender": beside}, asked)) == [("value.fixed", "Patient.gender")]


def test_a_fixed_object_has_nothing_more() -> None:
    asked = profile("Observation", element("Observation.code", fixedCodeableConcept={"coding": [CODING]}))
    assert places(check(observed({"coding": [CODING]}), asked)) == []
    found = the(check(observed({"coding": [CODING], "text": "x"}), asked), "value.fixed-extra")
    assert found.path == "Observation.code.text"
    assert places(check(observed({"coding": [CODING, CODING]}), asked)) == [("value.fixed", "Observation.code.coding")]


def test_a_difference_within_a_fixed_object_is_told_where_it_is() -> None:
    asked = profile("Observation", element("Observation.code", fixedCodeableConcept={"coding": [CODING]}))
    found = the(check(observed({"coding": [CODING | {"code": "8462-4"}]}), asked), "value.fixed")
    assert found.path == "Observation.code.coding[0].code"


def test_a_pattern_lets_more_stand() -> None:
    asked = profile("Observation", element("Observation.code", patternCodeableConcept={"coding": [CODING]}))
    assert (
        places(check(observed({"coding": [CODING | {"display": "Systolic blood pressure"}], "text": "x"}), asked)) == []
    )


def test_each_item_of_an_array_in_a_pattern_has_a_match_in_any_place() -> None:
    asked = profile("Observation", element("Observation.code", patternCodeableConcept={"coding": [CODING]}))
    other = {"system": "http://loinc.org", "code": "8462-4"}
    assert places(check(observed({"coding": [other, CODING]}), asked)) == []
    found = the(check(observed({"coding": [other]}), asked), "value.pattern")
    assert (found.path, found.rule) == ("Observation.code.coding", "pattern")
    assert places(check(observed({"text": "x"}), asked)) == [("value.pattern", "Observation.code.coding")]


def test_one_and_one_point_zero_are_different_decimals() -> None:
    assert places(of_quantity(Decimal("1.0"), fixedDecimal=Decimal("1.0"))) == []
    assert places(of_quantity(Decimal("1.00"), fixedDecimal=Decimal("1.0"))) != []


def test_true_is_not_one() -> None:
    asked = profile("Patient", element("Patient.multipleBirth[x]", fixedInteger=1, type=[{"code": "integer"}]))
    assert places(check(PATIENT | {"multipleBirthInteger": 1}, asked)) == []
    assert places(check(PATIENT | {"multipleBirthInteger": True}, asked)) != []


@pytest.mark.parametrize(
    ("value", "is_right"), [(5, True), (4, False), (Decimal("4.99"), False), (Decimal("5.0"), True)]
)
def test_a_number_is_not_less_than_the_least(value: Any, is_right: bool) -> None:
    found = of_quantity(value, minValueDecimal=5)
    assert places(found) == ([] if is_right else [("value.too-small", "Observation.value.value")])


def test_a_number_is_not_more_than_the_greatest() -> None:
    found = the(of_quantity(Decimal("10.01"), maxValueDecimal=10), "value.too-large")
    assert (found.rule, found.params["found"], found.params["expected"]) == ("maxValue", "10.01", "10")


def test_a_date_is_compared_to_the_precision_that_both_have() -> None:
    asked = profile("Patient", element("Patient.birthDate", minValueDate="1950-06-15"))
    assert check(PATIENT | {"birthDate": "1950"}, asked) == []
    assert check(PATIENT | {"birthDate": "1950-06-15"}, asked) == []
    assert places(check(PATIENT | {"birthDate": "1950-06-14"}, asked)) == [("value.too-small", "Patient.birthDate")]
    assert places(check(PATIENT | {"birthDate": "1949"}, asked)) == [("value.too-small", "Patient.birthDate")]


def test_times_in_different_zones_are_compared_as_moments() -> None:
    asked = profile(
        "Observation",
        element("Observation.effective[x]", type=[{"code": "dateTime"}], maxValueDateTime="2020-01-01T12:00:00Z"),
    )
    assert places(check(OBSERVATION | {"effectiveDateTime": "2020-01-01T13:30:00+02:00"}, asked)) == []
    assert places(check(OBSERVATION | {"effectiveDateTime": "2020-01-01T13:30:00+01:00"}, asked)) == [
        ("value.too-large", "Observation.effective")
    ]


@pytest.mark.parametrize(
    ("born", "is_right"),
    [("2020-06-15", True), ("2007-03-01", True), ("2007-02-28", False), ("2007", True), ("2006-12-31", False)],
)
def test_a_duration_as_least_value_of_a_date_counts_back_from_now(born: str, is_right: bool) -> None:
    found = born_after({"value": 18, "system": "http://unitsofmeasure.org", "code": "a"}, born)
    assert found == ([] if is_right else [("value.too-small", "Patient.birthDate")])


@pytest.mark.parametrize(
    ("amount", "code", "born", "is_right"),
    [
        (1, "mo", "2025-02-01", True),
        (1, "mo", "2025-01-31", False),
        (2, "wk", "2025-02-15", True),
        (1, "d", "2025-02-27", False),
    ],
)
def test_a_duration_may_be_in_any_unit_of_time(amount: int, code: str, born: str, is_right: bool) -> None:
    assert (born_after({"value": amount, "code": code}, born) == []) is is_right


@pytest.mark.parametrize(
    "value", [{}, {"value": "x", "code": "a"}, {"value": 10**9, "code": "a"}, {"value": 10**12, "code": "d"}]
)
def test_a_duration_that_leads_nowhere_bounds_nothing(value: Resource) -> None:
    assert born_after(value, "1970-01-01") == []


def born_after(age: Resource, born: str) -> list[tuple[str, str]]:
    """The errors on the first of March 2025 where a patient may not be older than `age`."""
    asked = profile("Patient", element("Patient.birthDate", minValueQuantity=age))
    catalog = core().extended([asked])
    validator = Validator(catalog, LocalCodes(catalog), now=lambda: datetime(2025, 3, 1, tzinfo=UTC))
    return places(validator.validate(PATIENT | {"birthDate": born}, [asked["url"]]))


def test_a_quantity_is_compared_in_the_same_unit() -> None:
    ucum = "http://unitsofmeasure.org"
    bound = {"value": 1, "system": ucum, "code": "kg"}
    asked = profile("Observation", element("Observation.value[x]", type=[{"code": "Quantity"}], maxValueQuantity=bound))
    light = {"value": 900, "unit": "g", "system": ucum, "code": "g"}
    assert places(check(OBSERVATION | {"valueQuantity": light}, asked)) == []
    found = check(OBSERVATION | {"valueQuantity": light | {"value": 1100}}, asked)
    assert places(found) == [("value.too-large", "Observation.value")]


@pytest.mark.parametrize(
    "value", [{"value": "x", "code": "kg"}, {"value": None}, {"value": [], "code": []}, {}, "x", 1]
)
def test_a_quantity_of_a_wrong_shape_is_not_compared(value: Any) -> None:
    bound = {"value": 1, "system": "http://unitsofmeasure.org", "code": "kg"}
    asked = profile(
        "Observation",
        element("Observation.value[x]", type=[{"code": "Quantity"}], maxValueQuantity=bound, minValueQuantity=bound),
    )
    found = places(check(OBSERVATION | {"valueQuantity": value}, asked))
    assert found != []
    assert not {each for each, _ in found} & {"value.too-small", "value.too-large"}


def test_a_string_is_no_longer_than_its_greatest_length() -> None:
    asked = profile("Patient", element("Patient.name.family", maxLength=3))
    found = the(check(PATIENT | {"name": [{"family": "abcd"}]}, asked), "value.max-length")
    assert (found.path, found.params["found"], found.params["expected"], found.rule) == (
        "Patient.name[0].family",
        4,
        3,
        "maxLength",
    )
    assert check(PATIENT | {"name": [{"family": "汉字x"}]}, asked) == []


def test_a_string_is_no_shorter_than_its_least_length() -> None:
    least = [{"url": f"{CORE}/minLength", "valueInteger": 3}]
    asked = profile("Patient", element("Patient.name.family", extension=least))
    found = the(check(PATIENT | {"name": [{"family": "ab"}]}, asked), "value.min-length")
    assert (found.path, found.params["found"], found.params["expected"]) == ("Patient.name[0].family", 2, 3)
    assert check(PATIENT | {"name": [{"family": "abc"}]}, asked) == []
