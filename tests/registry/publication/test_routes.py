"""Publication over HTTP: by the officer, seen by everybody, refused to others with the role that is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from openapi_spec_validator import validate

from registry.http.openapi import document
from registry.packages.shelf import release
from registry.publication.routes import ROUTES
from registry.publication.signing import Signature
from tests.registry.drafting.making import package
from tests.registry.http.client import told
from tests.registry.publication.bureau import Bureau
from tests.registry.publication.test_codes import tables
from tests.registry.publication.world import GOOD, PATIENT, TODAY

pytestmark = pytest.mark.anyio
CANONICAL = f"{PATIENT['url']}|2026.0.0"
EDITION = {"standard": "standard-one", "edition": "edition-one"}
PLAN = {
    "published": str(TODAY),
    "inForce": str(TODAY + timedelta(90)),
    "warnFrom": str(TODAY + timedelta(30)),
    "announcement": "国卫通〔2026〕5号",
    "issuer": {"en": "National Health Commission", "zh": "国家卫生健康委"},
    "clauses": {PATIENT["url"]: "5.1"},
}


@pytest.fixture
async def bureau(store, tmp_path):
    made = Bureau(store, tmp_path)
    await made.opened()
    return made


@pytest.fixture
async def project(bureau):
    return await bureau.house.drafted(PATIENT, examples=[GOOD])


async def published(bureau, project):
    number = await bureau.done("proposeNumber", by=bureau.officer, id=project)
    await bureau.done("giveNumber", number, bureau.officer, id=project)
    await bureau.done("preparePublication", PLAN, bureau.officer, id=project)
    return await bureau.done("publishEdition", {"expected": 3}, bureau.officer, id=project)


@pytest.mark.parametrize("store", ["memory", "sqlite"], indirect=True)
async def test_an_edition_is_numbered_prepared_and_published(bureau, project):
    done = await published(bureau, project)
    assert done["event"]["to"] == "60.60"
    assert (done["edition"]["number"], done["edition"]["inForce"]) == ("WS/T 1-2026", PLAN["inForce"])
    (rule,) = done["rules"]
    assert (rule["profile"], rule["mode"], rule["clause"]) == (CANONICAL, "observe", "5.1")
    seen = await bureau.done("readPublication", id=project)
    assert seen["doneBy"] == bureau.officer.id


async def test_everybody_sees_which_rules_applied_on_a_day(bureau, project):
    await published(bureau, project)

    async def modes(**query):
        found = await bureau.done("listRules", query=query)
        return [each["mode"] for each in found["rules"]]

    assert await modes(day="2026-03-01") == []
    assert await modes(day="2026-03-02") == ["observe"]
    assert await modes(day=PLAN["warnFrom"]) == ["warn"]
    assert await modes(day=PLAN["inForce"]) == ["reject"]
    assert await modes(day=PLAN["inForce"], type="Observation") == []
    refused = await bureau.ask("listRules", query={"day": "2026-03-02", "at": "2026-03-02T00:00:00Z"})
    assert told(refused) == "422 at: found both day and at; expected one of them"


async def test_everybody_reads_the_announcement_in_their_language(bureau, project):
    await published(bureau, project)
    chinese = await bureau.ask("readAnnouncement", language="zh", **EDITION)
    assert "现发布推荐性卫生行业标准 WS/T 1-2026《标准 one》，自2026年5月31日起实施。" in chinese.text
    english = await bureau.ask("readAnnouncement", **EDITION)
    assert "WS/T 1-2026 (health standard, recommended) is published and comes into force on 2026-05-31." in english.text
    assert "国卫通〔2026〕5号" in english.text
    assert "sandbox" in english.headers["content-security-policy"]


async def test_everybody_can_check_the_signature(bureau, project):
    await published(bureau, project)
    shown = await bureau.done("readArtefacts", **EDITION)
    archive = shown["archive"]
    placed = await release(bureau.house.store, "cn.example.draft", "2026.0.0")
    assert (archive["sha256"], archive["package"]) == (placed.digests.sha256, "cn.example.draft#2026.0.0")
    assert [each["url"] for each in shown["resources"]] == [PATIENT["url"]]
    signature = (await bureau.ask("readSignature", **EDITION)).content
    content = await bureau.house.store.kept(archive["sha256"])
    assert bureau.house.press.signer.verifies(content, Signature(signature, archive["key"]))
    (key,) = (await bureau.done("listSigningKeys"))["keys"]
    assert (await bureau.ask("readSigningKey", key=archive["key"])).text == key["pem"]
    assert told(await bureau.ask("readSigningKey", key="x")) == "404 there is no key 'x'"


async def test_dates_are_moved_by_an_authority_only_and_the_decision_is_seen(bureau, project):
    await published(bureau, project)
    dates = {"profile": CANONICAL, "rejectFrom": "2027-01-01T00:00:00+08:00", "reason": "hospitals need time"}
    refused = await bureau.ask("moveRuleDates", dates, bureau.officer, **EDITION)
    assert "403" in told(refused)
    assert "moving the dates of a rule needs the role authority" in told(refused)
    moved = await bureau.done("moveRuleDates", dates, bureau.authority, **EDITION)
    assert moved["rules"][0]["rejectFrom"] == "2026-12-31T16:00:00+00:00"
    seen = await bureau.done("readRulesOfEdition", **EDITION)
    assert [(each["by"], each["reason"]) for each in seen["decisions"]] == [
        (bureau.officer.id, "WS/T 1-2026: publish"),
        (bureau.authority.id, "hospitals need time"),
    ]


async def test_who_has_not_the_role_is_told_which(bureau, project):
    number = {"number": "WS/T 1-2026"}
    assert "giving a number needs the role N (publication officer) for national standards" in told(
        await bureau.ask("giveNumber", number, bureau.lawyer, id=project)
    )
    await bureau.done("giveNumber", number, bureau.officer, id=project)
    assert "preparing a publication needs the role N" in told(
        await bureau.ask("preparePublication", PLAN, bureau.lawyer, id=project)
    )
    await bureau.done("preparePublication", PLAN, bureau.officer, id=project)
    assert "403" in told(await bureau.ask("readPublication", by=bureau.visitor, id=project))
    assert "401" in told(await bureau.ask("publishEdition", {}, id=project))
    assert "'publish' needs the role N" in told(await bureau.ask("publishEdition", {}, bureau.lawyer, id=project))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"published": "2026-03-01"}, "422 published: found 2026-03-01; expected 2026-03-02 or later"),
        ({"inForce": "2026-03-02"}, "422 inForce: found 2026-03-02; expected a day after 2026-03-02"),
        ({"warnFrom": "2026-12-01"}, "422 warnFrom: found 2026-12-01; expected a day from 2026-03-02 to 2026-05-31"),
        ({"applies": {"http://x": "all"}}, "422 applies: found http://x; expected a profile of the package"),
        ({"issuer": {}}, "422 issuer: found nothing; expected a text"),
    ],
)
async def test_a_plan_that_cannot_be_is_refused(bureau, project, change, sentence):
    await bureau.done("giveNumber", {"number": "WS/T 1-2026"}, bureau.officer, id=project)
    assert sentence in told(await bureau.ask("preparePublication", {**PLAN, **change}, bureau.officer, id=project))


async def test_an_edition_is_abolished_over_http(bureau, project):
    await published(bureau, project)
    assert "'abolish' is possible in '95.20'" in " ".join(
        told(await bureau.ask("abolishEdition", {"reason": "x"}, bureau.lawyer, id=project)).split()
    )
    await bureau.house.at_stage(project, "95.20")
    bureau.go_on(days=200)
    await bureau.house.filed(project, "abolition-announcement")
    await bureau.house.depended(project)
    lawyer = await bureau.again(bureau.lawyer)
    done = await bureau.done("abolishEdition", {"reason": "out of date"}, lawyer, id=project)
    assert (done["event"]["to"], done["rules"][0]["mode"]) == ("95.99", "off")


async def test_a_custodian_releases_codes_over_http(bureau):
    made = await bureau.house.drafted(*tables("red"))
    await bureau.house.trusted("standard-one", bureau.visitor.id)
    await bureau.done("giveNumber", {"number": "WS/T 1-2026"}, bureau.officer, id=made)
    await bureau.done("preparePublication", {**PLAN, "clauses": {}}, bureau.officer, id=made)
    await bureau.done("publishEdition", {}, bureau.officer, id=made)
    sent = {"id": made, "query": {"reason": "blue was missing"}, "content": package(*tables("red", "blue"))}
    assert "only the custodian of the code tables may do this" in told(
        await bureau.ask("releaseCodes", None, bureau.officer, **sent)
    )
    done = await bureau.done("releaseCodes", None, bureau.visitor, **sent)
    assert done["event"]["action"] == "release-codes"
    assert [each["version"] for each in done["edition"]["artefacts"]] == ["", "2026.0.0", "2026.1.0"]
    versions = ("2026.0.0", "2026.1.0")
    answers = [await bureau.ask("readSignature", query={"version": each}, **EDITION) for each in versions]
    older, newer = [each.content for each in answers]
    assert older != newer
    refused = await bureau.ask("readSignature", query={"version": "9.9.9"}, **EDITION)
    assert told(refused) == "404 version: the edition has no package 9.9.9"


async def test_what_is_not_published_has_no_announcement(bureau, project):
    assert told(await bureau.ask("readAnnouncement", **EDITION)) == "404 edition: the publication has not been prepared"


def test_the_table_keeps_to_openapi():
    validate(document(ROUTES, "Plumbline", "1"))
