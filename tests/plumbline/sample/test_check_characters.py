"""The invariants on check characters as they stand in the packages, by our engine and by another one."""

from __future__ import annotations

import json
from datetime import date

import fhirpathpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_kernel.fhirpath import Engine
from plumbline.generate.identifiers import credit_code, identity_number, organisation_code
from plumbline.sample import editions, package_folder
from plumbline.wiring import build_catalog

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
IDENTITY = st.builds(
    identity_number,
    st.integers(110000, 999999).map(str),
    st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)
CREDIT = st.builds(
    lambda category, region, first: credit_code(category, region, organisation_code(first)),
    st.text(ALPHABET, min_size=2, max_size=2),
    st.integers(0, 999999).map("{:06}".format),
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8),
)


def expression(profile, key, edition):
    path = package_folder(edition) / f"StructureDefinition-sample-{profile}.json"
    elements = json.loads(path.read_text("utf-8"))["differential"]["element"]
    return next(c["expression"] for each in elements for c in each.get("constraint", ()) if c["key"] == key)


@pytest.fixture(scope="module")
def ours():
    engine = Engine(build_catalog().model)

    def holds(type_, rule):
        compiled = engine.compile(f"identifier.value.all({rule})", type_)
        return lambda number: compiled.evaluate(resource(type_, number)) == [True]

    return {
        (key, edition.number): holds(type_, expression(profile, key, edition))
        for profile, type_, key in RULES
        for edition in editions()
    }


RULES = (
    ("patient", "Patient", "pls-idn-1"),
    ("patient", "Patient", "pls-idn-2"),
    ("patient", "Patient", "pls-idn-3"),
    ("organization", "Organization", "pls-org-1"),
    ("organization", "Organization", "pls-org-2"),
)


def resource(type_, number):
    return {"resourceType": type_, "identifier": [{"value": number}]}


def by_another_engine(type_, profile, key, number):
    rule = expression(profile, key, editions()[0])
    return fhirpathpy.evaluate(resource(type_, number), f"identifier.value.all({rule})") == [True]


@CALM
@given(IDENTITY)
def test_identity_numbers_pass_in_both_editions(ours, number):
    assert all(ours[key, edition](number) for key in ("pls-idn-1", "pls-idn-2", "pls-idn-3") for edition in (1, 2))


@CALM
@given(IDENTITY, st.integers(0, 17))
def test_no_identity_number_passes_with_one_character_changed(ours, number, place):
    for other in "0123456789X" if place == 17 else "0123456789":
        changed = number[:place] + other + number[place + 1 :]
        if changed != number:
            assert not (ours["pls-idn-1", 1](changed) and ours["pls-idn-2", 1](changed))


@CALM
@given(IDENTITY, st.integers(0, 15))
def test_two_neighbours_that_changed_places_are_found(ours, number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert not (ours["pls-idn-1", 1](swapped) and ours["pls-idn-2", 1](swapped))


@CALM
@given(CREDIT)
def test_credit_codes_pass_in_both_editions(ours, code):
    assert all(ours[key, edition](code) for key in ("pls-org-1", "pls-org-2") for edition in (1, 2))


@CALM
@given(CREDIT, st.integers(0, 17))
def test_no_credit_code_passes_with_one_character_changed(ours, code, place):
    for other in ALPHABET:
        changed = code[:place] + other + code[place + 1 :]
        if changed != code:
            assert not (ours["pls-org-1", 1](changed) and ours["pls-org-2", 1](changed))


def test_the_numbers_that_the_standards_give_as_examples_pass(ours):
    assert ours["pls-idn-2", 1]("11010519491231002X")
    assert ours["pls-org-2", 1]("91350100M000100Y43")


@pytest.mark.parametrize(
    "number", ["110105194912310021", "11010519491231002x", "1101051949123100 X", "", "11010519491331002X"]
)
def test_what_is_no_identity_number_is_found(ours, number):
    assert not all(ours[key, 1](number) for key in ("pls-idn-1", "pls-idn-2", "pls-idn-3"))


@settings(max_examples=15, deadline=None)
@given(IDENTITY, CREDIT, st.integers(0, 16))
def test_another_engine_says_the_same(number, code, place):
    changed = str((int(number[place]) + 1) % 10)
    wrong_number = number[:place] + changed + number[place + 1 :]
    wrong_code = code[:16] + ("2" if code[16] != "2" else "3") + code[17:]
    assert by_another_engine("Patient", "patient", "pls-idn-2", number)
    assert by_another_engine("Organization", "organization", "pls-org-2", code)
    assert by_another_engine("Patient", "patient", "pls-idn-2", wrong_number) is wrong_number.startswith("0")
    assert not by_another_engine("Organization", "organization", "pls-org-2", wrong_code)
