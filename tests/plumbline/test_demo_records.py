from __future__ import annotations

import pytest

from plumbline.demo import package_folder, records_folder
from plumbline.run import Request, prepare

EXPECTED = {
    "bundle-broken-reference.json": "reference.",
    "encounter-ends-before-it-starts.json": "per-1",
    "encounter-key-twice.json": "json.duplicate-key",
    "encounter-of-a-practitioner.json": "reference.",
    "encounter-unknown-discharge-disposition.json": "binding",
    "encounter-without-status.json": "cardinality.min",
    "observation-not-json.json": "json.",
    "observation-number-as-text.json": "cn-lab-1",
    "observation-time-without-zone.json": "primitive.time-zone",
    "observation-two-values.json": "structure.many-choices",
    "observation-unit-not-ucum.json": "code.unknown",
    "observation-unknown-test.json": "binding",
    "observation-wrong-order.xml": "xml.unknown-element",
    "patient-birth-date-not-of-id-card.json": "cn-pat-1",
    "patient-id-card-check-digit.json": "cn-idc-2",
    "patient-impossible-date.json": "primitive.no-such-date",
    "patient-misspelt-element.json": "structure.unknown-property",
    "patient-unknown-extension.json": "extension.unknown",
    "patient-without-record-number.json": "slice medicalRecordNumber",
    "patient-wrong-gender-code.json": "binding",
    "patient-wrong-json-types.json": "primitive.json-type",
    "results.ndjson": "cardinality.min",
}
"""What each faulty record shows: the beginning of the issue's id or of its rule."""


@pytest.fixture(scope="module")
def findings():
    request = Request(paths=(str(records_folder()),), load=(str(package_folder()),), references=True)
    found: dict[str, list] = {}
    for result in prepare(request).results():
        name = result.input.rpartition("/")[2].partition(":")[0]
        found.setdefault(name, []).extend(finding.issue for finding in result.findings)
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in records_folder().iterdir()))
def test_an_example_record_shows_what_it_is_there_for(findings, name):
    if name not in EXPECTED:
        assert not [issue for issue in findings[name] if issue.is_error]
    else:
        assert [
            issue for issue in findings[name] if any(each.startswith(EXPECTED[name]) for each in (issue.id, issue.rule))
        ]
