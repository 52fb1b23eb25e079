from __future__ import annotations

import hashlib
import itertools
from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from fhir_server.identity.organisations import Organisation
from fhir_server.identity.register import add_organisation
from registry.api.kit import Kit
from registry.http.api import build_api
from registry.people.person import PEOPLE
from registry.people.routes import people_routes
from registry.publication.facts import publication_facts
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook
from registry.scores.running.desk import ScoresDesk
from registry.scores.running.routes import running_routes
from registry.scores.running.strike import Strike
from tests.registry.drafting.making import BENCH
from tests.registry.http.client import Client, told
from tests.registry.people.world import NATION, SHANGHAI, Office
from tests.registry.scores.running.world import AROUND, GOOD, LABS, OCTOBER, WEAK, Province, rule_id

pytestmark = pytest.mark.anyio
FIRST = "2023-10-1"
JIANGSU = {"kind": "jurisdiction", "code": "320000"}


class Scoring:
    """An office behind the routes of scores, three hospitals of Shanghai, and a vendor."""

    def __init__(self, store, folder) -> None:
        self.store, self.office, self.province = store, Office(store), Province(store)
        ids = itertools.count(1)
        self.struck: list[Strike] = []
        kit = Kit(
            store=store,
            new_id=lambda: f"id-{next(ids)}",
            rulebook=Rulebook(timezone(timedelta(hours=8))),
            catalogue=Catalogue(store),
            gather=publication_facts,
            offset=timedelta(hours=8),
            bench=BENCH,
            folder=folder,
        )
        people = self.office.people
        desk = ScoresDesk(kit, replace(AROUND, strikes=self.strikes))
        routes = [*people_routes(people), *running_routes(desk)]
        self.client = Client(build_api(routes, people.caller_of, people.limiter, title="P", version="1"), routes)

    async def strikes(self, _reader):
        return tuple(self.struck)

    async def opened(self):
        root = await self.office.opened()
        hired = self.office.hired
        self.by = {
            "evaluator": await hired(root, "evaluator", ("E", NATION)),
            "shanghai": await hired(root, "shanghai", ("E", SHANGHAI)),
            "jiangsu": await hired(root, "jiangsu", ("E", JIANGSU)),
            "east": await hired(root, "somebody.east"),
            "vendor": await hired(root, "somebody.vendor"),
        }
        await self.province.opened("east", "west", "north")
        await add_organisation(self.store, Organisation("v1", "Vendor", "vendor"))
        await self.province.product("lab", "v1")
        for name in ("east", "west", "north"):
            await self.province.send(name, days=30, labs=WEAK if name == "east" else GOOD)
        await self.province.send("east", first=date(2023, 10, 31), days=1, product="lab#1", notes=GOOD)
        for login, organisation in (("east", "east"), ("vendor", "v1")):
            id_ = self.by[login].id
            kept = dict(await self.store.load(PEOPLE, id_))
            await self.province.save(PEOPLE, id_, {**kept, "organisation": organisation})
        return self

    async def ask(self, operation, body=None, by="", **more):
        return await self.client.ask(operation, body, token=self.by[by].token if by else "", **more)

    async def done(self, operation, body=None, by="", **more):
        answer = await self.ask(operation, body, by, **more)
        assert answer.is_success, answer.text
        return answer.json()

    async def taken(self):
        return await self.done("takeScores", {"period": OCTOBER}, "evaluator")


@pytest.fixture
async def scoring(store, tmp_path):
    return await Scoring(store, tmp_path).opened()


async def test_scores_are_taken_and_their_heads_are_told_to_everybody(scoring):
    made = await scoring.taken()
    assert (made["isNew"], made["snapshot"]["id"], made["snapshot"]["institutions"]) == (True, FIRST, 3)
    assert made["snapshot"]["by"] == scoring.by["evaluator"].id
    assert await scoring.done("listSnapshots") == {"snapshots": [made["snapshot"]]}
    assert (await scoring.taken())["isNew"] is False


async def test_one_institution_is_tried_without_a_trace(scoring):
    tried = await scoring.done("takeScores", {"period": OCTOBER, "institution": "east"}, "evaluator")
    assert tried["trial"]["institution"] == "east"
    assert await scoring.done("listSnapshots") == {"snapshots": []}


async def test_scores_of_all_are_taken_by_whoever_is_in_charge_of_all(scoring):
    for by in ("", "east", "shanghai", "vendor"):
        answer = await scoring.ask("takeScores", {"period": OCTOBER}, by)
        assert answer.status_code == (403 if by else 401)


