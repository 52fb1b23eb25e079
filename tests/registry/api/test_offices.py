from __future__ import annotations

import pytest

from tests.registry.http.client import told

pytestmark = pytest.mark.anyio
PLAN = {"year": 2026, "title": {"zh": "2026年度计划"}}


async def test_a_committee_is_founded_once_with_people_who_are_known(registry):
    body = {"id": "tc-2", "name": {"zh": "护理标委会"}, "members": [{"person": registry.by["wang"].id, "unit": "x"}]}
    assert told(await registry.ask("foundCommittee", body, "s")).startswith("403 founding a committee needs one of")
    made = await registry.done("foundCommittee", body, "m")
    assert (made["name"], made["members"][0]["name"]) == ({"en": "护理标委会", "zh": "护理标委会"}, "Wang")
    assert told(await registry.ask("foundCommittee", body, "m")) == "409 id: there is a committee 'tc-2' already"
    stranger = {"name": {"zh": "x"}, "members": [{"person": "nobody", "unit": "x"}]}
    assert told(await registry.ask("foundCommittee", stranger, "m")) == "404 there is no person nobody"
    page = await registry.done("listCommittees", query={"count": 1})
    rest = await registry.done("listCommittees", query={"after": page["next"]})
    assert [each["id"] for each in (*page["committees"], *rest["committees"])] == ["tc-1", "tc-2"]


async def test_a_committee_is_changed_by_those_who_keep_it(registry):
    await registry.done("changeCommittee", {"number": "SAC/TC 1", "name": {"en": "New", "zh": "新"}}, "s", id="tc-1")
    assert (await registry.done("readCommittee", id="tc-1"))["number"] == "SAC/TC 1"
    refused = await registry.ask("changeCommittee", {"number": "x"}, "wang", id="tc-1")
    assert told(refused).startswith("403 changing a committee needs one of the roles administrator")
    assert told(await registry.ask("readCommittee", id="tc-9")) == "404 there is no committee 'tc-9'"


async def test_a_plan_is_made_decreed_and_then_stays(registry):
    assert told(await registry.ask("makePlan", PLAN, "s")).startswith("403 making an annual plan needs the role M")
    plan = await registry.done("makePlan", PLAN, "m")
    decree = {"decree": "国卫〔2026〕1号", "decreed": "2026-03-02"}
    undone = await registry.ask("changePlan", {"decreed": "2026-03-02"}, "m", id=plan["id"])
    assert told(undone) == "422 decree: a decree has a number"
    await registry.done("changePlan", {"title": {"zh": "计划"}}, "m", id=plan["id"])
    assert (await registry.done("changePlan", decree, "l", id=plan["id"]))["decreed"] == "2026-03-02"
    again = await registry.ask("changePlan", decree, "m", id=plan["id"])
    assert told(again) == "409 the plan was decreed by 国卫〔2026〕1号"
    assert (await registry.done("readPlan", id=plan["id"]))["title"]["zh"] == "计划"
    assert len((await registry.done("listPlans"))["plans"]) == 1


async def test_the_drafting_group_declares_its_interests_itself(registry):
    await registry.proposed()
    lead, user = registry.by["lead"].id, registry.by["user"].id
    asked = {"id": registry.project}
    members = [{"person": lead, "unit": "第一医院"}]
    for by, body, sentence in (
        ("n", members, "403 forming the drafting group needs one of the roles M"),
        ("m", [*members, *members], "422 members: a member stands in it twice"),
        ("m", [{"person": "nobody", "unit": "x"}], "404 there is no person nobody"),
    ):
        assert told(await registry.ask("saveGroup", {"members": body}, by, **asked)).startswith(sentence)
    assert told(await registry.ask("readGroup", None, "m", **asked)) == "404 the project has no drafting group"
    await registry.done("saveGroup", {"members": members}, "m", **asked)
    stranger = await registry.ask("declareInterests", {"interests": "none"}, "user", **asked)
    assert told(stranger) == "403 only members of the drafting group declare their interests"
    await registry.done("declareInterests", {"interests": "持有软件公司股份"}, "lead", **asked)
    both = [*members, {"person": user, "unit": "第二医院"}]
    group = await registry.done("saveGroup", {"members": both}, "m", **asked)
    assert [each["interests"] for each in group["members"]] == ["持有软件公司股份", ""]
    moved = [{"person": lead, "unit": "软件公司"}]
    group = await registry.done("saveGroup", {"members": moved}, "m", **asked)
    assert group["members"][0]["interests"] == ""
    assert told(await registry.ask("readGroup", None, "user", **asked)).startswith("403 seeing the drafting group")
