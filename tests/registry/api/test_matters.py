from __future__ import annotations

import pytest

from tests.registry.api.world import after
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio


async def raised(registry, kind, by="", text="与现行标准重复"):
    return await registry.ask("raiseMatter", {"kind": kind, "text": text}, by, id=registry.project)


async def test_anybody_objects_to_a_notice_and_the_project_waits_for_the_answer(registry):
    await registry.to_application()
    assert told(await raised(registry, "objection")) == "409 there is no public notice to object to now"
    await registry.change("s", leadUnit="第一医院", overlapSearched=True)
    await registry.file("s", "application", "outline", "feasibility")
    await registry.act("m", "give-notice")
    await registry.change("m", notice={"closes": after(registry.time.clock(), days=16)})
    matter = (await raised(registry, "objection")).json()
    assert matter.keys() == {"id", "kind", "text", "raised", "answer"}
    assert (await registry.shown())["openMatters"] == {"objection": 1}
    await registry.go_on(days=17)
    assert "objections without an answer: 1" in await registry.missing("m", "approve-project")
    asked = {"id": registry.project, "matter": matter["id"]}
    refused = await registry.ask("answerMatter", {"answer": "不重复"}, "n", **asked)
    assert told(refused).startswith("403 answering an objection needs one of the roles S")
    await registry.done("answerMatter", {"answer": "不重复"}, "m", **asked)
    again = await registry.ask("answerMatter", {"answer": "不重复"}, "m", **asked)
    assert told(again) == "409 the matter has been answered already"
    (public,) = (await registry.done("listMatters", id=registry.project))["matters"]
    assert (public["answer"], "answeredBy" in public) == ("不重复", False)
    assert told(await raised(registry, "objection")) == "409 there is no public notice to object to now"


@pytest.mark.parametrize(
    ("kind", "by", "text", "sentence"),
    [
        ("finding", "", "x", "401 raising a finding needs one of the roles I"),
        ("finding", "s", "x", "403 raising a finding needs one of the roles I"),
        ("finding", "i", "x", "409 findings are raised in 50.20; the state is 00.00"),
        ("objection", "", "<i>x</i>", "422 text: found the HTML tag <i>; expected plain text"),
        ("rumour", "e", "x", "422 kind: found rumour; expected one of objection, finding"),
    ],
)
async def test_a_matter_that_may_not_be_raised_is_refused(registry, kind, by, text, sentence):
    await registry.proposed()
    assert told(await raised(registry, kind, by, text)).startswith(sentence)
    assert (await registry.done("listMatters", None, "s", id=registry.project))["matters"] == []


async def test_findings_of_reviewers_bar_the_approval_and_are_not_for_the_public(registry):
    await registry.to_approval()
    finding = (await raised(registry, "finding", "i")).json()
    await registry.file("i", "coordination-opinion")
    assert await registry.missing("i", "approve") == ["findings that are not settled: 1"]
    assert (await registry.done("listMatters", id=registry.project))["matters"] == []
    missing = await registry.ask("answerMatter", {"answer": "x"}, "i", id=registry.project, matter="none")
    assert told(missing) == "404 there is no matter 'none'"
    await registry.done("answerMatter", {"answer": "已改"}, "i", id=registry.project, matter=finding["id"])
    await registry.act("i", "approve")


async def test_nobody_approves_what_their_unit_drafted_whether_it_is_written_as_id_or_as_name(registry):
    await registry.to_approval()
    await registry.file("i", "coordination-opinion")
    assert await registry.missing("i", "approve") == []
    for unit in ("office-1", "标 准处"):
        asked, lead = {"id": registry.project}, registry.by["lead"].id
        members = [{"person": lead, "unit": "第一医院"}, {"person": registry.by["user"].id, "unit": unit}]
        await registry.done("saveGroup", {"members": members}, "m", **asked)
        await registry.done("saveGroup", {"members": members[:1]}, "m", **asked)
        await registry.done("changePerson", {"organisation": "office-1"}, "root", id=registry.by["i"].id)
        refused = "your unit has drafted it; somebody else has to review it"
        assert await registry.missing("i", "approve") == [refused]
        assert told(await registry.tries("i", "approve")) == f"409 approve: {refused}"
