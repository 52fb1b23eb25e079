"""Answers about ballots: the roster is frozen when one opens, and nobody sees what others voted before it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fhir_kernel.store.base import Reader, Transaction
from registry.api.files import table_file
from registry.api.generated import minutes_in
from registry.api.kit import INSIDERS, Kit, require
from registry.api.told import told, without_nothing
from registry.ballots.ballot import Ballot
from registry.ballots.closing import close, recall, standing
from registry.ballots.opening import ballot_in, ballots_of
from registry.ballots.verdict import Verdict
from registry.ballots.vote import Vote, votes_of
from registry.ballots.voting import attend, attendance_of, cast
from registry.casework.ballot_round import AskedBallot, open_round
from registry.casework.purpose import Purpose, purpose_of
from registry.http.route import Answer, Call
from registry.model.case import Case
from registry.refusal import Refused
from registry.sentence import Sentence

_SEEING = Sentence("seeing the ballots of a project", "查看表决")
_OPENING = Sentence("opening a ballot", "组织表决")
_RUNNING = Sentence("running a ballot", "主持表决")
_REVIEW, _CONCLUSION = "40.20", "90.60"
"""Where a ballot is opened by itself: again after a recall, and on the conclusion of a periodic review."""


class BallotsDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def of_project(self, call: Call) -> Answer:
        case = await self._kit.case(self._kit.store, call.path["id"], call.now)
        require(call.caller, case, _SEEING, *INSIDERS)
        found = await ballots_of(self._kit.store, case.project.id)
        return Answer({"ballots": [await _document(self._kit.store, each) for each in found]})

    async def open(self, call: Call) -> Answer:
        kit, body, id_ = self._kit, call.body, self._kit.new_id()
        rules = (await kit.rulebook.book(kit.store)).at(call.now)

        async def work(transaction: Transaction) -> dict[str, Any]:
            case = await kit.case(transaction, call.path["id"], call.now)
            require(call.caller, case, _OPENING, "S", "M")
            purpose = _purpose(case, body.get("conclusion", ""))
            again = await _recalled(transaction, case) if purpose.purpose == "draft" else {}
            asked = AskedBallot(body.get("closes"), body.get("declared", {}), purpose, again)
            now, by = call.now, call.caller.known().id
            ballot = await open_round(
                transaction, case, rules, asked, id_=id_, by=by, now=now, today=kit.today(now), offset=kit.offset
            )
            return await _document(transaction, ballot)

        return Answer(await kit.store.commit(work))

    async def ballot(self, call: Call) -> Answer:
        store = self._kit.store
        ballot, _ = await self._seen(store, call)
        votes, present = await votes_of(store, ballot.id), await attendance_of(store, ballot.id)
        shown: dict[str, Any] = {
            "ballot": await _document(store, ballot),
            "present": sorted(present),
            "voted": sorted(votes),
        }
        mine = votes.get(call.caller.known().id)
        if mine is not None:
            shown["mine"] = mine.document()
        if ballot.how == "closed":
            shown["verdict"] = _verdict(await standing(store, ballot.id))
            shown["votes"] = [each.document() for each in votes.values()]
        return Answer(shown)

    async def standing(self, call: Call) -> Answer:
        ballot = await ballot_in(self._kit.store, call.path["id"])
        case = await self._kit.case(self._kit.store, ballot.project, call.now)
        require(call.caller, case, _RUNNING, "S")
        return Answer(_verdict(await standing(self._kit.store, ballot.id)))

    async def attend(self, call: Call) -> Answer:
        member, me = call.body["member"], call.caller.known().id

        async def work(transaction: Transaction) -> frozenset[str]:
            ballot = await ballot_in(transaction, call.path["id"])
            if member != me:
                case = await self._kit.case(transaction, ballot.project, call.now)
                require(call.caller, case, Sentence("noting who attends", "登记出席"), "S")
            await attend(transaction, ballot.id, member, now=call.now)
            return await attendance_of(transaction, ballot.id)

        return Answer({"present": sorted(await self._kit.store.commit(work))})

    async def vote(self, call: Call) -> Answer:
        body, me = call.body, call.caller.known().id

        async def work(transaction: Transaction) -> Vote:
            return await cast(
                transaction,
                call.path["id"],
                me,
                choice=body["choice"],
                digest=body["digest"],
                reason=body.get("reason", ""),
                now=call.now,
            )

        return Answer((await self._kit.store.commit(work)).document())

    async def recall(self, call: Call) -> Answer:
        async def work(transaction: Transaction) -> dict[str, Any]:
            await self._run(transaction, call)
            by = call.caller.known().id
            made = await recall(transaction, call.path["id"], reason=call.body["reason"], by=by, now=call.now)
            return await _document(transaction, made)

        return Answer(await self._kit.store.commit(work))

    async def close(self, call: Call) -> Answer:
        async def work(transaction: Transaction) -> Verdict:
            await self._run(transaction, call)
            return await close(transaction, call.path["id"], by=call.caller.known().id, now=call.now)

        return Answer(_verdict(await self._kit.store.commit(work)))

    async def minutes(self, call: Call) -> Answer:
        ballot, case = await self._seen(self._kit.store, call)
        minutes = await minutes_in(self._kit.store, ballot, case.project.title)
        form = call.query.get("format", "json")
        if form == "json":
            return Answer(without_nothing(minutes.document()))
        table = minutes.table(call.language)
        return await table_file(table, form, call.language, table.title)

    async def _seen(self, reader: Reader, call: Call) -> tuple[Ballot, Case]:
        """A ballot, for those who work on its project or are on its roster."""
        ballot = await ballot_in(reader, call.path["id"])
        case, me = await self._kit.case(reader, ballot.project, call.now), call.caller.known().id
        if all(each.id != me for each in ballot.roster.members):
            require(call.caller, case, _SEEING, *INSIDERS)
        return ballot, case

    async def _run(self, reader: Reader, call: Call) -> None:
        ballot = await ballot_in(reader, call.path["id"])
        require(call.caller, await self._kit.case(reader, ballot.project, call.now), _RUNNING, "S")


async def _recalled(reader: Reader, case: Case) -> Mapping[str, str]:
    """What the last ballot was about, which was recalled. Raises Refused (conflict) where it was not."""
    last = next(reversed(await ballots_of(reader, case.project.id)), None)
    if last is not None and last.how != "recalled":
        said = Sentence("the last ballot was not recalled; it counts", "最近一次表决未撤回，继续有效")
        raise Refused("conflict", (said,))
    return {} if last is None else last.digests


async def _document(reader: Reader, ballot: Ballot) -> dict[str, Any]:
    purpose = await purpose_of(reader, ballot.id)
    return {**told(ballot), "purpose": purpose.purpose, "conclusion": purpose.conclusion}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    shown: dict[str, Any] = without_nothing(verdict.document())
    return shown


def _purpose(case: Case, conclusion: Any) -> Purpose:
    """Raises Refused where the project is in no state in which it is voted on."""
    if case.state == _REVIEW and not conclusion:
        return Purpose()
    if case.state == _CONCLUSION and conclusion:
        return Purpose("review", conclusion)
    if case.state == _CONCLUSION:
        said = Sentence("it is not said on which conclusion is voted", "未填写表决的结论")
        raise Refused("invalid", (said,), where="conclusion")
    en = (
        f"a ballot is opened by the action open-review, in {_REVIEW} again after a recall, and in {_CONCLUSION} "
        f"on a conclusion; the state is {case.state}"
    )
    zh = f"表决由 open-review 操作开始，{_REVIEW} 撤回后可重开，{_CONCLUSION} 就结论表决；当前状态为 {case.state}"
    raise Refused("conflict", (Sentence(en, zh),))
