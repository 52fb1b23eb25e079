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


async def test_nobody_is_taken_out_of_a_committee_their_term_ends_instead(registry):
    wang, zhao = registry.by["wang"].id, registry.by["zhao"].id
    today = f"{registry.time.clock():%Y-%m-%d}"
    one = [{"person": wang, "unit": "wang hospital"}]
    members = (await registry.done("changeCommittee", {"members": one}, "s", id="tc-1"))["members"]
    assert {each["person"]: each.get("until") for each in members}[zhao] == today
    assert {each["person"]: each.get("until") for each in members}[wang] is None
    back = [*members, {"person": zhao, "unit": "zhao hospital"}]
    members = (await registry.done("changeCommittee", {"members": back}, "s", id="tc-1"))["members"]
    terms = [(each.get("since"), each.get("until")) for each in members if each["person"] == zhao]
    assert terms == [(None, today), (today, None)]
    nobody = (await registry.done("changeCommittee", {"members": []}, "s", id="tc-1"))["members"]
    assert all(each["until"] <= today for each in nobody)
    assert len(nobody) == len(members)


async def test_who_changed_a_committee_is_kept_and_told(registry):
    await registry.done("changeCommittee", {"number": "SAC/TC 1"}, "s", id="tc-1")
    changes = (await registry.done("listCommitteeChanges", None, "m", id="tc-1"))["changes"]
    assert [each["members"] for each in changes] == [["members"], ["number"]]
    last = changes[-1]
    assert (last["by"], last["role"]) == (registry.by["s"].id, "S")
    assert (last["before"], last["after"]) == ({"number": ""}, {"number": "SAC/TC 1"})
    refused = await registry.ask("listCommitteeChanges", None, "user", id="tc-1")
    assert told(refused).startswith("403 seeing the changes of a committee needs one of the roles S")


async def test_whoever_has_drafted_stays_in_the_group_with_an_end(registry):
    await registry.to_drafting()
    lead, user, sun = (registry.by[each].id for each in ("lead", "user", "sun"))
    asked, both = {"id": registry.project}, [{"person": lead, "unit": "第一医院"}, {"person": sun, "unit": "第三医院"}]
    await registry.done("saveGroup", {"members": both, "leadUnit": "第三医院"}, "m", **asked)
    moved = [{"person": lead, "unit": "第一医院"}, {"person": user, "unit": "第四医院"}]
    group = await registry.done("saveGroup", {"members": moved, "leadUnit": "第一医院"}, "lead", **asked)
    past = {(each["person"], each["unit"]) for each in group["members"] if "until" in each}
    assert past == {(user, "第二医院"), (sun, "第三医院")}
    assert group["formerLeadUnits"] == ["第一医院", "第三医院"]
    gone = await registry.ask("declareInterests", {"interests": "none"}, "sun", **asked)
    assert told(gone) == "403 only members of the drafting group declare their interests"
    headless = await registry.ask("saveGroup", {"members": moved[1:]}, "lead", **asked)
    assert told(headless).startswith("422 inCharge: the person in charge is not a member of the drafting group")
    changes = (await registry.done("listGroupChanges", None, "s", **asked))["changes"]
    assert [each["role"] for each in changes] == ["M", "member", "member", "M", "LU"]
    assert "第三医院" in changes[-1]["before"]["leadUnit"]
    assert told(await registry.ask("listGroupChanges", None, "user", **asked)).startswith("403 ")
