"""How a standard fares is counted up from the evidence of writes, seen, filed, and may cause a review."""

from __future__ import annotations

import asyncio
import json
from datetime import date, timedelta

import pytest
from openapi_spec_validator import validate

from conformance.evidence import Sender
from fhir_kernel.settings import load_settings
from fhir_kernel.store.base import Transaction
from plumbline.wiring import build_published_judge
from registry.evaluation.routes import ROUTES
from registry.evaluation.tally import count_up, tallied
from registry.evaluation.upkeep import keep_counted
from registry.http.openapi import document
from registry.records.filing import filed_documents
from tests.registry.drafting.making import core
from tests.registry.http.client import told
from tests.registry.publication.bureau import Bureau
from tests.registry.publication.test_publishing import ready, revised
from tests.registry.publication.world import PATIENT, TODAY, ZONE

pytestmark = pytest.mark.anyio
on_every_store = pytest.mark.parametrize("store", ["memory", "sqlite", "mongodb"], indirect=True)
CANONICAL = f"{PATIENT['url']}|2026.0.0"
MISSING = {"issue": "cardinality.min", "severity": "error", "path": "Patient", "element": "Patient.birthDate"}


def entry(bureau: Bureau, institution: str, product: str = "his", *, failed: int = 0, mode: str = "warn", **more):
    rule = {"rule": CANONICAL, "mode": mode, "applicable": 1}
    rule |= {"failed": 1, "findings": [MISSING]} if failed else {"passed": 1}
    return {
        "instant": bureau.house.now.isoformat(),
        "institution": institution,
        "product": product,
        "method": "POST",
        "accepted": True,
        "rules": [rule],
        **more,
    }


async def came(bureau: Bureau, *entries) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.append("evidence", entries)

    await bureau.house.store.commit(work)


async def published(bureau: Bureau) -> str:
    project = await ready(bureau.house)
    await bureau.house.published(project)
    return project


@on_every_store
async def test_the_log_is_counted_once_however_often_it_is_looked_at(bureau):
    store = bureau.house.store
    await came(bureau, entry(bureau, "a", failed=1), entry(bureau, "a"), entry(bureau, "b", "lis", failed=1))
    assert await count_up(store, ZONE) == 3
    assert await count_up(store, ZONE) == 0
    await came(bureau, entry(bureau, "a", failed=1, mode="reject"))
    assert await count_up(store, ZONE) == 1
    rows = await tallied(store, CANONICAL, TODAY, TODAY)
    counts = {(each.institution, each.product): each.counts for each in rows}
    assert counts == {
        ("a", "his"): {"records": 3, "failed": 2, "refused": 1},
        ("b", "lis"): {"records": 1, "failed": 1},
    }


async def test_records_made_for_tests_do_not_count(bureau):
    await came(bureau, entry(bureau, "a", failed=1, test=True))
    await count_up(bureau.house.store, ZONE)
    assert await tallied(bureau.house.store, CANONICAL, TODAY, TODAY) == []


async def test_what_was_only_tried_out_or_is_no_record_does_not_count(bureau):
    check = {"instant": bureau.house.now.isoformat(), "institution": "a", "check": {"rule": "check:tls", "passed": 1}}
    await came(bureau, entry(bureau, "a", failed=1, validated=True), check)
    assert await count_up(bureau.house.store, ZONE) == 2
    assert await tallied(bureau.house.store, CANONICAL, TODAY, TODAY) == []


async def test_a_window_has_the_days_that_are_asked_for(bureau):
    await came(bureau, entry(bureau, "a"))
    bureau.go_on(days=10)
    await came(bureau, entry(bureau, "a"))
    await count_up(bureau.house.store, ZONE)

    async def days(first: date, last: date):
        return [each.day for each in await tallied(bureau.house.store, CANONICAL, first, last)]

    assert await days(TODAY, TODAY) == [TODAY]
    assert await days(TODAY + timedelta(1), TODAY + timedelta(10)) == [TODAY + timedelta(10)]
    assert await days(TODAY, TODAY + timedelta(9)) == [TODAY]


