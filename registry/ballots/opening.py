"""Opening a ballot and finding it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from fhir_kernel.store.base import Reader, Transaction
from registry.ballots.ballot import Ballot, ballot_of
from registry.ballots.counting import Form
from registry.ballots.profile import VoteProfile
from registry.ballots.roster import Roster
from registry.refusal import refused
from registry.window import told, window_end

BALLOTS, ROUNDS = "ballot", "ballot-round"
"""The collections: ballots by id, and `{project}/{round}` with the id."""


async def open_ballot(
    transaction: Transaction,
    *,
    id: str,
    project: str,
    form: Form,
    digests: Mapping[str, str],
    profile: VoteProfile,
    roster: Roster,
    opened_by: str,
    now: datetime,
    offset: timedelta,
    closes: datetime | None = None,
) -> Ballot:
    """Open the next round; `closes` is the end of a letter review, and a meeting has none.

    Raises Refused: another round is open, nothing to vote on, an end that is none.
    """
    before = await ballots_of(transaction, project)
    if any(each.how == "" for each in before):
        raise refused("conflict", f"round {len(before)} is not closed yet", f"第 {len(before)} 轮表决尚未结束")
    if not digests or not all(digests.values()):
        raise refused("invalid", "nothing is voted on; expected a digest", "缺少表决对象的摘要", where="digests")
    _check_end(form, closes, profile, now, offset)
    ballot = Ballot(id, project, len(before) + 1, form, dict(digests), profile, roster, now, opened_by, offset, closes)
    await transaction.save(BALLOTS, id, ballot.document())
    await transaction.save(ROUNDS, f"{project}/{ballot.round:04}", {"id": id})
    return ballot


async def ballot_in(reader: Reader, id: str) -> Ballot:
    """The ballot of an id. Raises Refused (missing)."""
    kept = await reader.load(BALLOTS, id)
    if kept is None:
        raise refused("missing", f"there is no ballot {id}", f"没有编号为 {id} 的表决")
    return ballot_of(kept)


async def ballots_of(reader: Reader, project: str) -> tuple[Ballot, ...]:
    """Every round of a project, the first first."""
    rounds = await reader.listed(ROUNDS, prefix=f"{project}/")
    return tuple([await ballot_in(reader, kept["id"]) for _, kept in rounds])


async def open_ballot_in(transaction: Transaction, id: str, now: datetime) -> Ballot:
    """A ballot that still takes votes. Raises Refused, which says when and how it ended."""
    ballot = await ballot_in(transaction, id)
    if not ballot.is_over(now):
        return ballot
    ended = ballot.ended or ballot.closes or now
    when = told(ended, ballot.offset)
    if ballot.how == "recalled":
        raise refused(
            "conflict",
            f"the ballot was recalled at {when.en}: {ballot.reason}",
            f"本次表决已于 {when.zh} 撤回：{ballot.reason}",
        )
    raise refused("conflict", f"the ballot ended at {when.en}", f"本次表决已于 {when.zh} 截止")


def _check_end(form: Form, closes: datetime | None, profile: VoteProfile, now: datetime, offset: timedelta) -> None:
    if form == "meeting":
        if closes is not None:
            en = "a meeting has no such end; it ends when it is closed"
            raise refused("invalid", en, "会审不设截止时间，由主持人结束", where="closes")
        return
    if closes is None or closes <= now:
        raise refused(
            "invalid", "a letter review needs an end that is to come", "函审应设定晚于现在的截止时间", where="closes"
        )
    if profile.letter_days is not None and closes > (last := window_end(now, profile.letter_days, offset)):
        when, days = told(last, offset), profile.letter_days
        raise refused(
            "invalid",
            f"a letter review takes at most {days} days; expected an end by {when.en}",
            f"函审期限不超过 {days} 日；截止时间不应晚于 {when.zh}",
            where="closes",
        )
