"""Anybody tries records against the published standards: every rule is told, nothing is scored, nothing is kept."""

from __future__ import annotations

import json
import sqlite3

import pytest

from conformance.scoring.policy_file import shipped_policy
from conformance.scoring.wilson import lower_bound
from tests.registry.http.client import told
from tests.registry.scores.practice.world import BIRTH, GENDER, NAME, bundle, patient, visit

pytestmark = pytest.mark.anyio


def _lines(*resources):
    return b"\n".join(json.dumps(each, ensure_ascii=False).encode() for each in resources)


def _rule(report, id_):
    return next(each for each in report["rules"] if each["id"] == id_)


async def test_records_that_keep_every_rule_have_no_findings_and_it_says_that_nothing_is_scored(ground):
    report = await ground.practised(bundle(*(patient(f"p{each}") for each in range(5))))
    assert report["scored"] is False
    assert "not scored" in report["note"]["en"]
    assert "不评分" in report["note"]["zh"]
    assert (report["records"], report["refused"], report["findings"]) == (5, 0, [])
    assert all(each["failed"] == 0 for each in report["rules"])
    assert (_rule(report, BIRTH)["asked"], _rule(report, BIRTH)["passed"]) == (5, 5)


async def test_a_finding_tells_rule_clause_place_what_was_found_and_expected_and_what_to_do(ground):
    report = await ground.practised(bundle(patient("p1"), patient("p2", birthDate=None)))
    (finding,) = (each for each in report["findings"] if each.get("rule") == BIRTH)
    assert finding["record"] == "body entry[1] Patient/p2"
    assert finding["path"] == "Patient"
    assert (finding["found"], finding["expected"]) == ("0", "1")
    assert (finding["standard"], finding["clause"]) == ("WS/T 1-2026", "5.1")
    assert finding["line"] > 20
    assert finding["message"]
    assert finding["title"]["en"] != finding["title"]["zh"]
    assert finding["fix"]["en"]
    assert finding["fix"]["zh"]


async def test_line_and_column_are_those_of_what_was_sent(ground):
    sent = json.dumps(bundle(patient("p1"), patient("p2", birthDate="1985-13-45")), indent=2, ensure_ascii=False)
    report = await ground.practised(sent.encode())
    (finding,) = (each for each in report["findings"] if each["path"] == "Patient.birthDate")
    lines = sent.splitlines()
    assert lines[finding["line"] - 1].strip().startswith('"birthDate": "1985-13-45"')
    assert finding["found"] == "1985-13-45"


async def test_each_rule_has_its_share_with_its_lower_limit_and_what_costs_most_comes_first(ground):
    sound = [patient(f"p{each}") for each in range(8)]
    weak = [patient("p8", birthDate=None), patient("p9", birthDate=None, gender=None)]
    report = await ground.practised(_lines(*sound, *weak), "application/fhir+ndjson")
    birth, gender = _rule(report, BIRTH), _rule(report, GENDER)
    assert (birth["asked"], birth["passed"], birth["failed"], birth["share"]) == (10, 8, 2, 0.8)
    assert birth["lower"] == round(lower_bound(8, 10, shipped_policy().z), 4)
    assert (gender["passed"], gender["failed"], gender["severity"]) == (9, 1, "minor")
    costs = [each["cost"] for each in report["rules"]]
    assert costs == sorted(costs, reverse=True)
    assert birth["cost"] > 0
    assert _rule(report, NAME)["cost"] == 0


async def test_what_nobody_can_tell_of_a_file_is_not_asked(ground):
    report = await ground.practised(patient("p1"))
    kinds = {each["id"].rpartition(":")[2] for each in report["rules"]}
    assert not kinds & {"timely", "volume", "identity"}


async def test_what_lies_outside_of_the_life_of_a_patient_is_told_wherever_in_the_run_the_patient_comes(ground):
    visits = [visit("v1", "2020-05-01", "2020-05-03"), visit("v2", "1970-01-01"), visit("v3", "1970-01-01", of="p9")]
    report = await ground.practised(_lines(*visits, patient("p1")), "application/fhir+ndjson")
    life = next(each for each in report["rules"] if each["id"].endswith("#:life"))
    assert (life["asked"], life["passed"], life["failed"]) == (2, 1, 1)
    (finding,) = (each for each in report["findings"] if each.get("rule") == life["id"])
    assert finding["record"] == "line 2 Encounter/v2"
    assert finding["message"].startswith("It happened on 1970-01-01")
    assert finding["clause"] == "5.2"


async def test_what_ends_before_it_begins_is_told(ground):
    report = await ground.practised(visit("v1", "2020-05-09", "2020-05-01"))
    order = next(each for each in report["rules"] if each["id"].endswith("#:order"))
    assert order["failed"] == 1
    assert order["id"] in {each.get("rule") for each in report["findings"]}


async def test_the_entries_of_a_document_are_judged_within_it(ground):
    document = bundle({"resourceType": "Composition"}, patient("p1", birthDate=None), kind="document")
    report = await ground.practised(document)
    assert (report["records"], report["refused"]) == (1, 1)
    (finding,) = (each for each in report["findings"] if each.get("rule") == BIRTH)
    assert (finding["record"], finding["path"]) == ("body", "Bundle.entry[1].resource")
    assert finding["line"] > 5


