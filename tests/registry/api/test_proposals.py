from __future__ import annotations

import pytest

from fhir_kernel.settings import Settings
from tests.registry.api.world import PROPOSAL, Registry
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio


async def test_anybody_proposes_and_follows_it_by_the_receipt(registry):
    received = await registry.proposed()
    assert received["state"] == "00.00"
    assert received["duplicates"] == []
    await registry.act("s", "take-up")
    await registry.file("s", "triage-opinion")
    await registry.act("s", "reject-proposal", "有现行标准 WS/T 500")
    followed = await registry.done("followProposal", receipt=received["receipt"])
    assert (followed["state"], followed["stateName"]["zh"]) == ("00.98", "建议终止")
    assert [each["reason"] for each in followed["decisions"]] == ["", "", "有现行标准 WS/T 500"]


async def test_the_form_is_on_file_as_it_was_sent(registry):
    await registry.proposed()
    (document,) = (await registry.done("listDocuments", None, "s", id=registry.project))["documents"]
    assert (document["kind"], document["filedBy"]) == ("proposal", "")
    form = await registry.done("downloadDocument", None, "s", id=registry.project, document=document["id"])
    assert PROPOSAL["need"] in form.decode()


async def test_a_receipt_that_nobody_has_leads_nowhere(registry):
    answer = await registry.ask("followProposal", receipt="guessed")
    assert told(answer) == "404 there is no such receipt"


async def test_who_proposes_is_shown_what_is_there_already(registry):
    first = await registry.proposed()
    before = await registry.done("findDuplicates", query={"title": "患者基本信息共享数据集"})
    assert [each["standard"]["id"] for each in before["duplicates"]] == [first["standard"]]
    second = await registry.proposed(title={"zh": "患者基本信息数据集"})
    assert [each["standard"]["id"] for each in second["duplicates"]] == [first["standard"]]


async def test_only_the_secretariat_sees_how_the_proposer_is_reached(registry):
    await registry.proposed()
    assert (await registry.shown("s"))["contact"] == "somebody@example.org"
    for other in ("", "m", "authority"):
        assert "contact" not in await registry.shown(other)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"title": {}}, "422 title: found nothing; expected a text"),
        ({"need": "  "}, "422 need: found   ; expected a text of 1 to 5000 characters"),
        ({"kind": "ISO"}, "422 kind: found ISO; expected one of GB, GB/T, WS, WS/T, DB, DB/T, T"),
        ({"scope": "<b>all</b>"}, "422 scope: found the HTML tag <b>; expected plain text"),
        ({"committee": "tc-9"}, "404 there is no committee 'tc-9'"),
        ({"standard": "none"}, "404 there is no standard 'none'"),
        (
            {"projectKind": "revision"},
            "422 standard: a revision or an amendment names the standard, a new one does not",
        ),
    ],
)
async def test_what_cannot_be_proposed_is_refused_and_nothing_is_kept(registry, members, sentence):
    assert told(await registry.ask("propose", {**PROPOSAL, **members})) == sentence
    assert (await registry.done("listProjects"))["projects"] == []


async def test_one_address_proposes_only_so_often(store, tmp_path):
    registry = Registry(store, tmp_path, Settings(public_proposals=2))
    await registry.opened()
    for _ in range(2):
        await registry.proposed()
    answer = await registry.ask("propose", PROPOSAL)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert (await registry.ask("propose", PROPOSAL, "m")).status_code == 201


async def test_a_revision_is_another_edition_of_its_standard(registry):
    first = await registry.proposed()
    second = await registry.proposed(standard=first["standard"])
    assert second["standard"] == first["standard"]
    assert (await registry.shown())["project"]["kind"] == "revision"
    standard = await registry.done("readStandard", id=first["standard"])
    assert [each["id"] for each in standard["editions"]] == [second["edition"], first["edition"]]


async def test_the_proposer_mends_what_was_returned_and_sends_it_again(registry):
    received = await registry.done("propose", PROPOSAL, "user")
    registry.project = received["project"]
    await registry.act("s", "take-up")
    await registry.file("s", "triage-opinion")
    changed = {"need": "Three hospitals have asked."}
    assert told(await registry.ask("changeProject", changed, "user", id=registry.project)).startswith("403 ")
    await registry.act("s", "return-proposal", "who needs it?")
    assert (await registry.change("user", **changed))["need"] == changed["need"]
    await registry.act("user", "resubmit")
    assert (await registry.shown())["standing"]["state"] == "00.00"
