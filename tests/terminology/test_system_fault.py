"""URIs that should not stand as Coding.system."""

from __future__ import annotations

import pytest

from tests.terminology.world import HOME, code_system, codes_of, value_set, within


def test_a_code_system_that_is_loaded_or_built_in_or_unknown_has_no_fault() -> None:
    codes = codes_of(code_system("fruit", "apple"))
    for system in (
        f"{HOME}/cs/fruit",
        "http://loinc.org",
        "urn:ietf:bcp:47",
        "http://acme.example/codes",
        "urn:oid:1.2.3.4",
    ):
        assert codes.system_fault(system) is None


def test_a_value_set_is_no_code_system_and_points_to_its_own() -> None:
    fault = codes_of(value_set("some", within("fruit", "apple"))).system_fault(f"{HOME}/vs/some")
    assert fault is not None
    assert fault.certain
    assert fault.nearest == f"{HOME}/cs/fruit"
    assert "is a value set" in str(fault)


def test_a_value_set_url_of_fhir_is_recognised_unloaded() -> None:
    fault = codes_of().system_fault("http://hl7.org/fhir/ValueSet/administrative-gender")
    assert fault is not None
    assert fault.certain


@pytest.mark.parametrize("system", ["fruit", "/cs/fruit", "../fruit", "", "2.16.840.1.113883.6.1", "a b:c"])
def test_a_relative_uri_is_a_fault(system: str) -> None:
    fault = codes_of().system_fault(system)
    assert fault is not None
    assert fault.certain


@pytest.mark.parametrize("content", ["supplement", "complete"])
def test_a_supplement_is_no_code_system(content: str) -> None:
    more = code_system("more", "apple", content=content, supplements=f"{HOME}/cs/fruit|1")
    codes = codes_of(code_system("fruit", "apple"), more)
    fault = codes.system_fault(f"{HOME}/cs/more")
    assert fault is not None
    assert fault.certain
    assert fault.nearest == f"{HOME}/cs/fruit"


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("http://snomed.info/sct/", "http://snomed.info/sct"),
        ("https://loinc.org", "http://loinc.org"),
        ("http://www.loinc.org/", "http://loinc.org"),
        ("HTTP://LOINC.ORG", "http://loinc.org"),
        ("urn:oid:2.16.840.1.113883.6.96", "http://snomed.info/sct"),
        ("http://unitsofmeasure.org#", "http://unitsofmeasure.org"),
        ("http://hl7.org/fhir/CodeSystem/administrative-gender", "http://hl7.org/fhir/administrative-gender"),
        ("http://hl7.org/fhir/v3/ActCode", "http://terminology.hl7.org/CodeSystem/v3-ActCode"),
        ("https://terminology.hl7.org/CodeSystem/V3-ActCode", "http://terminology.hl7.org/CodeSystem/v3-ActCode"),
    ],
)
def test_a_misspelt_system_gets_the_right_one(written: str, right: str) -> None:
    gender = code_system("g", "male", url="http://hl7.org/fhir/administrative-gender")
    act = code_system("a", "AMB", url="http://terminology.hl7.org/CodeSystem/v3-ActCode")
    fault = codes_of(gender, act).system_fault(written)
    assert fault is not None
    assert not fault.certain
    assert fault.nearest == right


def test_an_oid_without_its_prefix_gets_the_right_system() -> None:
    fault = codes_of().system_fault("2.16.840.1.113883.6.1")
    assert fault is not None
    assert fault.certain
    assert fault.nearest == "http://loinc.org"
