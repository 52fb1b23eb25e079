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
    "a fullUrl disagrees with the id of its resource": (
        "Bundle-10bb101f-a121-4264-a920-67be9cb82c74",
        "Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe",
        "Bundle-lri-example",
    ),
    "an ImplementationGuide without name and status": ("ImplementationGuide-fhir", "ig-r4"),
    "items without linkId": ("Questionnaire-qs1",),
    "the identifier's system is urn:ietf:rfc:3986, and its value is no URI": ("Organization-2.16.840.1.113883.19.5",),
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
