"""Outcomes are in the language that Accept-Language wants first (RFC 9110, 12.5.4)."""

from __future__ import annotations

import pytest

from tests.fhir_server.records_world import PATIENT, Records

ZH = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}
WRONG = {**PATIENT, "gender": "M"}
CLAIMS = {**PATIENT, "meta": {"profile": ["http://hospital.example.cn/StructureDefinition/unknown"]}}


@pytest.fixture(scope="module")
def server():
    return Records(judging=True)


def _long_with_a_key_twice() -> bytes:
    return b'{"resourceType": "Patient", "language": "zh", "language": "zh", "id": "' + b"a" * 100_000 + b'"}'


def is_chinese(response):
    texts = [each["details"]["text"] for each in response.json()["issue"]]
    return all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in texts)


def wrong_writes(server, headers):
    yield server.post("Patient", WRONG, headers=headers)
    yield server.send("PUT", "Patient/p1", json={**WRONG, "id": "p1"}, headers=headers)
    entry = {"resource": WRONG, "request": {"method": "POST", "url": "Patient"}}
    yield server.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}, headers=headers)
    yield server.post("Patient/$validate", WRONG, headers=headers)


def test_a_write_that_is_refused_is_told_in_chinese_where_that_is_wanted(server):
    for response in wrong_writes(server, ZH):
        assert is_chinese(response)
        assert response.headers["content-language"] == "zh"


@pytest.mark.parametrize("headers", [{}, {"accept-language": "en, zh;q=0.5"}, {"accept-language": "fr"}])
def test_it_is_told_in_english_otherwise_also_after_a_chinese_answer(server, headers):
    server.post("Patient", WRONG, headers=ZH)
    for response in wrong_writes(server, headers):
        assert not is_chinese(response)
        assert "content-language" not in response.headers


def test_what_was_accepted_with_issues_is_told_in_chinese_too(server):
    response = server.post("Patient", CLAIMS, headers={**ZH, "prefer": "return=OperationOutcome"})
    assert response.status_code == 201
    assert is_chinese(response)


def test_a_body_that_is_read_with_loss_is_told_in_chinese(server):
    for body in (b'{"resourceType": "Patient", "active": true, "active": true}', _long_with_a_key_twice()):
        response = server.post("Patient", body, headers=ZH)
        assert response.status_code == 400
        assert is_chinese(response)


def test_an_answer_that_is_no_outcome_is_said_to_be_in_no_language(server):
    response = server.post("Patient", PATIENT, headers=ZH)
    assert "content-language" not in response.headers
