"""How a ballot stands, and how it ends: counted, or recalled before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from fhir_kernel.store.base import Reader, Transaction
from registry.ballots.ballot import Ballot
from registry.ballots.counting import Choice, count_votes
from registry.ballots.opening import BALLOTS, ballot_in, open_ballot_in
from registry.ballots.verdict import Verdict, judge
from registry.ballots.vote import votes_of
from registry.ballots.voting import LONGEST_REASON
from registry.plain_text import plain_text
from registry.refusal import refused
from registry.window import told


async def standing(reader: Reader, ballot: str) -> Verdict:
    """The verdict as it stands; after the closing it is the one for good."""
    found = await ballot_in(reader, ballot)
    return await _judged(reader, found, is_over=found.how == "closed")


async def recall(transaction: Transaction, ballot: str, *, reason: str, by: str, now: datetime) -> Ballot:
    """Take a ballot back before it ends; votes and reason are kept. Raises Refused."""
    found = await open_ballot_in(transaction, ballot, now)
    said = plain_text(reason, most=LONGEST_REASON, where="reason")
    recalled = replace(found, how="recalled", ended=now, ended_by=by, reason=said)
    await transaction.save(BALLOTS, ballot, recalled.document())
    return recalled


async def close(transaction: Transaction, ballot: str, *, by: str, now: datetime) -> Verdict:
    """Close and count. Raises Refused: it ended before, or the time of a letter review runs and not all have voted."""
    found = await ballot_in(transaction, ballot)
    if found.how:
        await open_ballot_in(transaction, ballot, now)
    verdict = await _judged(transaction, found, is_over=False)
    if not found.is_over(now) and found.closes is not None and verdict.count.silent:
        when, silent = told(found.closes, found.offset), verdict.count.silent
        raise refused(
            "conflict",
            f"{silent} {'member has' if silent == 1 else 'members have'} not voted, and can until {when.en}",
            f"尚有 {silent} 名委员未表决，截止时间为 {when.zh}",
        )
    closed = replace(found, how="closed", ended=now, ended_by=by)
    await transaction.save(BALLOTS, ballot, closed.document())
    return await _judged(transaction, closed, is_over=True)


async def _judged(reader: Reader, ballot: Ballot, *, is_over: bool) -> Verdict:
    votes = await votes_of(reader, ballot.id)
    choices: dict[str, Choice] = {member: vote.choice for member, vote in votes.items()}
    return judge(ballot.profile, count_votes(ballot.profile, ballot.form, ballot.roster, choices, is_over=is_over))
