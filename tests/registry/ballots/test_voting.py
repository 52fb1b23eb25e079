from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

import openpyxl
import pytest

from registry.ballots.ballot import ballot_of
from registry.ballots.closing import close, recall, standing
from registry.ballots.minutes import minutes_of
from registry.ballots.opening import ballot_in, ballots_of, open_ballot
from registry.ballots.profile import VoteProfile
from registry.ballots.roster import Drafter, Member, freeze
from registry.ballots.vote import revisions_of, votes_of
from registry.ballots.voting import attend, attendance_of, cast
from registry.refusal import Refused
from registry.sentence import Sentence
from registry.tables.html import as_html
from registry.tables.xlsx import as_xlsx

pytestmark = pytest.mark.anyio
NOW, CHINA = datetime(2026, 3, 2, 1, tzinfo=UTC), timedelta(hours=8)
END = NOW + timedelta(days=20)
PROFILE = VoteProfile(
    "tc", "1", Sentence("Committee", "技术委员会"), Fraction(2, 3), quorum=Fraction(3, 4), letter_days=30
)
MEMBERS = tuple(Member(f"m{number}", f"委员{number}", f"单位{number}") for number in range(5))
IDS = count(1)


async def opened(store, form="letter", closes=END, profile=PROFILE, project="p", **more):
    roster = freeze(MEMBERS, drafters=[Drafter("m4", "单位4")], lead_units=(), declared={}, profile=profile)
    given = {"digests": {"text": "0" * 64}, "opened_by": "s", "now": NOW, "offset": CHINA, **more}
    closes = closes if form == "letter" else None
    return await store.commit(
        lambda work: open_ballot(
            work, id=f"b{next(IDS)}", project=project, form=form, profile=profile, roster=roster, closes=closes, **given
        )
    )


async def voted(store, ballot, member, choice="approve", reason="", digest=None, now=NOW):
    return await store.commit(
        lambda work: cast(
            work, ballot.id, member, choice=choice, reason=reason, digest=digest or ballot.digest, now=now
        )
    )


async def closed(store, ballot, now=END):
    return await store.commit(lambda work: close(work, ballot.id, by="s", now=now))


async def test_a_ballot_is_read_back_as_it_was_opened_with_the_digest_of_all_that_is_frozen(store):
    ballot = await opened(store)
    assert await ballot_in(store, ballot.id) == ballot == ballot_of(ballot.document())
    other = replace(ballot, roster=replace(ballot.roster, recusals=()))
    assert other.digest != ballot.digest != replace(ballot, digests={"text": "1" * 64}).digest


async def test_a_letter_review_passes_when_enough_members_approve(store):
    ballot = await opened(store)
    for member in ("m0", "m1"):
        await voted(store, ballot, member)
    assert [each.en for each in (await standing(store, ballot.id)).sentences] == ["quorum: 2 of 3 ballots"]
    await voted(store, ballot, "m2", "oppose", "条款 4.2 不可行")
    verdict = await closed(store, ballot)
    assert verdict.passed
    assert verdict == await standing(store, ballot.id)


async def test_a_vote_can_be_changed_until_the_end_and_the_earlier_one_is_kept(store):
    ballot = await opened(store)
    await voted(store, ballot, "m0")
    await voted(store, ballot, "m0")
    await voted(store, ballot, "m0", "abstain")
    assert (await votes_of(store, ballot.id))["m0"].choice == "abstain"
    assert [each.choice for each in await revisions_of(store, ballot.id, "m0")] == ["approve", "abstain"]
    assert (await standing(store, ballot.id)).count.abstain == 1


@pytest.mark.parametrize(
    ("given", "said", "kind"),
    [
        ({"member": "m4"}, "the member is recused: has drafted", "forbidden"),
        ({"member": "x"}, "not on the frozen roster", "forbidden"),
        ({"member": "m0", "choice": "oppose", "reason": " "}, "a negative vote needs a reason", "invalid"),
        ({"member": "m0", "choice": "maybe"}, "expected approve | oppose | abstain", "invalid"),
        ({"member": "m0", "digest": "f" * 64}, "what is voted on is", "conflict"),
        ({"member": "m0", "now": END}, "the ballot ended at 2026-03-22 09:00", "conflict"),
    ],
)
async def test_a_vote_that_may_not_be_is_refused_and_nothing_is_kept(store, given, said, kind):
    ballot = await opened(store)
    with pytest.raises(Refused) as caught:
        await voted(store, ballot, **given)
    assert said in str(caught.value)
    assert caught.value.kind == kind
    assert await votes_of(store, ballot.id) == {}


