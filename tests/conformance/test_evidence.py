from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conformance.evidence import LONGEST_TEXT, MOST_FINDINGS, MOST_FINDINGS_OF_A_RULE, MOST_RULES, Sender
from conformance.judgement import Judgement
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Document, Key, Version
from tests.conformance.judging import BORN_RULE, NOW, PATIENT, enforcement, judged, rule
from tests.conformance.validator.world import HOME

SENDER = Sender("hospital-1", "his", "2.1", "client-7")
VERSION = Version(Key("Patient", "p1"), 3, NOW, "POST", b"{}")
FHIR = "http://hl7.org/fhir/StructureDefinition/Patient|4.0.1"


def document(judgement: Judgement, version: Version | None = None) -> Document:
    (found,) = judgement.evidence(SENDER, version)
    return found


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    else:
        yield str(value)


def test_it_tells_who_wrote_what_when_and_which_rules_were_met() -> None:
    assert document(judged(PATIENT, rule(BORN_RULE, "observe")), VERSION) == {
        "instant": "2025-04-01T12:00:00+00:00",
        "institution": "hospital-1",
        "product": "his",
        "productVersion": "2.1",
        "client": "client-7",
        "basis": "test",
        "method": "POST",
        "accepted": True,
        "type": "Patient",
        "id": "p1",
        "version": 3,
        "rules": [
            {"rule": FHIR, "mode": "reject", "applicable": 1, "passed": 1},
            {
                "rule": BORN_RULE,
                "mode": "observe",
                "applicable": 1,
                "failed": 1,
                "findings": [
                    {
                        "issue": "cardinality.min",
                        "severity": "error",
                        "path": "Patient",
                        "profile": BORN_RULE,
                        "element": "Patient.birthDate",
                        "rule": "min",
                    }
                ],
            },
        ],
    }


def test_of_what_is_refused_no_id_is_kept() -> None:
    found = document(judged({"resourceType": "Patient", "id": "id-card-110101", "gender": "x"}))
    assert found["accepted"] is False
    assert found["type"] == "Patient"
    assert not {"id", "version"} & found.keys()


def test_a_rule_that_could_not_be_asked_neither_passes_nor_fails() -> None:
    row = document(judged(PATIENT, rule("http://x.test/nothing|1", "reject")))["rules"][1]
    assert (row["applicable"], row["error"]) == (1, 1)
    assert not {"passed", "failed"} & row.keys()


def test_the_entries_of_a_bundle_are_counted_together() -> None:
    people = [PATIENT, PATIENT | {"birthDate": "2000-01-01"}, PATIENT]
    entries = [{"fullUrl": f"http://x.test/Patient/{at}", "resource": dict(each)} for at, each in enumerate(people)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    row = document(judged(bundle, rule(BORN_RULE, "warn")))["rules"][1]
    assert (row["applicable"], row["passed"], row["failed"]) == (3, 1, 2)
    assert [(each["path"], each["count"]) for each in row["findings"]] == [("Bundle.entry[0].resource", 2)]


def test_test_data_is_marked() -> None:
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
    for name in ("security", "tag"):
        assert document(judged(PATIENT | {"meta": {name: [label]}}))["test"] is True
    assert "test" not in document(judged(PATIENT))


def test_no_evidence_of_deletions_nor_of_rules_that_are_off() -> None:
    assert not enforcement().judge(PATIENT, method="DELETE", now=NOW).evidence(SENDER, None)
    assert not judged(PATIENT, default="off").evidence(SENDER, None)


SECRET = "secret张三110101199001011234"
SECRETS = st.sampled_from([SECRET, SECRET.lower(), f" {SECRET}"])
PATIENT_NAMES = ["name", "gender", "birthDate", "active", "contact", "identifier", "link", "managingOrganization"]
OTHER_NAMES = ["extension", "meta", "url", "system", "code", "value", "text", "profile", "contained", "id", "reference"]
NAMES = st.sampled_from([*PATIENT_NAMES, *OTHER_NAMES, "resourceType"])
JSON = st.recursive(
    SECRETS | st.just(1) | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | SECRETS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(NAMES | SECRETS, JSON, max_size=6), st.sampled_from(["Patient", "Observation", SECRET, ""]))
def test_no_value_and_no_name_that_a_sender_made_up_is_in_it(content: Resource, kind: str) -> None:
    resource = content | {"resourceType": kind}
    found = document(judged(resource, rule(BORN_RULE, "observe"), default="observe"))
    assert not [each for each in texts_in(found) if "secret" in each.lower() or "110101" in each]


def test_a_location_keeps_the_names_of_fhir_alone() -> None:
    found = document(judged({"resourceType": "Patient", "contact": [{SECRET + ".a": 1}]}))
    paths = [each["path"] for row in found["rules"] for each in row["findings"]]
    assert "Patient.contact[0].*.*" in paths


def test_it_is_bounded_whatever_was_sent() -> None:
    many: Resource = {"resourceType": "Patient"} | {f"x{at}": 1 for at in range(500)}
    rules = [rule(f"{HOME}/{'x' * 500}/{at}|1", "observe") for at in range(100)]
    found = document(judged(many, *rules))
    assert len(found["rules"]) == MOST_RULES
    assert found["moreRules"] == 101 - MOST_RULES
    first = found["rules"][0]
    assert len(first["findings"]) == MOST_FINDINGS_OF_A_RULE
    assert first["moreFindings"] > 400
    assert sum(len(row.get("findings", ())) for row in found["rules"]) <= MOST_FINDINGS
    assert max(len(each) for each in texts_in(found)) <= LONGEST_TEXT
    assert len(json.dumps(found)) < 60_000
