"""Voting: one vote a member, changeable until the end; who is recused or absent does not vote."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from fhir_kernel.store.base import Reader, Transaction
from registry.ballots.ballot import Ballot
from registry.ballots.counting import Choice
from registry.ballots.opening import open_ballot_in
from registry.ballots.roster import WHYS
from registry.ballots.vote import VOTES, Vote, revisions_of
from registry.plain_text import plain_text
from registry.refusal import refused

ATTENDANCE = "ballot-attendance"
"""The collection; names are `{ballot}/{member}`."""
LONGEST_REASON, MOST_REVISIONS = 2_000, 100


async def attend(transaction: Transaction, ballot: str, member: str, *, now: datetime) -> None:
    """Note that a member is at the meeting; again changes nothing. Raises Refused."""
    found = await open_ballot_in(transaction, ballot, now)
    if found.form != "meeting":
        raise refused("conflict", "nobody attends a letter review", "函审无需签到")
    _check_member(found, member)
    if await transaction.load(ATTENDANCE, f"{ballot}/{member}") is None:
        await transaction.save(ATTENDANCE, f"{ballot}/{member}", {"member": member, "since": now.isoformat()})


async def attendance_of(reader: Reader, ballot: str) -> frozenset[str]:
    """The members who are at the meeting."""
    return frozenset(kept["member"] for _, kept in await reader.listed(ATTENDANCE, prefix=f"{ballot}/"))


async def cast(
    transaction: Transaction,
    ballot: str,
    member: str,
    *,
    choice: Choice,
    digest: str,
    now: datetime,
    reason: str = "",
) -> Vote:
    """Vote, or vote otherwise than before; `digest` is that of the ballot which the member has before them.

    Raises Refused: over, no member, recused, absent, a negative vote without a reason, something else was voted on.
    """
    found = await open_ballot_in(transaction, ballot, now)
    _check_voter(found, member)
    if digest != found.digest:
        raise refused(
            "conflict",
            f"the vote is for {digest}; what is voted on is {found.digest}",
            f"投票对象为 {digest}，而本次表决对象为 {found.digest}",
            where="digest",
        )
    if found.form == "meeting" and member not in await attendance_of(transaction, ballot):
        raise refused(
            "forbidden", "only members at the meeting vote; note the attendance first", "未签到的委员不能表决"
        )
    said = _reason(choice, reason)
    before = await revisions_of(transaction, ballot, member)
    if before and (before[-1].choice, before[-1].reason) == (choice, said):
        return before[-1]
    if len(before) >= MOST_REVISIONS:
        raise refused(
            "too-often", f"a vote is changed at most {MOST_REVISIONS} times", f"每票最多更改 {MOST_REVISIONS} 次"
        )
    vote = Vote(ballot, member, choice, said, digest, now, len(before) + 1)
    await transaction.save(VOTES, vote.name, vote.document())
    return vote


def _check_member(ballot: Ballot, member: str) -> None:
    if all(each.id != member for each in ballot.roster.members):
        raise refused("forbidden", "you are not on the frozen roster of this ballot", "您不在本次表决的冻结委员名单中")


def _check_voter(ballot: Ballot, member: str) -> None:
    _check_member(ballot, member)
    if (recusal := ballot.roster.recusal(member)) is not None:
        why = WHYS[recusal.why]
        raise refused("forbidden", f"the member is recused: {why.en}", f"该委员应回避：{why.zh}")


def _reason(choice: Choice, reason: str) -> str:
    if choice not in get_args(Choice):
        expected = " | ".join(get_args(Choice))
        raise refused(
            "invalid",
            f"the choice is {choice!r}; expected {expected}",
            f"表决意见为 {choice!r}；应为 {expected}",
            where="choice",
        )
    if choice == "oppose" and not reason.strip():
        raise refused("invalid", "a negative vote needs a reason", "投反对票应说明理由", where="reason")
    return plain_text(reason, most=LONGEST_REASON, where="reason", least=0)
