"""R4's own examples are valid by definition: an error on one is a false alarm unless it is explained here.

https://hl7.org/fhir/R4/downloads.html; runs where a copy of the examples is at hand.
"""

from __future__ import annotations

import os
import tarfile
from functools import cache
from pathlib import Path

import pytest

from conformance.validator import Report, Validator
from fhir_kernel.definitions.catalog import open_core
from terminology.local import LocalCodes

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[3] / "shared"))
_ARCHIVE = _SHARED / "data/r4-examples.tar.gz"
_IS_AT_HAND = _ARCHIVE.is_file()
_SHARDS = 4
_UNEXPLAINED_AT_MOST = 0.01

FINDINGS: dict[str, tuple[str, ...]] = {
    "the unit is not UCUM: tbl, TAB, drop, mEq, mcg, ea, ml/hr, month": (
        "Bundle-father",
        "Claim-760151",
        "Claim-760152",
        "MedicationDispense-meddisp0309",
        "MedicationDispense-meddisp0313",
        "MedicationDispense-meddisp0318",
        "MedicationDispense-meddisp0324",
        "MedicationDispense-meddisp0327",
        "MedicationDispense-meddisp0328",
        "MedicationDispense-meddisp0329",
        "MedicationRequest-medrx0304",
        "MedicationRequest-medrx0314",
        "MedicationRequest-medrx0319",
        "MedicationRequest-medrx0322",
        "MedicationRequest-medrx0325",
        "MedicationRequest-medrx0326",
        "MedicationRequest-medrx0328",
        "MedicationRequest-medrx0329",
        "MedicationRequest-medrx0334",
        "MedicationRequest-medrx0335",
        "VisionPrescription-33124",
    ),
    "the value set in the Bundle lists the unit [lb_i], which UCUM does not have": ("Bundle-ussg-fht",),
    "the codes of v3-orderableDrugForm are in capitals, and there is no Vial": (
        "Medication-med0304",
        "Medication-med0309",
        "MedicationAdministration-medadmin0312",
        "MedicationDispense-meddisp0301",
        "MedicationDispense-meddisp0325",
        "MedicationRequest-medrx0313",
        "MedicationRequest-medrx0327",
        "MedicationStatement-example001",
        "MedicationStatement-example002",
        "MedicationStatement-example003",
    ),
    "the code cannot be a SNOMED CT concept: a SNOMED RT code, a wrong check digit or the id of a description": (
        "ImagingStudy-example-xr",
        "MedicationDispense-meddisp0314",
        "MedicationDispense-meddisp0317",
        "NutritionOrder-enteralcontinuous",
    ),
    "a target code is not in the value set that the map covers": ("Bundle-conceptmaps",),
    "a parameter of the MIME type holds '/' without quotes": ("Bundle-b0a5e4277-83c4-4adb-87e2-e3efe3369b6f",),
    "a fullUrl disagrees with the id of its resource": (
        "Bundle-10bb101f-a121-4264-a920-67be9cb82c74",
        "Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe",
        "Bundle-lri-example",
    ),
    "the narrative is empty, against txt-2": (
        "ActivityDefinition-blood-tubes-supply",
        "ActivityDefinition-heart-valve-replacement",
        "EventDefinition-example",
        "Questionnaire-zika-virus-exposure-assessment",
    ),
    "the extension regex stands on ElementDefinition.type; its definition allows ElementDefinition": ("Bundle-types",),
    "an ImplementationGuide without name and status": ("ImplementationGuide-fhir", "ig-r4"),
    "items without linkId": ("Questionnaire-qs1",),
    "a vital sign without effective[x]": ("Observation-f202",),
    "urn:oid:X.Y.Z stands for an OID to be filled in": ("Library-zika-virus-intervention-logic",),
    "the UUID in the URL has capitals": ("TerminologyCapabilities-example",),
    "the identifier's system is urn:ietf:rfc:3986, and its value is no URI": ("Organization-2.16.840.1.113883.19.5",),
    "the criteria are in CQL, and the Library is named by a relative URL, so that none is known": (
        "Measure-measure-cms146-example",
    ),
    "the extension is defined by another specification, which is not loaded": (
        "Media-1.2.840.11361907579238403408700.3.1.04.19970327150033",
        "Observation-example-genetics-brcapat",
        "Patient-dicom",
    ),
}
"""What is wrong in the example, and in which of them."""
EXPLAINED = {name: reason for reason, names in FINDINGS.items() for name in names}


@cache
def _examples() -> dict[str, bytes]:
    with tarfile.open(_ARCHIVE) as archive:
        members = ((each.name, archive.extractfile(each)) for each in archive if each.name.endswith(".json"))
        return {Path(name).stem: stream.read() for name, stream in members if stream is not None}


@cache
def _validator() -> Validator:
    catalog = open_core()
    return Validator(catalog, LocalCodes(catalog))


@cache
def _reports(shard: int) -> dict[str, Report]:
    names = sorted(_examples())[shard::_SHARDS]
    return {name: _validator().validate_bytes(_examples()[name], name=f"{name}.json") for name in names}


pytestmark = pytest.mark.skipif(not _IS_AT_HAND, reason=f"no examples at {_ARCHIVE}")


@pytest.mark.parametrize("shard", range(_SHARDS))
def test_the_official_examples_are_valid_but_for_what_is_wrong_with_them(shard: int) -> None:
    reports = _reports(shard)
    alarms = {name: report for name, report in reports.items() if not report.valid and name not in EXPLAINED}
    told = {name: [each.text() for each in report.issues if each.is_error][:3] for name, report in alarms.items()}
    assert len(alarms) <= len(reports) * _UNEXPLAINED_AT_MOST, told


@pytest.mark.parametrize("shard", range(_SHARDS))
def test_what_is_explained_is_still_found(shard: int) -> None:
    clean = [name for name, report in _reports(shard).items() if report.valid and name in EXPLAINED]
    assert clean == []


def test_all_examples_are_looked_at() -> None:
    assert len(_examples()) > 700
    assert EXPLAINED.keys() <= _examples().keys()
