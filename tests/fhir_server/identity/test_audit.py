from __future__ import annotations

import itertools

import pytest

from conformance.evidence import Sender
from fhir_kernel.store.records import Key, Version
from fhir_server.identity.audit import TOKEN, Auditor, Refusal
from plumbline.wiring import build_validator
from tests.fhir_server.identity.service_world import START

SENDER = Sender("hospital-1", "his", "3.1", "c-1")


@pytest.fixture(scope="module")
def validator():
    return build_validator()


@pytest.fixture
def auditor():
    ids = itertools.count(1)
    return Auditor("Plumbline", lambda: f"a-{next(ids)}")


def _version(method, number=1, resource_type="Patient"):
    body = None if method == "DELETE" else b'{"name":"secret of a record"}'
    return Version(Key(resource_type, "p-1"), number, START, method, body)


def _problems(validator, entry):
    found = validator.validate(entry).issues
    return [str(each) for each in found if each.severity != "information" and "dom-6" not in str(each)]


VERSIONS = [
    _version("POST"),
    _version("PUT", 1, "Observation"),
    _version("PUT", 2),
    _version("PATCH", 3),
    _version("DELETE", 4),
]


def test_every_version_of_a_commit_is_named_with_how_it_was_written(auditor):
    entries = auditor.written(SENDER, [*VERSIONS, _version("POST", 1, "Encounter")], START)
    named = {
        (each["subtype"][0]["code"], each["action"]): [entity["what"]["reference"] for entity in each["entity"]]
        for each in entries
    }
    assert named == {
        ("create", "C"): ["Patient/p-1/_history/1", "Encounter/p-1/_history/1"],
        ("update", "C"): ["Observation/p-1/_history/1"],
        ("update", "U"): ["Patient/p-1/_history/2"],
        ("patch", "U"): ["Patient/p-1/_history/3"],
        ("delete", "D"): ["Patient/p-1/_history/4"],
    }


def test_it_is_said_who_wrote_for_whom_with_what_and_nothing_of_the_record(auditor):
    (entry,) = auditor.written(SENDER, VERSIONS[:1], START)
    who = [each["who"] for each in entry["agent"]]
    assert [each["identifier"]["value"] for each in who] == ["c-1", "hospital-1", "his"]
    assert who[2]["display"] == "his 3.1"
    assert [each["requestor"] for each in entry["agent"]] == [True, False, False]
    assert entry["recorded"] == "2025-03-01T08:00:00.000+00:00"
    assert "secret" not in repr(entry)


@pytest.mark.parametrize("sender", [SENDER, Sender()])
def test_entries_of_writes_are_valid_resources(auditor, validator, sender):
    for entry in auditor.written(sender, VERSIONS, START):
        assert not _problems(validator, entry)


REFUSALS = [
    Refusal("read", 401, "login", "Patient", "p-1"),
    Refusal("search-type", 403, "forbidden", "Patient", sender=SENDER),
    Refusal("create", 422, "invariant", "Patient", sender=SENDER),
    Refusal("operation", 403, "forbidden"),
    Refusal("none", 404, "not-found"),
    Refusal("history-system", 503, "transient", sender=SENDER),
    Refusal(TOKEN, 401, "invalid_client"),
    Refusal(TOKEN, 429, "temporarily_unavailable", sender=Sender(client="c-1")),
    Refusal("update", 400, "invalid", "Patient", "../../an id that is none"),
    Refusal("update", 400, "invalid", "<script>", "1"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda each: f"{each.interaction} {each.code}")
def test_entries_of_refusals_are_valid_resources(auditor, validator, refusal):
    entry = auditor.refused(refusal, START)
    assert not _problems(validator, entry)
    assert entry["outcomeDesc"] == f"{refusal.status} {refusal.code}"
    assert entry["outcome"] == ("8" if refusal.status >= 500 else "4")


def test_what_cannot_be_an_id_is_not_written_down(auditor):
    assert "none" not in repr(auditor.refused(REFUSALS[-2], START)["entity"])
    assert "entity" not in auditor.refused(REFUSALS[-1], START)
    odd = auditor.refused(Refusal("read", 401, "login", sender=Sender(client="a\nb")), START)
    assert odd["agent"] == [{"requestor": True, "name": "not authenticated"}]
