from __future__ import annotations

from dataclasses import replace

import pytest

from fhir_kernel.issues import issue
from plumbline.explain import element_path, explain
from plumbline.wiring import build_catalog


@pytest.fixture(scope="module")
def catalog():
    return build_catalog()


@pytest.mark.parametrize(
    ("location", "element"),
    [
        ("Patient", "Patient"),
        ("Patient.gender", "Patient.gender"),
        ("Patient.name[0].given[1]", "HumanName.given"),
        ("Patient.contact[0].name.family", "HumanName.family"),
        ("Patient.contact[0].gender", "Patient.contact.gender"),
        ("Observation.value.code", "Quantity.code"),
        ("Patient.extension[0].value.code", ""),
        ("Observation.value", "Observation.value[x]"),
        ("Observation.valueQuantity.code", "Quantity.code"),
        ("Patient.nonsense", ""),
        ("Nonsense.gender", ""),
        ("", ""),
    ],
)
def test_the_element_at_a_location_is_found_in_the_types(catalog, location, element):
    assert element_path(location, catalog) == element


def test_an_element_is_explained_with_its_page(catalog):
    found = explain(issue("input.empty", "Patient.name[0].given[0]"), catalog)
    assert found.short == "Given names (not always 'first'). Includes middle names"
    assert found.link == "https://hl7.org/fhir/R4/datatypes-definitions.html#HumanName.given"


def test_a_constraint_is_explained_in_words_and_as_fhirpath(catalog):
    found = explain(replace(issue("input.empty", "Patient.contact[0]"), rule="pat-1"), catalog)
    assert found.rule.startswith("pat-1: SHALL at least contain")
    assert "organization.exists()" in found.expression


def test_a_constraint_of_the_type_is_found_too(catalog):
    found = explain(replace(issue("input.empty", "Encounter.period"), rule="per-1"), catalog)
    assert found.rule.startswith("per-1:")


def test_what_is_not_defined_is_not_explained(catalog):
    unknown = replace(issue("input.empty", "Patient"), profile="http://nowhere.invalid/p", element="Patient.x")
    found = explain(unknown, catalog)
    assert (found.short, found.link) == ("", "")