async def test_what_cannot_be_scored_is_refused_in_both_languages(scoring):
    for period, language, said in (
        ("2031-01", "en", "422 period: 2031-01 ends on 2031-01-31; expected a period that is over"),
        ("2031-01", "zh", "应选已结束的周期"),
        ("2021-01", "en", "409 period: no published standard is in force in 2021-01-01/2021-01-31"),
        ("2021-01", "zh", "没有已实施的标准"),
    ):
        body = {"period": period}
        assert said in told(await scoring.ask("takeScores", body, "evaluator", language=language))


async def test_everybody_sees_the_scores_that_are_their_affair(scoring):
    await scoring.taken()
    everybody = ["east", "north", "west"]
    for by, seen in (
        ("evaluator", everybody),
        ("shanghai", everybody),
        ("jiangsu", []),
        ("east", ["east"]),
        ("vendor", []),
        ("", []),
    ):
        found = await scoring.done("readSnapshot", by=by, snapshot=FIRST)
        assert ([each["institution"] for each in found["scores"]], found["total"]) == (seen, len(seen))
        for each in ("east", "west"):
            answer = await scoring.ask("readScoreAccount", by=by, snapshot=FIRST, id=each)
            assert answer.status_code == (200 if each in seen else 403 if by else 401)


async def test_an_account_is_told_with_its_explanation(scoring):
    await scoring.taken()
    account = await scoring.done("readScoreAccount", by="east", snapshot=FIRST, id="east")
    assert (account["institution"]["name"], account["period"]["name"]) == ("Hospital east", OCTOBER)
    assert account["verification"].startswith("http://registry.example.org/api/scores/verification/")
    assert [each["own"] for each in account["peers"]["points"]].count(True) == 1
    assert "west" not in str(account)
    said = await scoring.done("explainScore", by="east", snapshot=FIRST, id="east")
    assert any("S = 100" in each["en"] for each in said["sentences"])
    assert (await scoring.ask("explainScore", by="east", snapshot=FIRST, id="west")).status_code == 403


async def test_the_content_has_the_digest_and_replays(scoring):
    digest = (await scoring.taken())["snapshot"]["digest"]
    content = (await scoring.ask("readSnapshotContent", by="evaluator", snapshot=FIRST)).content
    assert hashlib.sha256(content).hexdigest() == digest
    assert (await scoring.done("replaySnapshot", by="evaluator", snapshot=FIRST))["isEqual"]
    await scoring.province.send("west", labs=WEAK)
    answer = await scoring.ask("replaySnapshot", by="evaluator", snapshot=FIRST)
    assert told(answer).startswith(f"409 {FIRST}: scores, tallies came out otherwise")
    for operation in ("readSnapshotContent", "replaySnapshot"):
        assert (await scoring.ask(operation, by="east", snapshot=FIRST)).status_code == 403


async def test_peers_are_told_to_everybody_and_nobody_is_named(scoring):
    await scoring.taken()
    answer = await scoring.ask("listPeers", snapshot=FIRST, **{"class": "county"})
    assert len(answer.json()["points"]) == 3
    assert "east" not in answer.text
    assert (await scoring.ask("listPeers", snapshot=FIRST, **{"class": "other"})).status_code == 404


async def test_a_product_that_few_use_is_its_vendor_s_affair(scoring):
    await scoring.taken()
    for by, in_full in (("", False), ("east", False), ("vendor", True), ("evaluator", True)):
        his, lab = (await scoring.done("listProductScores", by=by, snapshot=FIRST))["products"]
        assert (his["product"], his["institutions"], his["score"] > 0) == ("his#1", 3, True)
        assert (lab["product"], lab["vendor"], lab["score"]) == ("lab#1", "v1", None)
        assert (lab["records"] > 0, bool(lab["dimensions"])) == (in_full, in_full)


async def test_a_bridge_is_told_to_whom_it_concerns(scoring):
    await scoring.taken()
    scoring.struck = [Strike("E-2026-001", rule_id(LABS, "binding"), date(2023, 10, 1), date(2023, 10, 31))]
    assert (await scoring.taken())["snapshot"]["errata"] == ["E-2026-001"]
    query = {"from": FIRST, "institution": "east"}
    made = await scoring.done("bridgeScores", by="east", snapshot="2023-10-2", query=query)
    assert round(sum(each["change"] for each in made["steps"]), 4) == round(made["new"] - made["old"], 4)
    assert ("removed", rule_id(LABS, "binding")) in [(each["cause"], each["subject"]) for each in made["steps"]]
    whole = await scoring.done("bridgeScores", by="east", snapshot="2023-10-2", query={"from": FIRST})
    assert [each["institution"] for each in whole["changes"]] == ["east"]
    other = await scoring.ask("bridgeScores", by="east", snapshot="2023-10-2", query={**query, "institution": "west"})
    assert other.status_code == 403
    assert told(await scoring.ask("bridgeScores", by="east", snapshot="2023-10-2")).startswith("422 ?from")
