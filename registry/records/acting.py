"""Does what somebody wants to do with a project: reads, judges, appends the event and its copy in one commit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.store.base import Store, Transaction
from registry.lifecycle.advance import Missing, advance
from registry.lifecycle.book import Book
from registry.model.case import Act, Actor, Case
from registry.model.event import Event
from registry.records.cases import EVENTS, PROGRESS, Gather, event_name, events, load_case
from registry.records.keeping import note
from registry.refusal import Refused
from registry.sentence import Sentence

WhoActs = Callable[[Case], Actor]
"""Gives the roles that somebody has for a case, once it is known which one it is."""
Besides = Callable[[Transaction, Case, Event], Awaitable[None]]
"""Work of the same commit, such as publication; the case is that from before the event."""


async def nothing_besides(transaction: Transaction, case: Case, event: Event) -> None:
    """Does nothing."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and by which rules it is judged, and how the facts are found."""

    now: datetime
    book: Book
    gather: Gather


async def act(
    store: Store,
    project: str,
    wanted: Act,
    who: WhoActs,
    moment: Moment,
    *,
    expected: int | None,
    besides: Besides = nothing_besides,
) -> Event:
    """Do it in a commit of its own, and give the event. Raises as `act_in` does."""

    async def work(transaction: Transaction) -> Event:
        return await act_in(transaction, project, wanted, who, moment, expected=expected, besides=besides)

    return await store.commit(work)


async def act_in(
    transaction: Transaction,
    project: str,
    wanted: Act,
    who: WhoActs,
    moment: Moment,
    *,
    expected: int | None,
    besides: Besides = nothing_besides,
) -> Event:
    """Do it as a part of a commit, after work that it rests on, such as opening a ballot.

    `expected` is the number of the last event that the person has seen; None takes whatever has happened.
    Raises Refused: missing, forbidden, invalid, or conflict where a guard lacks something or somebody was quicker.
    """
    case = await load_case(transaction, project, moment.gather, moment.book.today(moment.now))
    if expected is not None and expected != case.progress.number:
        raise await _quicker(transaction, case, expected)
    event = judged(case, wanted, who(case), moment)
    await append_event(transaction, case, event)
    await besides(transaction, case, event)
    return event


def judged(case: Case, wanted: Act, actor: Actor, moment: Moment) -> Event:
    """The event that it makes. Raises Refused."""
    outcome = advance(case, wanted, actor, moment.now, moment.book)
    if isinstance(outcome, Missing):
        raise Refused(outcome.kind, outcome.sentences, where=wanted.action)
    return outcome


async def append_event(transaction: Transaction, case: Case, event: Event) -> None:
    """Keep the event, and the copy of where the project stands after it."""
    await transaction.save(EVENTS, event_name(event.project, event.number), event.document())
    await transaction.save(PROGRESS, event.project, case.progress.after(event).document())
    await note(transaction, EVENTS, event_name(event.project, event.number), standard=event.standard)


async def _quicker(transaction: Transaction, case: Case, expected: int) -> Refused:
    number = case.progress.number
    since = await events(transaction, case.project.id, after=min(expected, number))
    told = "; ".join(f"{each.action} ({each.source or '–'} → {each.target})" for each in since) or "–"
    sentence = Sentence(
        f"somebody was quicker: found event {number} where {expected} was expected as the last one; since then: {told}",
        f"他人已先行操作：最后的事件为 {number}，预期为 {expected}；其间：{told}",
    )
    return Refused("conflict", (sentence,), where="expected")
