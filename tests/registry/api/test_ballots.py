from __future__ import annotations

import io

import openpyxl
import pytest

from tests.registry.api.world import MEMBERS, after, good
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio


async def vote(registry, ballot, by, choice="approve", **more):
    shown = await registry.done("readBallot", None, "s", id=ballot)
    body = {"choice": choice, "digest": shown["ballot"]["digest"], **more}
    return await registry.ask("castVote", body, by, id=ballot)


async def test_the_roster_is_frozen_with_the_review_and_nobody_sees_votes_before_it_closes(registry):
    ballot = await registry.to_review()
    members = [{"person": registry.by["wang"].id, "unit": "x"}]
    await registry.done("changeCommittee", {"members": members}, "s", id="tc-1")
    shown = await registry.done("readBallot", None, "wang", id=ballot)
    assert len(shown["ballot"]["roster"]["members"]) == len(MEMBERS)
    await registry.votes(ballot, wang="oppose", zhao="approve")
    shown = await registry.done("readBallot", None, "zhao", id=ballot)
    assert (len(shown["voted"]), shown["mine"]["choice"]) == (2, "approve")
    assert "verdict" not in shown
    assert "votes" not in shown
    refused = await registry.ask("readStanding", None, "wang", id=ballot)
    assert told(refused).startswith("403 running a ballot needs the role S")
    assert (await registry.done("readStanding", None, "s", id=ballot))["count"]["oppose"] == 1


async def test_who_may_not_vote_is_told_why(registry):
    ballot = await registry.to_review()
    for by, sentence in (
        ("", "401 this needs a person who is logged in"),
        ("user", "403 you are not on the frozen roster of this ballot"),
        ("wang", "403 only members at the meeting vote; note the attendance first"),
    ):
        assert told(await vote(registry, ballot, by)) == sentence
    await registry.done("noteAttendance", {"member": registry.by["wang"].id}, "wang", id=ballot)
    assert told(await vote(registry, ballot, "wang", "oppose")) == "422 reason: a negative vote needs a reason"
    other = await registry.ask("castVote", {"choice": "approve", "digest": "0" * 64}, "wang", id=ballot)
    assert told(other).startswith("409 digest: the vote is for 0000")
    noted = await registry.ask("noteAttendance", {"member": registry.by["zhao"].id}, "wang", id=ballot)
    assert told(noted).startswith("403 noting who attends needs the role S")
    assert told(await registry.ask("readBallot", None, "user", id=ballot)).startswith("403 seeing the ballots")
    assert told(await registry.ask("readBallot", None, "s", id="none")) == "404 there is no ballot none"


async def test_a_member_who_drafted_is_recused(registry):
    await registry.to_drafting()
    lead, user, sun = (registry.by[each].id for each in ("lead", "user", "sun"))
    members = [{"person": lead, "unit": "第一医院"}, {"person": user, "unit": "第二医院", "isUser": True}]
    members.append({"person": sun, "unit": "第三医院"})
    await registry.done("saveGroup", {"members": members}, "lead", id=registry.project)
    await registry.done("declareInterests", {"interests": "none"}, "sun", id=registry.project)
    await registry.comment_from_drafting()
    ballot = await registry.review_from_comment()
    assert told(await vote(registry, ballot, "sun")).startswith("403 the member is recused: has drafted")
    late = await registry.ask("saveGroup", {"members": members[:2]}, "lead", id=registry.project)
    assert told(late) == "409 the drafting group does not change while the review is open"


