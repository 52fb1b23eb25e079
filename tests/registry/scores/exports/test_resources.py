from __future__ import annotations

import base64
import hashlib
from functools import cache

import pytest
from fhir.resources.R4B import get_fhir_model_class

from conformance.validator import Validator
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.resource import Resource
from registry.scores.account import ScoreAccount
from registry.scores.exports.document_reference import document_reference
from registry.scores.exports.measure import measure
from registry.scores.exports.measure_report import measure_report
from registry.scores.exports.outcome import findings_outcome
from registry.scores.exports.test_report import test_report as report_of_tests
from tests.conformance.validator.world import world
from tests.registry.scores.exports.told import BARE, DIGEST, HOSTILE, ORDINARY, WITHHELD

ADDRESS = "https://registry.example/api/scores/2026-10-1/institutions/org-county/report"
ACCOUNTS = {"ordinary": ORDINARY, "withheld": WITHHELD, "bare": BARE, "hostile": HOSTILE}


@cache
def validator() -> Validator:
    """It knows the Measure, and so holds reports against it."""
    return world(measure())


def resources(account: ScoreAccount) -> list[Resource]:
    document = document_reference(account, {"en": b"<html>", "zh": "<页>".encode()}, ADDRESS)
    return [measure_report(account), report_of_tests(account), findings_outcome(account), document]


def group(report: Resource, code: str) -> Resource:
    return next(each for each in report["group"] if each["code"]["coding"][0]["code"] == code)


@pytest.mark.parametrize("name", ACCOUNTS)
def test_what_is_handed_out_is_valid_r4(name: str) -> None:
    for resource in (measure(), *resources(ACCOUNTS[name])):
        report = validator().validate(resource)
        assert not [each for each in report.issues if each.severity in ("error", "fatal")], resource["resourceType"]
        assert not [each for each in report.issues if each.id == "measure-report.unknown-measure"]


@pytest.mark.parametrize("name", ACCOUNTS)
def test_others_read_it_and_write_it_alike(name: str) -> None:
    for resource in (measure(), *resources(ACCOUNTS[name])):
        model = get_fhir_model_class(resource["resourceType"]).model_validate_json(write_json(resource))
        assert model.get_resource_type() == resource["resourceType"]


def test_a_measure_report_has_the_score_its_limits_and_a_group_for_each_dimension() -> None:
    report = measure_report(ORDINARY)
    assert (report["status"], report["type"]) == ("complete", "summary")
    assert {"system": "https://plumbline.dev/fhir/sid/sha-256", "value": DIGEST} in report["identifier"]
    assert report["period"] == {"start": "2026-10-01", "end": "2026-10-31"}
    scores = {each["code"]["coding"][0]["code"]: float(each["measureScore"]["value"]) for each in report["group"]}
    heads = {"score": 84.31, "lower": 82.5, "upper": 85.8, "coverage": 0.79}
    assert scores == heads | {each.id: each.value for each in ORDINARY.dimensions}
    terms = group(report, "D2")
    assert [each["count"] for each in terms["population"]] == [12_000, 11_100]
    (stratum,) = terms["stratifier"][0]["stratum"]
    assert stratum["value"]["text"].endswith("#Observation.code:binding")


def test_a_withheld_score_is_a_report_with_an_error_and_without_scores() -> None:
    report = measure_report(WITHHELD)
    assert report["status"] == "error"
    assert [each["code"]["coding"][0]["code"] for each in report["group"] if "measureScore" in each] == ["coverage"]
    assert report_of_tests(WITHHELD)["result"] == "pending"


def test_a_test_report_has_a_test_for_each_rule_and_skips_what_was_not_judged() -> None:
    report = report_of_tests(ORDINARY)
    results = [each["action"][0]["assert"]["result"] for each in report["test"]]
    assert results == ["fail"] * 6 + ["pass", "skip"]
    assert report["result"] == "fail"
    assert float(report["score"]) == pytest.approx(100 / 7, abs=1e-5)


def test_findings_have_their_place_and_the_masked_value() -> None:
    issues = findings_outcome(ORDINARY)["issue"]
    assert len(issues) == 12
    assert issues[0]["severity"] == "error"
    assert issues[0]["expression"] == ["Observation.code.coding[0].code"]
    assert issues[0]["diagnostics"] == "Observation/9f2c/_history/3 2026-10-07 x-999"
    assert findings_outcome(BARE)["issue"][0]["severity"] == "information"


def test_a_document_reference_holds_the_digests_of_the_report() -> None:
    reference = document_reference(ORDINARY, {"en": b"<html>"}, ADDRESS)
    (content,) = reference["content"]
    assert content["attachment"]["url"] == f"{ADDRESS}?language=en"
    assert content["attachment"]["size"] == 6
    assert base64.b64decode(content["attachment"]["hash"]) == hashlib.sha1(b"<html>").digest()
    assert reference["identifier"][0]["value"] == hashlib.sha256(b"<html>").hexdigest()
