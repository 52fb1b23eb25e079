from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.comments.comment import Author, Clause, Element, place_of
from registry.comments.commenting import comment_in, comments_of, withhold
from registry.comments.disposing import dispositions_between, dispositions_of, progress_of, revisions_of
from registry.comments.opening import consultation_in, consultations_of
from registry.comments.parties import Counts, counts_of, note_return, notify, parties_of
from registry.refusal import Refused
from registry.window import local_day, window_end
from tests.registry.comments.world import CHINA, END, NOW, disposed, opened, said

pytestmark = pytest.mark.anyio
WANG = Author("王小明", "某医院", "13800000000")


async def test_a_window_of_thirty_days_ends_at_the_local_midnight_after_the_thirtieth(store):
    consultation = await opened(store)
    assert consultation.closes == END
    assert await consultation_in(store, consultation.id) == consultation


@given(st.datetimes(), st.integers(1, 90), st.integers(-12, 14))
def test_every_window_gives_all_of_its_days(instant, days, hours):
    offset = timedelta(hours=hours)
    if not 2 < instant.year < 9998:
        return
    opens = instant.replace(tzinfo=NOW.tzinfo)
    end = window_end(opens, days, offset)
    assert timedelta(days=days) < end - opens <= timedelta(days=days + 1)
    assert ((end + offset).hour, (end + offset).minute) == (0, 0)


async def test_a_day_is_told_as_each_language_writes_it():
    assert local_day(END - timedelta(seconds=1), CHINA).zh == "2026年4月1日"


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"days": 14}, "authority"),
        ({"days": 14, "authority": "NHC"}, "reason"),
        ({"days": 0}, "days"),
        ({"digests": {}}, "digests"),
    ],
)
async def test_a_window_that_may_not_be_is_refused(store, more, where):
    with pytest.raises(Refused) as caught:
        await opened(store, **more)
    assert caught.value.where == where
    assert await consultations_of(store, "p") == ()


async def test_a_named_authority_shortens_the_window_for_a_reason(store):
    consultation = await opened(store, days=7, authority="国家疾控局", reason="疫情")
    assert (consultation.authority, consultation.reason, consultation.usual_days) == ("国家疾控局", "疫情", 30)


async def test_a_comment_after_the_window_is_told_when_it_ended(store):
    consultation = await opened(store)
    await said(store, consultation, now=END - timedelta(seconds=1))
    with pytest.raises(Refused, match="the window for comments ended at 2026-04-02 00:00") as caught:
        await said(store, consultation, "late", now=END)
    assert caught.value.sentences[0].zh == "征求意见已于 2026年4月2日 00:00 截止"
    assert len(await comments_of(store, consultation.id)) == 1


@pytest.mark.parametrize("text", ["", " \n", "x" * 5_001, "a\x00b", "a\x1b[31m", "a\u202eb"])
async def test_a_text_that_cannot_be_is_refused_and_nothing_is_kept(store, text):
    consultation = await opened(store)
    with pytest.raises(Refused) as caught:
        await said(store, consultation, text)
    assert (caught.value.kind, caught.value.where) == ("invalid", "text")
    assert await comments_of(store, consultation.id) == ()


async def test_the_same_comment_of_one_sender_is_one_comment(store):
    consultation = await opened(store)
    first = await said(store, consultation, "改 为 2")
    assert await said(store, consultation, " 改  为 2\n") == first
    assert (await said(store, consultation, "改 为 2", sender="b")).number == 2
    assert (await said(store, consultation, "改 为 2", place=Clause("A.1"))).number == 3
    assert [each.number for each in await comments_of(store, consultation.id, after=1, count=1)] == [2]


async def test_comments_at_once_have_numbers_of_their_own(store):
    consultation = await opened(store)
    made = await asyncio.gather(*(said(store, consultation, f"意见 {number}") for number in range(8)))
    assert sorted(each.number for each in made) == list(range(1, 9))


async def test_nobody_sees_a_contact_and_only_who_agrees_is_named(store):
    consultation = await opened(store)
    private = await said(store, consultation, "1", author=WANG)
    named = await said(store, consultation, "2", author=Author("王小明", "某医院", "13800000000", may_be_named=True))
    assert (private.public()["name"], private.public()["organisation"]) == ("", "")
    assert named.public()["name"] == "王小明"
    assert "13800000000" not in str(private.public()) + str(named.public())
    assert await comment_in(store, consultation.id, 1) == private


async def test_a_withheld_author_is_gone_for_good_and_the_comment_stays(store):
    consultation = await opened(store)
    await said(store, consultation, "<b>保留</b>", author=WANG)
    with pytest.raises(Refused):
        await store.commit(lambda work: withhold(work, consultation.id, 1, reason=""))
    await store.commit(lambda work: withhold(work, consultation.id, 1, reason="本人要求"))
    kept = await comment_in(store, consultation.id, 1)
    assert (kept.text, kept.author, kept.withheld) == ("<b>保留</b>", Author(), "本人要求")
    documents = [document for name in ("comment", "comment-said") for _, document in await store.listed(name)]
    assert "王小明" not in str(documents)