async def test_it_is_seen_what_fails_most_and_at_how_many_institutions_and_products(bureau):
    project = await published(bureau)
    await came(
        bureau,
        entry(bureau, "a", failed=1),
        entry(bureau, "b", failed=1),
        entry(bureau, "b", "lis", failed=1),
        entry(bureau, "c"),
    )
    use = await bureau.done("readUse", by=bureau.evaluator, id=project, query={"days": 30})
    (rule,) = use["rules"]
    assert (rule["records"], rule["failed"], rule["clause"]) == (4, 3, "5.1")
    assert (rule["institutions"], rule["failingInstitutions"], rule["failingProducts"]) == (3, 2, 2)
    (finding,) = rule["findings"]
    assert (finding["element"], finding["issue"]) == ("Patient.birthDate", "cardinality.min")
    assert (finding["count"], finding["institutions"], finding["products"]) == (3, 2, 2)
    assert "seeing how a standard fares needs one of the roles" in told(
        await bureau.ask("readUse", by=bureau.visitor, id=project)
    )


async def test_evidence_comes_from_the_writes_themselves(bureau):
    """As the server keeps it when somebody sends a record."""
    project = await published(bureau)
    judge = build_published_judge(core(), load_settings())
    await judge.take_up(bureau.house.store)
    faulty = {"resourceType": "Patient", "id": "1", "gender": "male"}
    at = bureau.house.now + timedelta(hours=1)
    judgement = judge.judge(faulty, method="POST", now=at)
    await came(bureau, *judgement.evidence(Sender("hospital", "his", "1", "client"), None))
    use = await bureau.done("readUse", by=bureau.evaluator, id=project)
    (rule,) = use["rules"]
    assert (rule["failed"], rule["failingInstitutions"]) == (1, 1)
    assert rule["findings"][0]["element"] == "Patient.birthDate"


async def test_the_report_is_filed_with_the_review_as_a_table_and_as_data(bureau):
    project = await published(bureau)
    await came(bureau, entry(bureau, "a", failed=1))
    made = await bureau.done("fileImplementationReport", {"days": 30}, bureau.evaluator, id=project)
    assert [each["kind"] for each in made["documents"]] == ["implementation-report", "evaluation-data"]
    table, data = list(await filed_documents(bureau.house.store, project))[-2:]
    page = (await bureau.house.store.kept(table.digest)).decode()
    assert "实施情况" in page
    assert "Patient.birthDate" in page
    assert json.loads(await bureau.house.store.kept(data.digest)) == made["use"]


async def test_a_revision_gets_the_evidence_of_the_edition_before_it(bureau):
    await published(bureau)
    await came(bureau, entry(bureau, "a", failed=1))
    project = await revised(bureau.house)
    bureau.office.time.go_on(days=320)
    evaluator = await bureau.again(bureau.evaluator)
    made = await bureau.done("fileImplementationReport", {}, evaluator, id=project)
    assert (made["use"]["edition"], made["use"]["rules"][0]["failed"]) == ("WS/T 788-2026", 1)
    assert {each["project"] for each in made["documents"]} == {project}


async def test_too_few_records_that_keep_a_rule_are_a_cause_for_a_review_once(bureau):
    project = await published(bureau)
    await came(bureau, entry(bureau, "a", failed=1), *[entry(bureau, "a")] * 3)
    checked = await bureau.done("checkEvaluation", {"least": 75}, bureau.evaluator, id=project)
    assert "trigger" not in checked
    checked = await bureau.done("checkEvaluation", {"least": 80}, bureau.evaluator, id=project)
    assert checked["below"] == [f"{CANONICAL}: 3/4 ({TODAY - timedelta(365)} – {TODAY})"]
    assert checked["trigger"]["text"].startswith("评价低于阈值 (evaluation below the threshold): ")
    assert "trigger" not in await bureau.done("checkEvaluation", {"least": 80}, bureau.evaluator, id=project)
    assert "evaluating a standard needs one of the roles" in told(
        await bureau.ask("checkEvaluation", {"least": 80}, bureau.officer, id=project)
    )


def test_the_table_keeps_to_openapi():
    validate(document(ROUTES, "Plumbline", "1"))


async def test_evidence_is_counted_while_nobody_asks(bureau):
    await came(bureau, entry(bureau, "a"))
    keeping = asyncio.create_task(keep_counted(bureau.house.store, ZONE, 0.01))
    try:
        while not await tallied(bureau.house.store, CANONICAL, TODAY, TODAY):
            await asyncio.sleep(0.01)
    finally:
        keeping.cancel()
