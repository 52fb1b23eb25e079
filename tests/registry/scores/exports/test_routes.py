"""Exports over HTTP: to those who may see the account, and of a digest to everybody."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime, timedelta
from functools import partial

import orjson
import pytest
from openapi_spec_validator import validate

from fhir_kernel.settings import Settings
from fhir_kernel.store.memory import MemoryStore
from registry.api.kit import Kit
from registry.http.api import build_api
from registry.http.openapi import document
from registry.people.caller import Caller
from registry.people.limits import Limiter
from registry.publication.facts import publication_facts
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook
from registry.refusal import refused
from registry.scores.exports.routes import ROUTES, exports_routes
from registry.scores.running.snapshots import KeptSnapshot, save_head
from tests.registry.drafting.making import BENCH
from tests.registry.http.client import Client, told
from tests.registry.publication.world import ZONE
from tests.registry.scores.exports.told import HEAD, ORDINARY, PERIOD

pytestmark = pytest.mark.anyio
WHERE = {"snapshot": "2026-10-1", "id": "org-county"}
ACCOUNTS = (
    "showScoreReport",
    "readScoreWorkbook",
    "readScoreTable",
    "readMeasureReport",
    "readScoreTestReport",
    "readFindingsOutcome",
    "readReportReference",
)


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def account_of(_call, snapshot, institution):
    """As the register of snapshots would: one account, which may be seen, and one that may not."""
    if institution != "org-county":
        raise refused("forbidden", "this account is not yours to see", "无权查看该机构的得分")
    assert snapshot == "2026-10-1"
    return ORDINARY


async def taken(store, number):
    """A snapshot of October 2026 that stands in the store."""
    content = f"snapshot {number}".encode()
    digest, terms = await store.keep(content), await store.keep(b"terms")
    head = KeptSnapshot(
        id=f"2026-10-{number}",
        month="2026-10",
        begin=PERIOD.begin,
        end=PERIOD.end,
        digest=digest,
        terms=terms,
        taken=HEAD.taken,
        by="somebody",
        seed=7,
        pack="pack-2026-10",
        policy="2026.2",
        engine="Plumbline",
        terminology="",
        generation="1",
        errata=(),
        institutions=5,
    )
    await store.commit(partial(save_head, head=head))
    return digest


async def public(_request):
    return Caller("198.51.100.7", datetime(2026, 11, 3, tzinfo=UTC))


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def client(store, tmp_path):
    ids = itertools.count(1)
    kit = Kit(
        store=store,
        new_id=lambda: f"id-{next(ids)}",
        rulebook=Rulebook(ZONE),
        catalogue=Catalogue(store),
        gather=publication_facts,
        offset=timedelta(hours=8),
        bench=BENCH,
        folder=tmp_path,
    )
    routes = exports_routes(kit, account_of)
    limiter = Limiter(Settings(), lambda: 0.0)
    return Client(build_api(routes, public, limiter, title="Plumbline", version="1"), routes)


@pytest.mark.parametrize("operation", ACCOUNTS)
async def test_an_account_is_handed_out_in_every_form(client, operation):
    answer = await client.ask(operation, **WHERE)
    assert answer.is_success
    assert len(answer.content) > 500


@pytest.mark.parametrize("operation", ACCOUNTS)
async def test_who_may_not_see_the_account_gets_none_of_its_forms(client, operation):
    answer = await client.ask(operation, snapshot="2026-10-1", id="another")
    assert told(answer) == "403 this account is not yours to see"


async def test_a_report_is_in_the_language_that_is_asked_for(client):
    by_header = await client.ask("showScoreReport", language="zh", **WHERE)
    by_query = await client.ask("showScoreReport", query={"language": "zh"}, **WHERE)
    assert '<html lang="zh-CN">' in by_header.text
    assert by_header.content == by_query.content
    assert "sandbox" in by_header.headers["content-security-policy"]
    assert '<html lang="en">' in (await client.ask("showScoreReport", **WHERE)).text


async def test_the_digests_of_a_document_reference_are_those_of_the_reports(client):
    reference = orjson.loads((await client.ask("readReportReference", **WHERE)).content)
    reports = [await client.ask("showScoreReport", query={"language": each}, **WHERE) for each in ("en", "zh")]
    digests = [hashlib.sha256(each.content).hexdigest() for each in reports]
    assert [each["value"] for each in reference["identifier"]] == digests
    first = reference["content"][0]["attachment"]["url"].removeprefix("http://registry.example.org/api/")
    assert (await client.send("GET", first)).content == reports[0].content


async def test_the_measure_is_served(client):
    measure = orjson.loads((await client.ask("readScoreMeasure")).content)
    report = orjson.loads((await client.ask("readMeasureReport", **WHERE)).content)
    assert report["measure"] == f"{measure['url']}|{measure['version']}"


async def test_a_digest_tells_everybody_what_was_published(client, store):
    digest = await taken(store, 1)
    found = (await client.ask("verifySnapshot", digest=digest)).json()
    assert (found["id"], found["digest"], found["pack"], found["replacedBy"]) == (
        "2026-10-1",
        hashlib.sha256(b"snapshot 1").hexdigest(),
        "pack-2026-10",
        "",
    )
    assert (found["size"], found["period"]) == (10, {"begin": "2026-10-01", "end": "2026-10-31"})
    assert found["content"] == "http://registry.example.org/api/scores/2026-10-1/content"
    assert "by" not in found
    page = (await client.ask("showVerification", digest=digest, query={"language": "zh"})).text
    assert "该摘要已发布" in page
    assert "somebody" not in page


async def test_a_digest_says_which_snapshot_came_after_it(client, store):
    digest, newer = await taken(store, 1), await taken(store, 2)
    assert (await client.ask("verifySnapshot", digest=digest)).json()["replacedBy"] == "2026-10-2"
    assert (await client.ask("verifySnapshot", digest=newer)).json()["replacedBy"] == ""
    assert "was published since: 2026-10-2" in (await client.ask("showVerification", digest=digest)).text


async def test_an_unknown_digest_is_said_to_be_unknown(client):
    assert told(await client.ask("verifySnapshot", digest="0" * 64)).startswith("404 no snapshot with the digest 000")
    page = (await client.ask("showVerification", digest="0" * 64)).text
    assert "This digest is not known" in page


def test_the_routes_are_described():
    validate(document(ROUTES, "Plumbline", "1"))
