"""Doing an action of the rules: what it opens by itself, such as a ballot, is opened in the same commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from fhir_kernel.store.base import Reader, Transaction
from registry.api.kit import Kit, actor_of
from registry.casework import ballot_round, comment_round
from registry.casework.ballot_round import AskedBallot, foreseen_ballot, is_open, open_round, roster_for, vote_profile
from registry.casework.comment_round import Asked, foreseen_comment, is_running, open_comment
from registry.http.route import Call
from registry.model.case import Act, Case
from registry.people.roles import AUTHORITY
from registry.records.acting import Moment, judged
from registry.refusal import Refused
from registry.sentence import Sentence

Opening = Callable[[Transaction, Case], Awaitable[None]]
"""Opens what an action needs, in the commit of the action."""
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "publish": "publishEdition (POST projects/{id}/publication)",
        "abolish": "abolishEdition (POST projects/{id}/abolition)",
        "supersede": "supersedeEdition (POST projects/{id}/supersession)",
        "release-codes": "releaseCodes (POST projects/{id}/code-release)",
    }
)
"""Actions that are more than a step, by the operation that does them."""
NOT_HERE = frozenset({"propose"})


def check_here(action: str) -> None:
    """Raises Refused where the action is done by another operation, which it names."""
    if action in ELSEWHERE:
        operation = ELSEWHERE[action]
        said = Sentence(f"'{action}' is done by {operation}", f"“{action}”由 {operation} 完成")
        raise Refused("invalid", (said,), where="action")
    if action in NOT_HERE:
        said = Sentence(f"'{action}' cannot be done here", f"“{action}”不能在此进行")
        raise Refused("invalid", (said,), where="action")


async def prepare(kit: Kit, transaction: Transaction, call: Call, wanted: Act, moment: Moment) -> None:
    """Open what the action opens by itself. Raises Refused with all that is missing, before anything is opened."""
    opening = _opening(kit, call, wanted, moment)
    if opening is None:
        return
    case = await kit.case(transaction, call.path["id"], moment.now)
    if call.body.get("expected", case.progress.number) == case.progress.number:
        await opening(transaction, case)


def _opening(kit: Kit, call: Call, wanted: Act, moment: Moment) -> Opening | None:
    if wanted.action == comment_round.ACTION:
        return _opening_comment(kit, call, wanted, moment)
    return _opening_review(kit, call, wanted, moment) if wanted.action == ballot_round.ACTION else None


async def foreseen(kit: Kit, reader: Reader, case: Case, moment: Moment) -> Case:
    """The case with what its next actions would open by themselves, so that they are not said to lack it."""
    rules, now = moment.book.at(moment.now), moment.now
    actions = {each.action for each in rules.leaving(case.progress.states)}
    if comment_round.ACTION in actions:
        return foreseen_comment(case, rules, Asked(), now, kit.offset)
    if ballot_round.ACTION in actions:
        try:
            await roster_for(reader, case, vote_profile(case, rules), {}, kit.today(now))
        except Refused:
            return case  # a guard says that there is no ballot; trying to open it says why
        return foreseen_ballot(case, rules, AskedBallot(), now)
    return case


def _opening_comment(kit: Kit, call: Call, wanted: Act, moment: Moment) -> Opening:
    given, rules = call.body.get("window", {}), moment.book.at(moment.now)

    async def opening(transaction: Transaction, case: Case) -> None:
        actor = actor_of(call.caller, case)
        person = call.caller.person
        authority = person.name if person is not None and AUTHORITY in actor.roles else ""
        asked = Asked(given.get("days"), given.get("reason", ""), authority)
        judged(foreseen_comment(case, rules, asked, moment.now, kit.offset), wanted, actor, moment)
        if is_running(case, moment.now):
            return
        await open_comment(
            transaction, case, rules, asked, id_=kit.new_id(), by=actor.id, now=moment.now, offset=kit.offset
        )

    return opening


def _opening_review(kit: Kit, call: Call, wanted: Act, moment: Moment) -> Opening:
    given, rules = call.body.get("ballot", {}), moment.book.at(moment.now)
    asked = AskedBallot(given.get("closes"), given.get("declared", {}))

    async def opening(transaction: Transaction, case: Case) -> None:
        actor, now = actor_of(call.caller, case), moment.now
        judged(foreseen_ballot(case, rules, asked, now), wanted, actor, moment)
        if is_open(case):
            return
        today = kit.today(now)
        await open_round(
            transaction, case, rules, asked, id_=kit.new_id(), by=actor.id, now=now, today=today, offset=kit.offset
        )

    return opening