async def test_a_member_who_once_drafted_is_recused_though_they_have_left(registry):
    await registry.to_drafting()
    lead, user, sun, qian = (registry.by[each].id for each in ("lead", "user", "sun", "qian"))
    stay = [{"person": lead, "unit": "第一医院"}, {"person": user, "unit": "第二医院", "isUser": True}]
    asked = {"id": registry.project}
    both = [*stay, {"person": sun, "unit": "第三医院"}, {"person": qian, "unit": "第四医院"}]
    await registry.done("saveGroup", {"members": both}, "lead", **asked)
    await registry.done("saveGroup", {"members": both[:3], "leadUnit": "ZHAO hospital"}, "lead", **asked)
    await registry.done("saveGroup", {"members": stay, "leadUnit": "第一医院"}, "lead", **asked)
    await registry.comment_from_drafting()
    ballot = await registry.review_from_comment()
    shown = await registry.done("readBallot", None, "s", id=ballot)
    recusals = {each["member"]: each["why"] for each in shown["ballot"]["roster"]["recusals"]}
    assert recusals == {sun: "drafter", qian: "drafter", registry.by["zhao"].id: "lead-unit"}
    assert told(await vote(registry, ballot, "sun")).startswith("403 the member is recused: has drafted")


async def test_a_member_who_uploaded_a_draft_is_recused_though_never_in_the_group(registry):
    await registry.to_drafting()
    group = (await registry.shown("s"))["project"]["group"]
    sun = registry.by["sun"].id
    await registry.office.granted(registry.by["root"], sun, "LU", {"kind": "group", "code": group})
    await registry.upload(good(), by="sun")
    await registry.comment_from_drafting()
    ballot = await registry.review_from_comment()
    assert told(await vote(registry, ballot, "sun")).startswith("403 the member is recused: has drafted")


async def test_a_review_is_not_closed_over_an_open_ballot_by_anybody(registry):
    ballot = await registry.to_review()
    refused = await registry.tries("authority", "close-review", override=True, reason="hurry")
    assert told(refused) == "409 close-review: the ballot is not closed"
    await registry.done("closeBallot", None, "s", id=ballot)
    await registry.act("authority", "close-review", "hurry", override=True)


async def test_a_ballot_that_fails_says_what_it_lacked_and_is_repeated_after_new_papers(registry):
    ballot = await registry.to_review()
    await registry.votes(ballot, wang="approve", zhao="oppose", qian="oppose")
    verdict = await registry.done("closeBallot", None, "s", id=ballot)
    assert verdict["passed"] is False
    await registry.generate("s", "ballot-papers")
    await registry.act("s", "close-review")
    await registry.generate("s", "review-minutes", "roster")
    refused = told(await registry.tries("s", "pass-review"))
    assert refused.startswith("409 pass-review: ballot 1: ")
    assert verdict["sentences"][0]["en"] in refused
    await registry.act("s", "return-from-review", "反对票过多")
    await registry.act("s", "prepare-review-again")
    await registry.send_papers()
    unchanged = "the draft was sent back and has not changed since; expected another text or package"
    assert await registry.missing("s", "open-review") == [unchanged]
    await registry.file("lead", "review-draft", content="# 范围\n\n修改后的文本。\n".encode())
    again = await registry.opened_review()
    await registry.votes(again, **dict.fromkeys(MEMBERS, "approve"))
    assert (await registry.done("closeBallot", None, "s", id=again))["passed"] is True
    rounds = (await registry.done("listBallots", None, "wang", id=registry.project))["ballots"]
    assert [(each["round"], each["how"]) for each in rounds] == [(1, "closed"), (2, "closed")]


async def test_a_recalled_ballot_is_opened_again_on_the_very_same(registry):
    ballot = await registry.to_review()
    body = {"reason": "名单有误"}
    for by, sentence in (("m", "403 running a ballot needs the role S"), ("wang", "403 running a ballot")):
        assert told(await registry.ask("recallBallot", body, by, id=ballot)).startswith(sentence)
    refused = await registry.ask("openBallot", {}, "s", id=registry.project)
    assert told(refused) == "409 the last ballot was not recalled; it counts"
    await registry.done("recallBallot", body, "s", id=ballot)
    assert told(await vote(registry, ballot, "wang")).startswith("409 the ballot was recalled at")
    await registry.file("lead", "review-draft", content=b"another text")
    again = await registry.done("openBallot", {}, "s", id=registry.project)
    before = (await registry.done("readBallot", None, "s", id=ballot))["ballot"]
    assert again["digests"] == before["digests"]
    assert again["digest"] != before["digest"]


