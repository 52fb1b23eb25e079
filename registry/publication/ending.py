"""Ends an edition: abolished by a decision, or marked as superseded once its successor is in force.

Its rules end and its FHIR resources are retired in the commit of the event; its bytes stay where they were.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Transaction
from fhir_server.intents import Written
from fhir_server.outcomes import RequestRefused
from registry.enforcement.published import write_rules
from registry.enforcement.rules import ended
from registry.model.edition import Edition
from registry.model.event import Event
from registry.packages.contents import definitions_in
from registry.publication.auditing import sent_by
from registry.publication.doing import Doing
from registry.publication.press import Press
from registry.publication.record import find_publication
from registry.publication.resources import refusal_of, retiring
from registry.publication.superseding import all_rules_of, end_editions
from registry.publication.versions import amendments_of
from registry.records.acting import act_in
from registry.records.keeping import PROJECTS, edition

ABOLISH, SUPERSEDE = "abolish", "supersede"


async def end(press: Press, project: str, doing: Doing) -> Event:
    """Abolish, or mark as superseded, as the act says. Raises Refused, StoreError."""
    made = await PROJECTS.get(press.store, project)
    its = await edition(press.store, made.standard, made.edition)
    intents = await retiring(press.store, await _definitions(press, its))

    async def besides(transaction: Transaction, _written: Sequence[Sequence[Written]]) -> None:
        event = await act_in(transaction, project, doing.act, doing.who, doing.moment, expected=doing.expected)
        await _end(transaction, press, its, doing)
        happened[:] = [event]

    happened: list[Event] = []
    try:
        await press.repository.write(intents, sent_by(doing.person), besides=besides)
    except RequestRefused as error:
        raise refusal_of(error) from error
    return happened[0]


async def _definitions(press: Press, its: Edition) -> Sequence[Resource]:
    """The artefacts of an edition and of its amendments."""
    found: list[Resource] = []
    for id_ in (its.id, *await amendments_of(press.store, its)):
        publication = await find_publication(press.store, id_)
        archive = None if publication is None else publication.archive
        content = None if archive is None else await press.store.kept(archive.sha256)
        if content is not None:
            found += await asyncio.to_thread(definitions_in, content, press.archive_limits)
    return found


async def _end(transaction: Transaction, press: Press, its: Edition, doing: Doing) -> None:
    now, today = doing.moment.now, doing.moment.book.today(doing.moment.now)
    await end_editions(transaction, its, today)
    rules = list(await all_rules_of(transaction, its))
    if rules:
        reason = f"{its.number}: {doing.act.action}; {doing.act.reason}".rstrip("; ")
        over = [ended(each, now) for each in rules]
        await write_rules(transaction, over, now, press.new_id, by=doing.person, reason=reason)
