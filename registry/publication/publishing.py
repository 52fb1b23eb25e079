"""Publishes an edition: event, days, package, FHIR resources, rules and the end of what it replaces, in one commit.

Whatever is refused on the way, nothing of it is kept but contents that nobody can find.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader, Transaction
from fhir_server.intents import Written
from fhir_server.outcomes import RequestRefused
from registry.enforcement.published import write_rules
from registry.model.artefact import Artefact
from registry.model.edition import Edition
from registry.model.event import Event
from registry.packages.contents import definitions_in
from registry.packages.opening import Opened, open_package
from registry.packages.shelf import place
from registry.publication.auditing import sent_by
from registry.publication.days import begin_of
from registry.publication.doing import Doing
from registry.publication.press import Press
from registry.publication.record import Publication, as_artefact, publication_in, save_publication
from registry.publication.resources import intents_for, refusal_of
from registry.publication.rules import rule_set
from registry.publication.superseding import supersede
from registry.records.acting import act_in
from registry.records.cases import load_case
from registry.records.keeping import PROJECTS, STANDARDS, edition, save_edition
from registry.refusal import Kind, Refused
from registry.sentence import Sentence

PUBLISH = "publish"


async def publish(press: Press, project: str, doing: Doing) -> Event:
    """Publish what was prepared. Raises Refused, saying everything that is missing; StoreError."""
    made = await PROJECTS.get(press.store, project)
    publication = await publication_in(press.store, made.edition)
    await _check_not_done(press.store, publication)
    package = await _package(press, publication)

    async def besides(transaction: Transaction, _written: Sequence[Sequence[Written]]) -> None:
        happened[:] = [await _publish(transaction, press, project, publication, package, doing)]

    happened: list[Event] = []
    if package is None:
        await press.store.commit(lambda transaction: besides(transaction, ()))
    else:
        intents = await intents_for(press.store, package.definitions)
        try:
            await press.repository.write(intents, sent_by(doing.person), besides=besides)
        except RequestRefused as error:
            raise refusal_of(error) from error
    return happened[0]


@dataclass(frozen=True, slots=True)
class _Package:
    """What is placed on the shelf."""

    opened: Opened
    definitions: Sequence[Resource]


async def _package(press: Press, publication: Publication) -> _Package | None:
    if publication.archive is None:
        return None
    content = await press.store.kept(publication.archive.sha256)
    if content is None:
        raise _refused("missing", "the prepared archive is not in the store", "存储中没有已准备的数据包")
    opened = await asyncio.to_thread(open_package, content, press.archive_limits)
    return _Package(opened, await asyncio.to_thread(definitions_in, content, press.archive_limits))


async def _publish(
    transaction: Transaction, press: Press, project: str, seen: Publication, package: _Package | None, doing: Doing
) -> Event:
    """Within the commit; the guards see the edition with its days, which are undone where they refuse."""
    now = doing.moment.now
    publication = await publication_in(transaction, seen.id)
    await _check_not_done(transaction, publication)
    if publication != seen:
        raise _refused("conflict", "it was prepared anew meanwhile", "期间已重新准备")
    _check_day(publication.plan.published, doing.moment.book.today(now))
    its = await _dated(transaction, press, project, publication, doing)
    event = await act_in(transaction, project, doing.act, doing.who, doing.moment, expected=doing.expected)
    if package is not None:
        await place(transaction, package.opened, now)
    await _write_rules(transaction, press, its, publication, package, doing)
    await save_publication(transaction, replace(publication, done=now, done_by=doing.person))
    return event


async def _dated(
    transaction: Transaction, press: Press, project: str, publication: Publication, doing: Doing
) -> Edition:
    """The edition with its days and artefacts, as it will be."""
    moment, plan = doing.moment, publication.plan
    case = await load_case(transaction, project, moment.gather, moment.book.today(moment.now))
    its = await edition(transaction, publication.standard, publication.id)
    final = case.newest("final-text")
    texts = () if final is None else (Artefact("text", final.digest, final.name, "", final.media_type, final.size),)
    made = replace(
        its,
        published=plan.published,
        in_force=plan.in_force,
        announcement=plan.announcement,
        artefacts=texts if publication.archive is None else (*texts, as_artefact(publication.archive)),
    )
    await save_edition(transaction, made)
    return made


async def _write_rules(
    transaction: Transaction,
    press: Press,
    its: Edition,
    publication: Publication,
    package: _Package | None,
    doing: Doing,
) -> None:
    now, zone, plan = doing.moment.now, doing.moment.book.zone, publication.plan
    rules = list(await supersede(transaction, its, plan.in_force, begin_of(plan.in_force, zone)))
    if package is not None and publication.archive is not None:
        standard = await STANDARDS.get(transaction, its.standard)
        numbers = (standard.number, its.number)
        rules.append(rule_set(publication.archive, package.definitions, plan, numbers, now, zone))
    if rules:
        await write_rules(transaction, rules, now, press.new_id, by=doing.person, reason=f"{its.number}: {PUBLISH}")


async def _check_not_done(reader: Reader, publication: Publication) -> None:
    if publication.done is not None:
        number = (await edition(reader, publication.standard, publication.id)).number
        raise _refused("conflict", f"{number} is published already", f"{number} 已经发布")


def _check_day(planned: date, today: date) -> None:
    if planned != today:
        raise _refused(
            "conflict",
            f"it is prepared for publication on {planned}, and today is {today}; prepare it for today",
            f"已按发布日期 {planned} 准备，今天是 {today}；请重新准备",
            "published",
        )


def _refused(kind: Kind, en: str, zh: str, where: str = "") -> Refused:
    return Refused(kind, (Sentence(en, zh),), where=where)