async def test_a_recalled_ballot_takes_no_votes_and_the_next_round_can_open(store):
    ballot = await opened(store)
    with pytest.raises(Refused, match="round 1 is not closed yet"):
        await opened(store)
    with pytest.raises(Refused, match="expected 1 to"):
        await store.commit(lambda work: recall(work, ballot.id, reason=" ", by="s", now=NOW))
    await store.commit(lambda work: recall(work, ballot.id, reason="wrong draft", by="s", now=NOW))
    with pytest.raises(Refused, match=r"was recalled at 2026-03-02 09:00 .*: wrong draft"):
        await voted(store, ballot, "m0")
    with pytest.raises(Refused, match="was recalled"):
        await closed(store, ballot)
    assert (await opened(store)).round == 2
    assert [each.how for each in await ballots_of(store, "p")] == ["recalled", ""]


async def test_a_letter_review_is_closed_early_only_when_all_have_voted(store):
    ballot = await opened(store)
    await voted(store, ballot, "m0")
    with pytest.raises(Refused, match="3 members have not voted, and can until 2026-03-22 09:00"):
        await closed(store, ballot, NOW)
    for member in ("m1", "m2", "m3"):
        await voted(store, ballot, member)
    assert (await closed(store, ballot, NOW)).passed
    with pytest.raises(Refused, match="the ballot ended at"):
        await closed(store, ballot, NOW)


async def test_only_members_at_the_meeting_vote(store):
    ballot = await opened(store, "meeting")
    with pytest.raises(Refused, match="only members at the meeting vote"):
        await voted(store, ballot, "m0")
    for member in ("m0", "m4"):
        await store.commit(lambda work, member=member: attend(work, ballot.id, member, now=NOW))
    await voted(store, ballot, "m0")
    assert await attendance_of(store, ballot.id) == {"m0", "m4"}


@pytest.mark.parametrize("closes", [NOW, None, NOW + timedelta(days=32)])
async def test_a_letter_review_needs_an_end_within_the_longest_time(store, closes):
    with pytest.raises(Refused) as caught:
        await opened(store, closes=closes)
    assert caught.value.where == "closes"


async def test_a_vote_and_the_closing_at_once_leave_a_count_of_what_was_kept(store):
    ballot = await opened(store, profile=replace(PROFILE, quorum=None))
    await voted(store, ballot, "m0")
    late = END - timedelta(seconds=1)
    answers = await asyncio.gather(
        *(voted(store, ballot, each, now=late) for each in ("m1", "m2")), closed(store, ballot), return_exceptions=True
    )
    assert all(isinstance(each, Refused) for each in answers if isinstance(each, Exception))
    assert answers[2].count.approve == len(await votes_of(store, ballot.id))


async def test_the_minutes_tell_votes_recusals_and_silence_in_chinese(store):
    ballot = await opened(store, profile=replace(PROFILE, silence="approve"))
    await voted(store, ballot, "m0", "oppose", "<b>不可行</b>")
    with pytest.raises(Refused, match="no minutes before"):
        minutes_of(ballot, Sentence("T", "题"), {}, (), await standing(store, ballot.id))
    verdict = await closed(store, ballot)
    ended, votes = await ballot_in(store, ballot.id), await votes_of(store, ballot.id)
    table = minutes_of(ended, Sentence("T", "患者数据集"), votes, (), verdict).table("zh")
    assert table.title == "标准函审结论表"
    assert ("结束日期", "2026年3月22日") in table.head
    assert table.rows[0] == ("1", "委员0", "单位0", "", "反对", "<b>不可行</b>")
    assert table.rows[4][4:] == ("回避", "参与了标准起草")
    assert table.notes[-1] == "3名委员未答复，按表决规则计为赞成"
    page = as_html(table, "zh")
    assert "&lt;b&gt;不可行" in page
    assert "<b>" not in page
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active
    assert sheet["A1"].value == "标准函审结论表"
