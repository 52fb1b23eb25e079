"""Checks of security and reports of tests are kept and counted in one commit, each once."""

from __future__ import annotations

import asyncio
import json
from datetime import date

import pytest
from openapi_spec_validator import validate

from registry.evaluation.tally import count_up
from registry.http.openapi import document
from registry.refusal import Refused
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.reading import days_of
from registry.scores.inputs.reading import check_rules, registered_checks
from registry.scores.inputs.reports import check_valid
from registry.scores.inputs.routes import ROUTES
from tests.registry.http.client import told
from tests.registry.people.world import START
from tests.registry.publication.world import ZONE
from tests.registry.scores.inputs.world import report

pytestmark = pytest.mark.anyio
on_every_store = pytest.mark.parametrize("store", ["memory", "sqlite", "mongodb"], indirect=True)
CHECK = {
    "institution": "h1",
    "product": "his",
    "productVersion": "2.1",
    "rule": "check:restore-drill",
    "at": "2026-02-20T09:00:00+08:00",
    "passed": 3,
    "failed": 1,
    "error": 0,
    "source": "drill of 20 February",
}
FHIR = "application/fhir+json"
SCRIPT = "testreport:http://example.org/fhir/TestScript/read|1.0"


async def entered(inputs, *checks, by="evaluator", **more):
    return await inputs.ask("enterChecks", {"checks": checks}, by, **more)


async def reported(inputs, content=None, by="evaluator", language="en", **query):
    raw = json.dumps(report() if content is None else content).encode()
    query = {"institution": "h1", **query}
    return await inputs.ask("enterTestReport", None, by, content=raw, media_type=FHIR, query=query, language=language)


@on_every_store
async def test_checks_and_reports_are_kept_and_counted_in_one_commit(inputs):
    (made,) = (await entered(inputs, CHECK)).json()["checks"]
    assert (made["isNew"], made["decided"]["by"]) == (True, inputs.id("evaluator"))
    told_of = (await reported(inputs, product="his")).json()["report"]
    assert [told_of[name] for name in ("rule", "passed", "failed", "error")] == [SCRIPT, 1, 2, 1]
    assert await inputs.evidence() == [
        {
            "instant": "2026-02-20T01:00:00+00:00",
            "institution": "h1",
            "product": "his",
            "productVersion": "2.1",
            "check": {"rule": "check:restore-drill", "passed": 3, "failed": 1, "error": 0},
            "rules": [],
        },
        {
            "instant": "2026-02-20T02:00:00+00:00",
            "institution": "h1",
            "product": "his",
            "check": {"rule": SCRIPT, "passed": 1, "failed": 2, "error": 1},
            "rules": [],
        },
    ]
    assert await count_up(inputs.store, ZONE) == 2
    listed = await inputs.done("listChecks", by="authority", query={"institution": "h1"})
    assert [each["source"] for each in listed["checks"]] == ["drill of 20 February"]


async def test_what_was_checked_is_counted_on_the_day_on_which_it_was_done(inputs):
    await entered(
        inputs, CHECK, {**CHECK, "at": "2026-02-20T23:30:00+08:00"}, {**CHECK, "at": "2026-02-21T00:30:00+08:00"}
    )
    await catch_up(inputs.store, ZONE)
    days = await days_of(inputs.store, "h1", date(2026, 2, 1), date(2026, 2, 28))
    assert [(each.product, each.day, list(each.checks["check:restore-drill"])[:3]) for each in days] == [
        ("his#2.1", date(2026, 2, 20), [6, 2, 0]),
        ("his#2.1", date(2026, 2, 21), [3, 1, 0]),
    ]


async def test_the_same_check_twice_counts_once_and_another_result_of_it_is_refused(inputs):
    await entered(inputs, CHECK)
    again = await entered(inputs, CHECK)
    assert again.json()["checks"][0]["isNew"] is False
    assert len(await inputs.evidence()) == 1
    other = await entered(inputs, {**CHECK, "failed": 0})
    assert told(other) == (
        "409 checks[0]: the check of 2026-02-20T01:00:00+00:00 was entered with other numbers: "
        "3/1/0 passed, failed, errors"
    )


async def test_all_checks_are_entered_or_none(inputs):
    wrong = {**CHECK, "institution": "h9", "product": "x", "rule": "check:coffee"}
    said = told(await entered(inputs, CHECK, wrong))
    assert "checks[1].institution: found h9; expected the id of an institution" in said
    assert "checks[1].product: found x; expected the id of a product" in said
    assert "checks[1].rule: found check:coffee; expected the id of a rule" in said
    version = told(await entered(inputs, {**CHECK, "productVersion": "9"}))
    assert version == "422 checks[0].productVersion: found 9; expected one of 2.1"
    nothing = told(await entered(inputs, {**CHECK, "passed": 0, "failed": 0}))
    assert nothing == "422 checks[0]: found 0; expected one case at the least"
    assert await inputs.evidence() == []


async def test_a_check_lies_neither_ahead_nor_years_back_nor_outside_of_its_rule(inputs):
    ahead = told(await entered(inputs, {**CHECK, "at": "2026-03-03T00:00:00Z"}))
    assert "checks[0].at: found 2026-03-03T00:00:00+00:00; expected an instant within the last 366 days" in ahead
    assert (await entered(inputs, {**CHECK, "at": "2024-01-01T00:00:00Z"})).status_code == 422
    names = {"en": "x", "zh": "x"}
    rule = {"title": names, "fix": names, "dimension": "D7", "severity": "major", "clause": "", "reason": "new"}
    await inputs.done("decideCheckRule", {**rule, "since": "2026-03-01"}, "business", id="check:restore-drill")
    early = told(await entered(inputs, CHECK, language="zh"))
    assert "规则 check:restore-drill 的有效期为 2026-03-01 至" in early


