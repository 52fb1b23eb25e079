"""Keeps a step of a case: its event, where it stands, and its Task, in one commit that somebody quicker undoes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TypeVar

from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Store, Transaction
from fhir_server.intents import Intent, Written
from fhir_server.outcomes import RequestRefused
from fhir_server.repository import Repository
from registry.publication.auditing import sent_by
from registry.publication.resources import refusal_of
from registry.refusal import Refused
from registry.scores.appeals.case import Case, CaseEvent, events_of
from registry.scores.appeals.lifecycle import Lifecycle
from registry.scores.appeals.tasks import task_of
from registry.sentence import Sentence

Outcome = TypeVar("Outcome")
Besides = Callable[[Transaction], Awaitable[None]]
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Office:
    """Where cases are kept; made once in a process."""

    store: Store
    repository: Repository
    """The only writer of FHIR resources; its audit trail is that of `written_by_people`."""
    new_id: NewId
    offset: timedelta
    """The distance of local time from UTC."""

    def today(self, now: datetime) -> date:
        """The local day."""
        return (now + self.offset).date()

    @property
    def zone(self) -> tzinfo:
        return timezone(self.offset)


class Quicker(Refused):
    """Somebody else took a step meanwhile, so that it has to be judged anew."""

    def __init__(self) -> None:
        said = Sentence("others were quicker again and again; try once more", "他人多次先行操作；请重试")
        super().__init__("conflict", (said,))


async def nothing_besides(_transaction: Transaction) -> None:
    """Does nothing."""


async def keep(
    office: Office,
    lifecycle: Lifecycle,
    case: Case,
    event: CaseEvent,
    besides: Besides = nothing_besides,
    *,
    asked_by: str = "",
) -> None:
    """Keep a case as it stands after an event. Raises Quicker, Refused (invalid) where its Task breaks a rule.

    The audit trail names who took the step; of what traffic does, whoever asked for a look at it.
    """
    past = await events_of(office.store, lifecycle, case.id)

    async def work(transaction: Transaction, _written: Sequence[Sequence[Written]]) -> None:
        kept = await transaction.load(lifecycle.collection, case.id)
        if (0 if kept is None else kept["number"]) != event.number - 1:
            raise Quicker
        await transaction.save(lifecycle.collection, case.id, case.document())
        await transaction.save(lifecycle.events, f"{case.id}/{event.number:06}", event.document())
        await besides(transaction)

    task = Intent("PUT", "Task", case.id, resource=task_of(case, (*past, event)))
    try:
        await office.repository.write((task,), sent_by(event.by or asked_by), besides=work)
    except RequestRefused as error:
        raise refusal_of(error, "Task") from error


async def until_kept(attempt: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """What an attempt comes to; where somebody was quicker it is made again, and so sees what they did."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await attempt()
        except Quicker:
            continue
    return await attempt()
