"""Answers the route of practice: judges on a thread, a few runs at a time, and keeps nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from conformance.scoring.policy import ScorePolicy
from fhir_kernel.codec.limits import Limits
from fhir_kernel.definitions.model import Model
from fhir_kernel.issues import Language
from registry.api.kit import Kit
from registry.http.route import Answer, Call
from registry.problem import Unfit
from registry.refusal import Refused
from registry.scores.practice.body import documents_in, too_many
from registry.scores.practice.counting import Counting
from registry.scores.practice.document import Document
from registry.scores.practice.judging import PracticeJudge, Practising
from registry.scores.practice.records import Record, Unread, resources_in
from registry.scores.practice.report import Clause
from registry.scores.practice.standards import Clauses, policy_of
from registry.scores.practice.told import report_json
from registry.sentence import Sentence

MOST_RECORDS = 1_000
"""Of one run, the entries of documents and messages among them."""
_AT_ONCE, _WAITING = 2, 20
_LIMITS = Limits(max_depth=100)
_SECONDS = "5"


class PracticeDesk:
    """One method for each route."""

    def __init__(self, kit: Kit, judge: Callable[[], PracticeJudge], model: Model) -> None:
        self._kit, self._judge, self._model, self._clauses = kit, judge, model, Clauses()
        self._turns, self._under_way = asyncio.Semaphore(_AT_ONCE), 0

    async def practise(self, call: Call) -> Answer:
        documents = documents_in(call.body, call.media_type, MOST_RECORDS)
        clauses = await self._clauses.of(self._kit.store)
        policy = await policy_of(self._kit.store, self._kit.today(call.now))
        practising = Practising(self._judge(), self._model, call.now, _LIMITS)
        language = call.query.get("language", call.language)
        async with self._turn():
            return Answer(await asyncio.to_thread(_report, practising, documents, clauses, policy, language))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Raises Refused where so many wait already that it would take too long."""
        if self._under_way >= _AT_ONCE + _WAITING:
            said = Sentence("too many practice runs are under way; try again later", "练习请求过多，请稍后重试")
            raise Unfit("too-often", said, 503, {"retry-after": _SECONDS})
        self._under_way += 1
        try:
            async with self._turns:
                yield
        finally:
            self._under_way -= 1


def _report(
    practising: Practising,
    documents: Sequence[Document],
    clauses: Mapping[str, Clause],
    policy: ScorePolicy,
    language: Language,
) -> dict[str, Any]:
    read = [(each, practising.records(each)) for each in documents]
    if sum(_resources(each) for _, records in read for each in records) > MOST_RECORDS:
        raise too_many(MOST_RECORDS)
    counting = Counting()
    for document, records in read:
        for outcome in practising.judged(document, records):
            counting.take(outcome)
    if not counting.records and counting.unread:
        raise _unreadable(counting.unread[0])
    return report_json(counting.report(practising.judge.lists, clauses, policy), language)


def _resources(found: Record | Unread) -> int:
    return 1 if isinstance(found, Unread) else resources_in(found)


def _unreadable(first: Unread) -> Refused:
    found = first.issue
    place = f":{found.line}:{found.column}" if found.line is not None else ""
    said = Sentence(found.text("en"), found.text("zh"))
    return Refused("invalid", (said,), where=f"{first.record}{place}")