async def test_evaluators_enter_for_their_jurisdiction_and_institutions_see_their_own(inputs):
    assert (await entered(inputs, CHECK, by="local")).is_success
    other = told(await entered(inputs, {**CHECK, "institution": "h3"}, by="local"))
    assert "checks[0].institution: found h3; expected an institution of a jurisdiction" in other
    member = await inputs.member("h1")
    assert (await entered(inputs, CHECK, by=member)).status_code == 403
    assert (await reported(inputs, by=member)).status_code == 403
    assert len((await inputs.done("listChecks", by=member, query={"institution": "h1"}))["checks"]) == 1
    assert (await inputs.ask("listChecks", by=member, query={"institution": "h2"})).status_code == 403


async def test_nobody_enters_anything_of_the_institution_they_belong_to(inputs):
    own = await inputs.member("h1", "evaluator")
    for answer in (await entered(inputs, CHECK, by=own), await reported(inputs, by=own)):
        assert "found h1; expected an institution of a jurisdiction for which you have the role" in told(answer)
    assert (await entered(inputs, {**CHECK, "institution": "h2"}, by=own)).is_success


async def test_the_same_report_counts_once_however_it_is_written(inputs):
    first = (await reported(inputs)).json()
    again = (await reported(inputs, report(id="other", meta={"versionId": "9"}))).json()
    assert (first["isNew"], again["isNew"], again["report"]) == (True, False, first["report"])
    assert len(await inputs.evidence()) == 1
    elsewhere = told(await reported(inputs, institution="h2"))
    assert elsewhere == "409 the same report was entered for h1; expected the report of another run"
    at_once = await asyncio.gather(*(reported(inputs, report(issued="2026-02-21")) for _ in range(3)))
    assert sorted(each.json()["isNew"] for each in at_once) == [False, False, True]
    assert len(await inputs.evidence()) == 2


async def test_the_first_report_of_a_script_makes_its_rule(inputs):
    await reported(inputs)
    (found,) = [each for each in await check_rules(inputs.store) if each.dimension == "D6"]
    assert (found.id, found.severity, found.since) == (SCRIPT, "major", date(2026, 2, 1))
    await reported(inputs, report(issued="2026-02-24T10:00:00+08:00"))
    (rule,) = [each for each in await registered_checks(inputs.store) if each.id == SCRIPT]
    assert rule.version == 1
    early = told(await reported(inputs, report(issued="2026-01-31T10:00:00+08:00")))
    assert "TestReport.issued: found 2026-01-31; expected a day on which testreport:" in early


async def test_a_report_is_given_back_as_it_was_sent(inputs):
    made = (await reported(inputs)).json()["report"]
    member = await inputs.member("h1")
    content = await inputs.ask("readTestReportContent", by=member, id=made["id"])
    assert content.json() == report()
    assert await inputs.done("readTestReport", by=member, id=made["id"]) == made
    assert (await inputs.ask("readTestReport", by="visitor", id=made["id"])).status_code == 403
    assert (await inputs.ask("readTestReport", by=member, id="0")).status_code == 404
    listed = await inputs.done("listTestReports", by="root")
    assert listed["reports"] == [made]


async def test_what_is_no_valid_test_report_is_refused_with_its_faults(inputs):
    wrong = report(status="done", result="maybe")
    del wrong["testScript"]
    said = told(await reported(inputs, wrong))
    assert said.startswith("422 TestReport: ")
    assert "'testScript' is required" in said
    assert "TestReport.status" in said
    patient = told(await reported(inputs, {"resourceType": "Patient"}))
    assert patient == "422 resourceType: found 'Patient'; expected TestReport"
    assert told(await reported(inputs, [])).startswith("422 the body cannot be read")
    assert await inputs.evidence() == []


async def test_a_report_that_is_not_complete_or_tells_no_day_is_refused_in_both_languages(inputs):
    wrong = report(status="in-progress", result="pending", testScript={"display": "x"})
    del wrong["issued"], wrong["test"]
    said = told(await reported(inputs, wrong))
    assert "TestReport.status: found in-progress; expected completed: only a report of all tests counts" in said
    assert "TestReport.result: found pending; expected pass or fail" in said
    assert "TestReport.issued: found nothing; expected the day or the instant" in said
    assert "TestReport.testScript.reference: found nothing; expected a reference" in said
    assert "TestReport.test: found nothing; expected one test or more" in said
    assert "TestReport.test: 缺失；应为至少一个测试" in told(await reported(inputs, wrong, language="zh"))


async def test_a_server_that_validates_nothing_takes_no_report(inputs):
    with pytest.raises(Refused, match="this server does not validate test reports"):
        check_valid(report(), None, START)


async def test_data_that_was_made_for_tests_counts_for_nothing(inputs):
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
    said = told(await reported(inputs, report(meta={"tag": [label]})))
    assert said == "422 meta: found the label HTEST; test data enters no score"


async def test_what_was_skipped_after_the_engine_failed_in_the_setup_is_an_error(inputs):
    setup = {"action": [{"operation": {"result": "error"}}]}
    made = (await reported(inputs, report(setup=setup))).json()["report"]
    assert [made[name] for name in ("passed", "failed", "error")] == [1, 1, 2]


def test_the_routes_are_described():
    validate(document(ROUTES, "Plumbline", "1"))
