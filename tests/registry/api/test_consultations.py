from __future__ import annotations

import io

import openpyxl
import pytest

from tests.registry.api.world import TEXT, after
from tests.registry.http.client import told

pytestmark = pytest.mark.anyio
COMMENT = {"place": {"clause": "4.2.1"}, "text": "应为18位。", "name": "王医生", "contact": "139"}


async def test_anybody_comments_and_nobody_sees_who_did_not_agree_to_be_named(registry):
    consultation = await registry.to_comment()
    made = await registry.done("addComment", COMMENT, id=consultation)
    assert (made["number"], made["name"], made["isWithheld"]) == (1, "", False)
    named = {**COMMENT, "text": "同意", "mayBeNamed": True}
    await registry.done("addComment", named, "user", id=consultation)
    for by in ("", "user"):
        page = await registry.done("listComments", None, by, id=consultation)
        assert [each["name"] for each in page["comments"]] == ["", "王医生"]
        assert "139" not in str(page)
    page = await registry.done("listComments", None, "s", id=consultation, query={"count": 1})
    assert (page["comments"][0]["contact"], page["total"], page["next"]) == ("139", 2, 1)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"text": "<script>alert(1)</script>"}, "422 text: found the HTML tag <script>; expected plain text"),
        ({"text": " "}, "422 text: the text has 0 characters"),
        ({"text": "x" * 5_001}, "422 text: the text has 5001 characters; expected 1 to 5000"),
        ({"place": {"clause": "four"}}, "422 place: the place is neither a clause such as 4.2.1"),
        ({"place": {}}, "422 place: the place is neither"),
        ({"name": "x" * 300}, "422 name: "),
    ],
)
async def test_what_is_no_comment_is_refused_and_nothing_is_kept(registry, members, sentence):
    consultation = await registry.to_comment()
    assert told(await registry.ask("addComment", {**COMMENT, **members}, id=consultation)).startswith(sentence)
    assert (await registry.done("listComments", id=consultation))["total"] == 0


async def test_the_window_is_frozen_on_text_and_package_and_ends_by_itself(registry):
    consultation = await registry.to_comment()
    shown = await registry.done("readConsultation", id=consultation)
    drafts = (await registry.done("listPackageDrafts", id=registry.project))["drafts"]
    assert shown["digests"]["package"] == drafts[0]["digest"]
    assert (shown["days"], shown["usualDays"], shown["isOver"]) == (30, 30, False)
    early = told(await registry.tries("s", "close-comment"))
    assert early.endswith("comments are taken until 2026-04-19 00:00:00")
    await registry.go_on(days=32)
    assert told(await registry.ask("addComment", COMMENT, id=consultation)).startswith("409 the window for comments")
    assert (await registry.done("readConsultation", id=consultation))["isOver"] is True
    assert told(await registry.ask("addComment", COMMENT, id="none")) == "404 there is no consultation none"


async def test_only_an_authority_shortens_the_window_and_says_why(registry):
    await registry.to_drafting()
    await registry.finish_draft()
    answer = await registry.tries("s", "open-comment", window={"days": 7, "reason": "urgent"})
    assert "the window is shorter than 30 days; only a named authority may shorten it, with a reason" in told(answer)
    assert (await registry.done("listConsultations", id=registry.project))["consultations"] == []


async def test_every_comment_is_disposed_of_before_the_round_is_finished(registry):
    consultation = await registry.to_comment()
    for text in ("一", "二"):
        await registry.done("addComment", {**COMMENT, "text": text}, id=consultation)
    await registry.go_on(days=32)
    await registry.generate("s", "consulted-parties")
    await registry.act("s", "close-comment")
    assert "comments without a disposition: 2" in await registry.missing("lead", "finish-comments")
    one = {"id": consultation, "number": "1"}
    for by, body, sentence in (
        ("s", {"outcome": "rejected", "reason": "x"}, "403 disposing of a comment needs the role LU"),
        ("lead", {"outcome": "rejected"}, "422 reason: not accepted: a reason is needed"),
        ("lead", {"outcome": "maybe"}, "422 outcome: found maybe; expected one of accepted, partly, rejected"),
    ):
        answer = await registry.ask("disposeComment", body, by, **one)
        assert told(answer).startswith(sentence)
    await registry.done("disposeComment", {"outcome": "accepted", "change": "4.2.1"}, "lead", **one)
    changed = {"outcome": "partly", "reason": "重大", "isMajor": True}
    assert (await registry.done("disposeComment", changed, "lead", **one))["revision"] == 2
    other = {"outcome": "rejected", "reason": "无关"}
    await registry.done("disposeComment", other, "lead", id=consultation, number="2")
    await registry.generate("lead", "comment-table")
    assert await registry.missing("lead", "finish-comments") == [
        "a major change was made: public comment has to be repeated"
    ]
    public = await registry.done("readComment", **one)
    assert (public["disposition"]["outcome"], "by" in public["disposition"]) == ("partly", False)


