from __future__ import annotations

import pytest

from tests.registry.api.world import after
from tests.registry.http.client import told
from tests.registry.people.world import at_once

pytestmark = pytest.mark.anyio


async def test_a_project_says_who_holds_it_until_when_and_what_is_missing(registry):
    await registry.proposed()
    await registry.act("s", "take-up")
    standing = (await registry.shown())["standing"]
    assert (standing["state"], standing["holders"], standing["isOverdue"]) == ("00.20", ["S"], False)
    assert [each["kind"] for each in standing["documents"] if not each["filed"]] == ["triage-opinion"]
    assert await registry.missing("s", "accept") == ["the document 'opinion on the proposal' (评议意见) is missing"]
    await registry.file("s", "triage-opinion")
    assert await registry.missing("s", "accept") == []


async def test_a_step_without_its_role_says_which_role_is_missing(registry):
    await registry.proposed()
    nobody = await registry.tries("", "take-up")
    assert told(nobody).startswith("401 'take the proposal up' needs the role S (secretariat of the committee)")
    other = await registry.ask("takeAction", {"action": "take-up"}, "n", id=registry.project, language="zh")
    assert told(other) == "403 take-up: “受理建议”需要角色S（标准化技术委员会秘书处，范围：标委会 tc-1）"
    assert (await registry.shown())["number"] == 1


async def test_a_step_from_another_state_says_where_it_is_possible(registry):
    await registry.proposed()
    answer = await registry.tries("s", "accept")
    assert told(answer) == "409 accept: 'accept the proposal' is possible in '00.20', but the state is '00.00'"
    assert told(await registry.tries("s", "fly")).startswith("422 fly: there is no action 'fly'; expected one of:")


async def test_a_step_that_needs_a_reason_is_refused_without_one(registry):
    await registry.proposed()
    await registry.act("s", "take-up")
    await registry.file("s", "triage-opinion")
    assert told(await registry.tries("s", "accept")) == "422 accept: a reason has to be given"


async def test_of_two_officers_one_wins_and_the_other_is_told_what_happened(registry):
    await registry.proposed()
    seen = (await registry.shown())["number"]
    answers = await at_once(*(registry.tries("s", "take-up", expected=seen) for _ in range(2)))
    assert sorted(each.status_code for each in answers) == [201, 409]
    (late,) = (told(each) for each in answers if each.status_code == 409)
    assert late == (
        "409 expected: somebody was quicker: found event 2 where 1 was expected as the last one; "
        "since then: take-up (00.00 → 00.20)"
    )


async def test_an_authority_acts_in_spite_of_what_is_missing_and_it_shows_for_ever(registry):
    await registry.proposed()
    await registry.act("s", "take-up")
    assert told(await registry.tries("s", "accept", override=True, reason="hurry")).startswith(
        "403 accept: only a named"
    )
    await registry.act("authority", "accept", "an epidemic", override=True)
    (event,) = (await registry.done("listEvents", id=registry.project, query={"after": 2}))["events"]
    assert (event["role"], event["reason"]) == ("authority", "an epidemic")
    assert "评议意见" in event["override"][-1]["zh"]


@pytest.mark.parametrize(("action", "operation"), [("publish", "publishEdition"), ("abolish", "abolishEdition")])
async def test_what_is_more_than_a_step_names_the_operation_that_does_it(registry, action, operation):
    await registry.proposed()
    answer = await registry.tries("n", action)
    assert told(answer).startswith(f"422 action: '{action}' is done by {operation} (POST projects/")


async def test_events_and_projects_come_in_pages_with_nothing_left_off(registry):
    for _ in range(3):
        await registry.proposed()
    await registry.act("s", "take-up")
    first = await registry.done("listProjects", query={"count": 2})
    second = await registry.done("listProjects", query={"count": 2, "after": first["next"]})
    assert len({each["project"]["id"] for each in (*first["projects"], *second["projects"])}) == 3
    assert "next" not in second
    events = await registry.done("listEvents", id=registry.project, query={"count": 1})
    assert events["next"] == 1
    assert told(await registry.ask("listEvents", id="none")) == "404 there is no project 'none'"


@pytest.mark.parametrize(
    ("by", "members", "sentence"),
    [
        ("", {"leadUnit": "x"}, "401 this needs a person who is logged in"),
        ("n", {"leadUnit": "x"}, "403 changing the lead unit needs one of the roles S"),
        ("s", {"plan": "x"}, "403 changing the annual plan needs the role M (business department)"),
        ("m", {"plan": "x"}, "404 there is no annual plan 'x'"),
        ("s", {"isFast": True, "reason": "x"}, "403 changing the fast track needs the role authority"),
        ("authority", {"isFast": True}, "422 reason: the text has 0 characters; expected 1 to 2000"),
        ("s", {"voteProfile": "all"}, "422 voteProfile: found 'all'; expected one of tc, health-legacy"),
        ("s", {"papersSent": True}, "409 papersSent: the papers are sent in 40.00; the state is 00.00"),
        ("m", {"committee": "tc-2"}, "404 there is no committee 'tc-2'"),
        ("m", {}, "422 found nothing to change"),
        ("m", {"notice": {"closes": "2026-01-01T00:00:00+08:00"}}, "422 notice: a public notice opens now or later"),
        ("m", {"deadline": None}, "422 deadline: found null; expected an instant"),
    ],
)
async def test_a_change_that_may_not_be_is_refused(registry, by, members, sentence):
    await registry.proposed()
    answer = await registry.ask("changeProject", members, by, id=registry.project)
    assert told(answer).startswith(sentence)


async def test_who_changed_what_is_kept(registry):
    await registry.proposed()
    await registry.change("s", leadUnit="第一医院", review="letter")
    await registry.change("m", deadline=after(registry.time.clock(), days=200))
    changes = (await registry.done("listProjectChanges", None, "s", id=registry.project))["changes"]
    assert [(each["role"], each["members"]) for each in changes] == [("S", ["leadUnit", "review"]), ("M", ["deadline"])]
    assert changes[0]["after"] == {"leadUnit": "第一医院", "review": "letter"}
    await registry.change("m", notice={"closes": "2026-04-01T00:00:00Z"})
    notice = (await registry.done("listProjectChanges", None, "s", id=registry.project))["changes"][-1]["after"]
    assert '"closes":"2026-04-01T00:00:00+00:00"' in notice["notice"]
    refused = await registry.ask("listProjectChanges", None, "user", id=registry.project)
    assert told(refused).startswith("403 seeing the changes of a project needs")