async def test_of_very_many_findings_the_first_are_told_and_the_others_counted(ground):
    many = patient("p1", identifier=[{"use": "wrong"} for _ in range(20_000)])
    report = await ground.practised(many)
    base = next(each["id"] for each in report["rules"] if each["id"].endswith("#:base"))
    assert len([each for each in report["findings"] if each.get("rule") == base]) == 50
    assert report["hidden"][base] >= 19_950


async def test_a_record_that_is_there_twice_with_the_same_content_counts_once(ground):
    report = await ground.practised(
        _lines(patient("p1", gender=None), patient("p1", gender=None)), "application/x-ndjson"
    )
    assert (report["records"], report["repeated"]) == (2, 1)
    assert _rule(report, GENDER)["failed"] == 1


async def test_what_breaks_fhir_itself_would_be_refused_and_comes_with_its_place(ground):
    report = await ground.practised(bundle(patient("p1", gender="M"), {"resourceType": "Basic", "code": 5}))
    assert report["refused"] == 2
    assert {each["path"] for each in report["findings"]} >= {"Patient.gender", "Basic.code"}
    (basic,) = (each for each in report["findings"] if each["path"] == "Basic.code")
    assert "rule" not in basic


async def test_lines_that_are_no_records_are_told_beside_those_that_are(ground):
    report = await ground.practised(_lines(patient("p1")) + b"\n\n{oops\n[1]\n", "application/fhir+ndjson")
    assert (report["records"], report["notRead"]) == (1, 2)
    assert [(each["record"], each["line"]) for each in report["unread"]] == [("line 3", 3), ("line 4", 4)]


@pytest.mark.parametrize(("language", "said"), [("en", "expected"), ("zh", "应")])
async def test_messages_come_in_the_language_that_is_asked(ground, language, said):
    report = await ground.practised(patient("p1", birthDate="x"), query={"language": language})
    (finding,) = (each for each in report["findings"] if each["path"] == "Patient.birthDate")
    assert said in finding["message"].lower()


async def test_nothing_of_it_is_kept(ground, tmp_path):
    def content():
        with sqlite3.connect(tmp_path / "store.db") as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'").fetchall()
            return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}

    before = content()
    assert len(before) > 5
    await ground.practised(bundle(*(patient(f"p{each}", birthDate=None) for each in range(20))))
    await ground.ask(b"{oops")
    assert content() == before


@pytest.mark.parametrize(
    ("content", "media_type", "said"),
    [
        (b"", "application/json", "422 the body is empty; expected records"),
        (b" \n", "application/fhir+ndjson", "422 the body is empty; expected records"),
        (b"{oops", "application/json", "422 body:1:6: "),
        (b"\xff\xfe\x00", "application/json", "422 body:"),
        (b"[1, 2]", "application/json", "422 body:1:1: "),
        (b"<Patient/>", "application/json", "422 body:1:1: "),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "application/json", "422 body: "),
        (b"<Patient/>", "application/fhir+xml", "415 "),
        (
            b'{"resourceType":"Bundle","type":"batch","entry":9}',
            "application/json",
            "422 body entry[0]: Expected a JSON",
        ),
        (b" " * 5_000_001, "application/json", "413 the body is larger than 5000000 bytes"),
    ],
)
async def test_what_is_no_body_of_records_is_refused_and_why(ground, content, media_type, said):
    assert told(await ground.ask(content, media_type)).startswith(said)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"resourceType": 5},
        {"resourceType": "Nothing"},
        {"resourceType": "Patient", "name": 5, "identifier": [[]], "meta": {"profile": {"a": 1}}, "id": 7},
        {"resourceType": "Bundle", "type": 7, "entry": 9},
        {"resourceType": "Bundle", "type": "batch", "entry": [9, {"resource": 5}, {"resource": patient("p1")}]},
        bundle(17, None, [], {"resourceType": []}, patient("p1")),
        bundle({"resourceType": "Patient", "id": "x" * 10_000, "subject": {"reference": 8}}),
    ],
)
async def test_wrong_types_anywhere_are_findings_and_never_a_failure(ground, content):
    report = await ground.practised(content)
    assert report["refused"] + report["notRead"] > 0


async def test_one_run_takes_no_more_than_a_thousand_records(ground):
    many = b"\n".join([b'{"resourceType":"Basic"}'] * 1_001)
    assert told(await ground.ask(many, "application/fhir+ndjson")).startswith("413 found more than 1000 records")
    entries = [{"resourceType": "Basic"}] * 1_001
    for sent in (bundle(*entries), bundle(*entries, kind="document"), bundle(bundle(*entries), kind="message")):
        assert told(await ground.ask(sent)).startswith("413 found more than 1000")


async def test_the_public_is_told_to_wait_where_it_asks_too_often(ground):
    for _ in range(30):
        await ground.ask(b"")
    answer = await ground.ask(b"")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
