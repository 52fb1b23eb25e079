from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from conformance.enforcement import Judge
from fhir_kernel.codec.json_codec import write_json
from plumbline.generate.faults import FAULTS, with_faults
from plumbline.generate.identifiers import credit_check, identity_check
from plumbline.generate.places import provinces
from plumbline.generate.population import AS_OF, Population
from plumbline.wiring import build_catalog, build_enforcement

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POPULATION = Population(patients=30, seed=7)
TYPES = {
    *("Organization", "Practitioner", "Patient", "Encounter", "Condition"),
    *("Observation", "MedicationRequest", "DiagnosticReport"),
}


@pytest.fixture(scope="module")
def judge() -> Judge:
    return build_enforcement(build_catalog())


@pytest.fixture(scope="module")
def resources():
    return list(POPULATION.resources())


def _references(value):
    if isinstance(value, dict):
        yield from ([value["reference"]] if isinstance(value.get("reference"), str) else [])
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def test_every_type_is_there(resources):
    assert {each["resourceType"] for each in resources} == TYPES


def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(resources):
    again = [write_json(each) for each in Population(patients=30, seed=7).resources()]
    assert again == [write_json(each) for each in resources]
    assert again != [write_json(each) for each in Population(patients=30, seed=8).resources()]


def test_a_patient_is_the_same_however_many_there_are(resources):
    fewer = list(Population(patients=10, seed=7).resources())
    assert fewer == resources[: len(fewer)]


def test_one_patient_alone_is_the_same_as_among_all(resources):
    alone = list(POPULATION.of_patient(4))
    start = resources.index(alone[0])
    assert resources[start : start + len(alone)] == alone


def test_ids_are_unique_between_seeds_too(resources):
    keys = [(each["resourceType"], each["id"]) for each in resources]
    others = [(each["resourceType"], each["id"]) for each in Population(patients=30, seed=8).resources()]
    assert len(set(keys + others)) == len(keys) + len(others)


def test_every_reference_leads_to_a_resource_that_was_made(resources):
    keys = {f"{each['resourceType']}/{each['id']}" for each in resources}
    assert {reference for each in resources for reference in _references(each)} <= keys


def test_every_resource_is_accepted_by_our_own_validator_without_a_tag(resources, judge):
    judgements = [judge.judge(each, method="PUT", now=NOW) for each in resources]
    assert [each.issues for each in judgements if not each.accepted or each.tags] == []


def test_identity_numbers_have_region_birth_sex_and_check(resources):
    regions = {each.region for each in provinces()}
    patients = [each for each in resources if each["resourceType"] == "Patient"]
    for patient in patients:
        number = patient["identifier"][0]["value"]
        assert number[:6] in regions
        assert number[6:14] == patient["birthDate"].replace("-", "")
        assert int(number[16]) % 2 == (patient["gender"] == "male")
        assert identity_check(number[:17]) == number[17]


def test_credit_codes_have_their_check(resources):
    codes = [each["identifier"][0]["value"] for each in resources if each["resourceType"] == "Organization"]
    assert all(credit_check(code[:17]) == code[17] and len(code) == 18 for code in codes)


def test_nothing_happens_before_birth_or_after_the_given_instant(resources):
    born = {f"Patient/{each['id']}": each["birthDate"] for each in resources if each["resourceType"] == "Patient"}
    periods = [(each["subject"]["reference"], each["period"]) for each in resources if "period" in each]
    assert periods
    for patient, period in periods:
        start, end = (datetime.fromisoformat(period[name]) for name in ("start", "end"))
        assert date.fromisoformat(born[patient]) < start.date()
        assert start < end < AS_OF


def test_another_instant_moves_everything():
    early = datetime(1999, 5, 1, tzinfo=UTC)
    resources = list(Population(patients=5, seed=1, as_of=early).resources())
    assert {each["period"]["start"][:3] for each in resources if "period" in each} == {"199"}


def test_without_faults_everything_is_as_it_would_be(resources):
    assert [each.resource for each in with_faults(POPULATION, 0)] == resources


def test_only_what_is_listed_as_wrong_differs(resources):
    made = list(with_faults(POPULATION, 0.1))
    assert {each.fault is not None for each in made} == {True, False}
    for each, right in zip(made, resources, strict=True):
        assert (each.resource == right) is (each.fault is None)


def test_every_fault_is_found_as_it_is_told(judge):
    met: Counter[str] = Counter()
    for each in with_faults(Population(patients=40, seed=3), 1):
        if each.fault is None or met[each.fault.type + each.fault.name] > 3:
            continue
        met[each.fault.type + each.fault.name] += 1
        judgement = judge.judge(each.resource, method="PUT", now=NOW)
        expected = (each.fault.found != "error", each.fault.found == "warning")
        assert (judgement.accepted, bool(judgement.tags)) == expected, each.fault.name
    assert len(met) == len(FAULTS)
