"""Documents of the checklist that the registry writes itself from what it knows: tables of comments and of votes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from fhir_kernel.issues import Language
from fhir_kernel.store.base import Reader
from registry.api.kit import Kit
from registry.ballots.ballot import Ballot
from registry.ballots.closing import standing
from registry.ballots.minutes import Minutes, minutes_of
from registry.ballots.opening import ballots_of
from registry.ballots.roster import WHYS
from registry.ballots.vote import votes_of
from registry.ballots.voting import attendance_of
from registry.comments.commenting import comments_of
from registry.comments.consultation import Consultation
from registry.comments.disposing import dispositions_of
from registry.comments.opening import consultations_of
from registry.comments.parties import counts_of, parties_of
from registry.comments.summary import Head, comment_table
from registry.model.case import Case
from registry.refusal import Refused
from registry.sentence import Sentence
from registry.tables.html import as_html
from registry.tables.table import Table
from registry.window import local_day

Write = Callable[[Kit, Case, Language], Awaitable[Table]]


async def generated(kit: Kit, case: Case, kind: str, language: Language) -> tuple[str, bytes]:
    """The name and the HTML of a document of one of KINDS. Raises Refused where there is nothing to write it of."""
    table = await KINDS[kind](kit, case, language)
    return f"{table.title}.html", as_html(table, language).encode()


async def table_of_comments(
    reader: Reader, case: Case, consultation: Consultation, language: Language, *, public: bool
) -> Table:
    """意见汇总处理表 of a round."""
    counts = counts_of(await parties_of(reader, consultation.id))
    unit = (case.group.lead_unit if case.group is not None else "") or case.project.lead_unit
    comments, done = await comments_of(reader, consultation.id), await dispositions_of(reader, consultation.id)
    return comment_table(Head(case.project.title, unit, counts), comments, done, language, public=public)


async def minutes_in(reader: Reader, ballot: Ballot, title: Sentence) -> Minutes:
    """The minutes of a closed ballot. Raises Refused (conflict)."""
    votes, present = await votes_of(reader, ballot.id), await attendance_of(reader, ballot.id)
    return minutes_of(ballot, title, votes, present, await standing(reader, ballot.id))


async def last_round(reader: Reader, case: Case) -> Consultation:
    """The newest round of comment. Raises Refused (conflict)."""
    rounds = await consultations_of(reader, case.project.id)
    if not rounds:
        raise Refused("conflict", (Sentence("there was no public comment yet", "尚未征求意见"),))
    return rounds[-1]


async def last_ballot(reader: Reader, case: Case) -> Ballot:
    """The newest ballot that was not recalled. Raises Refused (conflict)."""
    counted = [each for each in await ballots_of(reader, case.project.id) if each.how != "recalled"]
    if not counted:
        raise Refused("conflict", (Sentence("there was no ballot yet", "尚无表决"),))
    return counted[-1]


async def _parties(kit: Kit, case: Case, language: Language) -> Table:
    consultation = await last_round(kit.store, case)
    columns = (Sentence("Unit", "单位"), Sentence("Sent", "发送日期"), Sentence("Answered", "回函日期"))
    rows = [
        (
            each.name,
            local_day(each.sent, kit.offset).said_in(language),
            "" if each.returned is None else local_day(each.returned, kit.offset).said_in(language),
        )
        for each in await parties_of(kit.store, consultation.id)
    ]
    title = Sentence("Consulted parties", "征求意见单位名单").said_in(language)
    return Table(title, tuple(each.said_in(language) for each in columns), rows)


async def _comments(kit: Kit, case: Case, language: Language) -> Table:
    return await table_of_comments(kit.store, case, await last_round(kit.store, case), language, public=False)


async def _minutes(kit: Kit, case: Case, language: Language) -> Table:
    ballot = await last_ballot(kit.store, case)
    return (await minutes_in(kit.store, ballot, case.project.title)).table(language)


async def _roster(kit: Kit, case: Case, language: Language) -> Table:
    roster = (await last_ballot(kit.store, case)).roster
    columns = (Sentence("Member", "委员"), Sentence("Unit", "单位"), Sentence("Recused because", "回避原因"))
    rows = []
    for each in roster.members:
        recusal = roster.recusal(each.id)
        rows.append((each.name, each.unit, "" if recusal is None else WHYS[recusal.why].said_in(language)))
    title = Sentence("Roster", "审查人员名单").said_in(language)
    return Table(title, tuple(each.said_in(language) for each in columns), rows)


KINDS: Mapping[str, Write] = MappingProxyType(
    {
        "consulted-parties": _parties,
        "comment-table": _comments,
        "ballot-papers": _minutes,
        "review-minutes": _minutes,
        "roster": _roster,
    }
)
"""By the code of the document."""