async def test_a_letter_review_ends_at_a_time_that_is_not_too_late(registry):
    await registry.to_review_papers()
    await registry.change("s", review="letter")
    late = await registry.tries("s", "open-review", ballot={"closes": after(registry.time.clock(), days=60)})
    assert "a letter review lasts at most 30 days" in told(late)
    assert (await registry.done("listBallots", None, "s", id=registry.project))["ballots"] == []
    await registry.act("s", "open-review", ballot={"closes": after(registry.time.clock(), days=10)})
    (ballot,) = (await registry.done("listBallots", None, "s", id=registry.project))["ballots"]
    await registry.votes(ballot["id"], wang="approve")
    early = await registry.ask("closeBallot", None, "s", id=ballot["id"])
    assert told(early).startswith("409 3 members have not voted, and can until")
    attended = await registry.ask("noteAttendance", {"member": registry.by["wang"].id}, "s", id=ballot["id"])
    assert told(attended) == "409 nobody attends a letter review"
    await registry.go_on(days=11)
    assert told(await vote(registry, ballot["id"], "zhao")).startswith("409 the ballot ended at")
    assert (await registry.done("closeBallot", None, "s", id=ballot["id"]))["passed"] is False


async def test_minutes_are_data_a_page_and_a_workbook(registry):
    ballot = await registry.to_review()
    assert told(await registry.ask("readMinutes", None, "s", id=ballot)).startswith("409 there are no minutes")
    await registry.votes(ballot, **dict.fromkeys(MEMBERS, "approve"))
    await registry.done("closeBallot", None, "s", id=ballot)
    minutes = await registry.done("readMinutes", None, "s", id=ballot)
    assert (minutes["verdict"]["passed"], len(minutes["votes"])) == (True, len(MEMBERS))
    asked = {"id": ballot, "language": "zh"}
    page = await registry.done("readMinutes", None, "wang", query={"format": "html"}, **asked)
    assert "标准会审纪要" in page.decode()
    content = await registry.done("readMinutes", None, "wang", query={"format": "xlsx"}, **asked)
    assert openpyxl.load_workbook(io.BytesIO(content)).active["A1"].value == "标准会审纪要"


async def test_no_ballot_is_opened_where_none_belongs(registry):
    await registry.proposed()
    answer = await registry.ask("openBallot", {}, "s", id=registry.project)
    assert told(answer).startswith("409 a ballot is opened by the action open-review")
    assert told(await registry.ask("openBallot", {}, "n", id=registry.project)).startswith("403 opening a ballot needs")


async def test_the_conclusion_of_a_periodic_review_is_voted_on(registry):
    await registry.proposed()
    await registry.put_into("90.20")
    await registry.file("e", "implementation-report", "evaluation-data")
    await registry.act("e", "conclude-review")
    unsaid = await registry.ask("openBallot", {}, "m", id=registry.project)
    assert told(unsaid) == "422 conclusion: it is not said on which conclusion is voted"
    ballot = await registry.done("openBallot", {"conclusion": "revise"}, "m", id=registry.project)
    assert (ballot["purpose"], ballot["conclusion"]) == ("review", "revise")
    await registry.votes(ballot["id"], **dict.fromkeys(MEMBERS, "approve"))
    assert "the ballot is not closed" in await registry.missing("m", "revise")
    await registry.done("closeBallot", None, "s", id=ballot["id"])
    await registry.file("m", "review-conclusion", "public-notice")
    assert await registry.missing("m", "keep") == ["the vote was on another conclusion"]
    await registry.act("m", "revise", "规则落后于实践")


async def test_no_review_is_opened_by_a_committee_without_members(registry):
    await registry.to_review_papers()
    await registry.done("changeCommittee", {"members": []}, "s", id="tc-1")
    assert "no ballot has been prepared" in await registry.missing("s", "open-review")
    assert told(await registry.tries("s", "open-review")) == "409 the committee has no members today"
