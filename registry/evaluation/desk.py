"""Answers what is to be reviewed and how standards fare, and files it with the project that needs it."""

from __future__ import annotations

from datetime import timedelta, timezone
from fractions import Fraction
from typing import Any

from fhir_kernel.store.base import Transaction
from registry.api.kit import INSIDERS, Kit, require
from registry.api.told import told
from registry.evaluation.implementation import file_report, subject_of
from registry.evaluation.reviews import reviews
from registry.evaluation.tally import count_up
from registry.evaluation.triggers import below, trigger, trigger_by_evidence
from registry.evaluation.use import Use, use_of
from registry.http.route import Answer, Call
from registry.model.case import Case
from registry.people.roles import ANYONE
from registry.refusal import Refused
from registry.sentence import Sentence

_YEAR, _PAGE = 365, 100
_SEEING = Sentence("seeing how a standard fares", "查看标准实施数据")
_REPORTING = Sentence("reporting on implementation", "报告实施情况")
_CHECKING = Sentence("evaluating a standard", "评价标准")
_TRIGGERING = Sentence("raising a cause for a review", "提出复审原因")


class EvaluationDesk:
    """One method for each route."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def reviews(self, call: Call) -> Answer:
        book = (await self._kit.moment(call)).book
        lead = book.at(call.now).limit("review-lead")
        within = timedelta(days=call.query["within"]) if "within" in call.query else lead
        found = await reviews(self._kit.store, book, call.now, call.now + within)
        start = call.query.get("start", 0)
        page = found[start : start + call.query.get("count", _PAGE)]
        return Answer({"reviews": [told(each) for each in page], "total": len(found)})

    async def use(self, call: Call) -> Answer:
        case = await self._case(call)
        require(call.caller, case, _SEEING, *INSIDERS)
        return Answer(told(await self._use(call, case, call.query.get("days", _YEAR))))

    async def report(self, call: Call) -> Answer:
        case = await self._case(call)
        require(call.caller, case, _REPORTING, "E", "M", "S", "LU")
        use = await self._use(call, case, call.body.get("days", _YEAR))
        by, new_id = call.caller.known().id, self._kit.new_id
        documents = await file_report(self._kit.store, case, use, by=by, now=call.now, new_id=new_id)
        return Answer({"documents": [told(each) for each in documents], "use": told(use)})

    async def trigger(self, call: Call) -> Answer:
        cause, text = call.body["cause"], call.body["text"]

        async def work(transaction: Transaction) -> dict[str, Any]:
            case = await self._kit.case(transaction, call.path["id"], call.now)
            require(call.caller, case, _TRIGGERING, *((ANYONE,) if cause == "fault" else ("M", "E", "L")))
            person = call.caller.person
            by = "" if person is None else person.id
            _check_published(case)
            new_id = self._kit.new_id
            return told(await trigger(transaction, case.project.id, cause, text, by=by, now=call.now, new_id=new_id))

        return Answer(await self._kit.store.commit(work))

    async def check(self, call: Call) -> Answer:
        case, least = await self._case(call), Fraction(call.body["least"], 100)
        require(call.caller, case, _CHECKING, "E", "M")
        use = await self._use(call, case, call.body.get("days", _YEAR))
        person = call.caller.known().id

        async def work(transaction: Transaction) -> dict[str, Any]:
            made = await trigger_by_evidence(
                transaction, case.project.id, use, least, by=person, now=call.now, new_id=self._kit.new_id
            )
            return {} if made is None else {"trigger": told(made)}

        raised = await self._kit.store.commit(work)
        return Answer({"use": told(use), "below": below(use, least), **raised})

    async def _case(self, call: Call) -> Case:
        return await self._kit.case(self._kit.store, call.path["id"], call.now)

    async def _use(self, call: Call, case: Case, days: int) -> Use:
        its = await subject_of(self._kit.store, case)
        await count_up(self._kit.store, timezone(self._kit.offset))
        today = self._kit.today(call.now)
        return await use_of(self._kit.store, its, today - timedelta(days=days), today)


def _check_published(case: Case) -> None:
    if case.edition.published is None:
        sentence = Sentence("only a published standard can be reviewed", "只有已发布的标准才能复审")
        raise Refused("conflict", (sentence,))