@pytest.mark.parametrize(
    "given",
    [{}, {"clause": ""}, {"clause": "4..2"}, {"clause": "<b>"}, {"canonical": "javascript:x", "path": "Patient"}],
)
async def test_a_place_that_is_none_is_refused(given):
    with pytest.raises(Refused) as caught:
        place_of(given)
    assert caught.value.where == "place"


@pytest.mark.parametrize(
    "place", [Clause("4.2.1"), Clause("A.1"), Element("http://x.cn/p", "Patient.name:official.use")]
)
async def test_a_place_is_read_back(place):
    assert place_of(place.document()) == place


@pytest.mark.parametrize(
    ("outcome", "more", "where"),
    [
        ("rejected", {}, "reason"),
        ("partly", {}, "reason"),
        ("accepted", {"change": ""}, "reason"),
        ("maybe", {}, "outcome"),
        ("rejected", {"reason": "x", "is_major": True}, "isMajor"),
    ],
)
async def test_a_disposition_without_what_it_needs_is_refused(store, outcome, more, where):
    consultation = await opened(store)
    await said(store, consultation)
    with pytest.raises(Refused) as caught:
        await disposed(store, consultation, 1, outcome, **more)
    assert caught.value.where == where
    assert await dispositions_of(store, consultation.id) == {}


async def test_a_round_is_done_with_when_it_is_over_and_every_comment_is_disposed_of(store):
    consultation = await opened(store)
    await said(store, consultation, "1")
    await said(store, consultation, "2")
    await disposed(store, consultation, 1)
    missing = (await progress_of(store, consultation.id, now=NOW)).missing
    assert [each.en for each in missing] == [
        "comments can come until 2026-04-02 00:00 (+0800)",
        "1 comment has no disposition",
    ]
    await disposed(store, consultation, 2, "rejected", reason="超出范围")
    progress = await progress_of(store, consultation.id, now=END)
    assert (progress.missing, progress.reopens) == ((), False)


async def test_a_later_disposition_stands_beside_the_earlier_and_is_the_one_that_counts(store):
    consultation = await opened(store)
    await said(store, consultation)
    await disposed(store, consultation, 1, is_major=True)
    assert (await progress_of(store, consultation.id, now=END)).reopens
    await disposed(store, consultation, 1, "rejected", reason="误判")
    progress = await progress_of(store, consultation.id, now=END)
    assert (progress.reopens, progress.tally.disposed) == (False, 1)
    assert [each.outcome for each in await revisions_of(store, consultation.id, 1)] == ["accepted", "rejected"]


async def test_the_dispositions_of_a_page_of_comments_are_those_in_force(store):
    consultation = await opened(store)
    for number in range(1, 8):
        await said(store, consultation, f"意见{number}")
    for number in (1, 2, 4, 5, 7):
        await disposed(store, consultation, number)
    for _ in range(6):
        await disposed(store, consultation, 2, "rejected", reason="误判")
        await disposed(store, consultation, 4, "partly", reason="部分采纳")
    found = await dispositions_between(store, consultation.id, 2, 5)
    assert {number: (each.outcome, each.revision) for number, each in found.items()} == {
        2: ("rejected", 7),
        4: ("partly", 7),
        5: ("accepted", 1),
    }
    every = await dispositions_of(store, consultation.id)
    assert await dispositions_between(store, consultation.id, 1, 7) == every
    assert await dispositions_between(store, consultation.id, 3, 3) == {}


async def test_a_major_change_opens_another_round_on_other_contents_only(store):
    consultation = await opened(store)
    await said(store, consultation)
    with pytest.raises(Refused, match="round 1 is open until"):
        await opened(store)
    await disposed(store, consultation, 1, is_major=True)
    with pytest.raises(Refused, match="the contents are the same"):
        await opened(store, now=END)
    assert (await opened(store, now=END, digests={"text": "1" * 64})).round == 2


async def test_who_was_asked_is_counted_with_those_who_answered(store):
    consultation = await opened(store)
    asked = [("h1", "一院"), ("h2", "二院"), ("h3", "三院")]
    await store.commit(lambda work: notify(work, consultation.id, asked, now=NOW))
    assert await store.commit(lambda work: notify(work, consultation.id, asked[:1], now=END - timedelta(1))) == ()
    for party, has in (("h1", True), ("h2", False), ("h1", False)):
        await store.commit(
            lambda work, party=party, has=has: note_return(work, consultation.id, party, with_comments=has, now=END)
        )
    assert counts_of(await parties_of(store, consultation.id)) == Counts(3, 2, 1)
    with pytest.raises(Refused, match="h9 was not sent the draft"):
        await store.commit(lambda work: note_return(work, consultation.id, "h9", with_comments=True, now=END))