async def test_after_a_major_change_another_draft_is_commented_on(registry):
    consultation = await registry.to_comment()
    await registry.done("addComment", COMMENT, id=consultation)
    await registry.go_on(days=32)
    await registry.generate("s", "consulted-parties")
    await registry.act("s", "close-comment")
    changed = {"outcome": "accepted", "change": "4.2.1", "isMajor": True}
    await registry.done("disposeComment", changed, "lead", id=consultation, number="1")
    await registry.generate("lead", "comment-table")
    await registry.act("lead", "repeat-comment", "重大修改")
    await registry.file("lead", "comment-draft", "explanation")
    await registry.file("s", "comment-notice")
    unchanged = "round 1 led to a major change, but the contents are the same; the draft has to change"
    assert await registry.missing("s", "open-comment") == [unchanged]
    assert told(await registry.tries("s", "open-comment")) == f"409 open-comment: {unchanged}"
    await registry.file("lead", "comment-draft", content=TEXT + "\n改后\n".encode())
    assert await registry.missing("s", "open-comment") == []
    await registry.act("s", "open-comment")
    rounds = (await registry.done("listConsultations", id=registry.project))["consultations"]
    assert [each["round"] for each in rounds] == [1, 2]
    late = await registry.ask("disposeComment", changed, "lead", id=consultation, number="1")
    assert told(late).startswith("409 comments of round 1 are disposed of in")


async def test_the_table_of_comments_names_for_the_public_only_who_agreed(registry):
    consultation = await registry.to_comment()
    await registry.done("addComment", COMMENT, id=consultation)
    asked = {"id": consultation, "language": "zh"}
    for by, proposer in (("", "匿名"), ("s", "王医生")):
        content = await registry.done("readCommentTable", None, by, **asked)
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.values for cell in row if cell]
        assert proposer in cells
        page = await registry.done("readCommentTable", None, by, query={"format": "html"}, **asked)
        lines = await registry.done("readCommentTable", None, by, query={"format": "csv"}, **asked)
        assert proposer in page.decode()
        assert proposer in lines.decode("utf-8-sig")


async def test_only_those_who_dispose_of_a_comment_see_how_its_author_is_reached(registry):
    consultation = await registry.to_comment()
    await registry.done("addComment", COMMENT, id=consultation)
    for by, sees in (("s", True), ("lead", True), ("m", False), ("wang", False), ("e", False), ("", False)):
        shown = await registry.done("readComment", None, by, id=consultation, number="1")
        page = await registry.done("listComments", None, by, id=consultation)
        assert {"contact" in each for each in (shown, *page["comments"])} == {sees}, by


async def test_a_name_can_be_taken_away_for_good(registry):
    consultation = await registry.to_comment()
    await registry.done("addComment", {**COMMENT, "mayBeNamed": True}, id=consultation)
    one = {"id": consultation, "number": "1"}
    refused = await registry.ask("withholdAuthor", {"reason": "asked"}, "lead", **one)
    assert told(refused).startswith("403 withholding who commented needs the role S")
    await registry.done("withholdAuthor", {"reason": "asked"}, "s", **one)
    shown = await registry.done("readComment", None, "s", **one)
    assert (shown["name"], shown["contact"], shown["isWithheld"]) == ("", "", True)


async def test_who_was_asked_is_noted_by_the_secretariat_and_seen_inside(registry):
    consultation = await registry.to_comment()
    parties = {"parties": [{"id": "h1", "name": "第一医院"}, {"id": "h2", "name": "第二医院"}]}
    refused = await registry.ask("notifyParties", parties, "m", id=consultation)
    assert told(refused).startswith("403 asking parties for an opinion needs the role S")
    await registry.done("notifyParties", parties, "s", id=consultation)
    await registry.done("noteReturn", {"withComments": True}, "s", id=consultation, party="h1")
    found = (await registry.done("listParties", None, "lead", id=consultation))["parties"]
    assert [(each["id"], each["withComments"], "returned" in each) for each in found] == [
        ("h1", True, True),
        ("h2", False, False),
    ]
    unknown = await registry.ask("noteReturn", {"withComments": True}, "s", id=consultation, party="h9")
    assert told(unknown) == "404 h9 was not sent the draft"
    assert told(await registry.ask("listParties", None, "user", id=consultation)).startswith("403 ")


async def test_an_authority_opens_a_shorter_window_for_a_reason(registry):
    await registry.to_drafting()
    await registry.change("authority", isFast=True, reason="an epidemic")
    await registry.finish_draft()
    asked = {"override": True, "reason": "an epidemic", "window": {"days": 3, "reason": "an epidemic"}}
    await registry.act("authority", "open-comment", **asked)
    (shown,) = (await registry.done("listConsultations", id=registry.project))["consultations"]
    assert (shown["days"], shown["usualDays"], shown["authority"]) == (3, 7, "Authority.Clerk")
    assert shown["closes"] < after(registry.time.clock(), days=5)


async def test_no_second_round_is_opened_while_one_is_running(registry):
    await registry.to_comment()
    await registry.generate("s", "consulted-parties")
    await registry.act("authority", "close-comment", "a mistake", override=True)
    await registry.act("lead", "redraft-after-comments", "a mistake")
    await registry.act("lead", "redraft")
    await registry.finish_draft()
    await registry.go_on(days=2)
    sentence = "less than 30 days would remain for comments; the window has to open anew"
    assert sentence in await registry.missing("s", "open-comment")
    assert sentence in told(await registry.tries("s", "open-comment"))
    await registry.go_on(days=30)
    await registry.act("s", "open-comment")
    rounds = (await registry.done("listConsultations", id=registry.project))["consultations"]
    assert [each["isOver"] for each in rounds] == [True, False]
