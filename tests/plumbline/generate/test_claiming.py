from __future__ import annotations

from collections import Counter

import pytest

from plumbline.generate.claiming import claiming, profile_of
from plumbline.generate.faults import with_faults
from plumbline.generate.population import Population
from plumbline.sample import editions, package_folder
from plumbline.wiring import assemble_validator, build_catalog

FIRST, SECOND = editions()


@pytest.fixture(scope="module")
def records():
    return [made.resource for made in claiming(with_faults(Population(6, seed=3), 0))]


@pytest.fixture(scope="module")
def validator():
    """With both editions loaded at once."""
    return assemble_validator(build_catalog(load=[str(package_folder(edition)) for edition in editions()]))


def test_every_record_claims_the_first_edition_and_meets_it(records, validator):
    for record in records:
        assert record["meta"] == {"profile": [profile_of(record, FIRST)]}
        assert not [issue for issue in validator.validate(record).issues if issue.is_error]


def test_what_fails_the_second_edition_is_what_it_newly_requires(records, validator):
    kinds = Counter(record["resourceType"] for record in records)
    reasons = Counter(
        (record["resourceType"], issue.id, issue.path)
        for record in records
        for issue in validator.validate(record, [profile_of(record, SECOND)]).issues
        if issue.is_error
    )
    assert reasons == {
        ("Patient", "slicing.min", "Patient"): kinds["Patient"],
        ("Practitioner", "binding.no-code", "Practitioner.qualification[0].code"): kinds["Practitioner"],
        ("MedicationRequest", "cardinality.min", "MedicationRequest.dosageInstruction[0]"): kinds["MedicationRequest"],
    }


def test_the_command_writes_records_that_claim_and_that_pass(plumbline, tmp_path):
    plumbline("generate", "-n", 2, "--sample", "-o", tmp_path / "made")
    load = ("--load", package_folder(FIRST))
    assert plumbline("validate", tmp_path / "made", *load).status == 0
