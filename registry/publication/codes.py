"""The registry track: the custodian of code tables releases a minor version of them, without the text being reopened.

https://www.w3.org/policies/process/#registries. It may change codes only, and break nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader, Transaction
from fhir_server.intents import Written
from fhir_server.outcomes import RequestRefused
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, ended
from registry.model.case import Case
from registry.model.event import Event
from registry.model.facts import Facts, PackageFacts
from registry.packages.contents import definitions_in
from registry.packages.opening import Opened, open_package
from registry.packages.shelf import place
from registry.publication.archiving import ReleasedAs, make_archive
from registry.publication.auditing import sent_by
from registry.publication.doing import Doing
from registry.publication.press import Press
from registry.publication.record import Archive, Publication, as_artefact, publication_in, save_publication
from registry.publication.releasing import is_codes_only
from registry.publication.resources import intents_for, refusal_of
from registry.publication.superseding import rules_of
from registry.publication.versions import next_minor
from registry.records.acting import act_in, judged
from registry.records.cases import load_case
from registry.records.keeping import PROJECTS, edit_edition
from registry.refusal import Refused
from registry.sentence import Sentence

RELEASE_CODES = "release-codes"


async def release_codes(press: Press, project: str, content: bytes, doing: Doing) -> Event:
    """Release the codes of an uploaded package. Raises Refused, saying everything that is missing; StoreError."""
    await _check_who(press.store, project, doing)
    publication = await publication_in(press.store, (await PROJECTS.get(press.store, project)).edition)
    release = await _made(press, project, publication, content, doing)
    happened: list[Event] = []

    async def besides(transaction: Transaction, _written: Sequence[Sequence[Written]]) -> None:
        happened[:] = [await _release(transaction, press, release, doing)]

    try:
        intents = await intents_for(press.store, release.definitions)
        await press.repository.write(intents, sent_by(doing.person), besides=besides)
    except RequestRefused as error:
        raise refusal_of(error) from error
    return happened[0]


@dataclass(frozen=True, slots=True)
class _Release:
    """A minor version that is to be published."""

    project: str
    publication: Publication
    archive: Archive
    opened: Opened
    definitions: Sequence[Resource]
    is_codes_only: bool

    async def facts(self, _reader: Reader, _case: Case) -> Facts:
        """What the guards have to know of it."""
        archive = self.archive
        package = PackageFacts(
            archive.draft, archive.version, archive.errors, True, archive.staging, self.is_codes_only
        )
        return Facts(package=package)


async def _check_who(reader: Reader, project: str, doing: Doing) -> None:
    """Before anything is compiled: whether this person could do it now, were the package in order."""

    async def in_order(_reader: Reader, _case: Case) -> Facts:
        return Facts(package=PackageFacts("", is_signed=True, staging=(), is_codes_only=True))

    moment = replace(doing.moment, gather=in_order)
    case = await load_case(reader, project, in_order, moment.book.today(moment.now))
    judged(case, doing.act, doing.who(case), moment)


async def _made(press: Press, project: str, publication: Publication, content: bytes, doing: Doing) -> _Release:
    before = publication.archive_of()
    version = await next_minor(press.store, before.version, before.package)
    today = doing.moment.book.today(doing.moment.now)
    as_ = ReleasedAs(sha256(content).hexdigest(), version, today, today)
    archive, made = await make_archive(press, content, as_)
    if archive.package != before.package:
        en = f"found the package {archive.package}; expected {before.package}, whose codes are released"
        sentence = Sentence(en, f"现为软件包 {archive.package}；应为 {before.package}")
        raise Refused("invalid", (sentence,), where="package")
    published = await press.store.kept(before.sha256) or b""
    only = await asyncio.to_thread(is_codes_only, published, made, press.workshop)
    opened = await asyncio.to_thread(open_package, made, press.archive_limits)
    definitions = await asyncio.to_thread(definitions_in, made, press.archive_limits)
    return _Release(project, publication, archive, opened, definitions, only)


async def _release(transaction: Transaction, press: Press, release: _Release, doing: Doing) -> Event:
    now, seen = doing.moment.now, release.publication
    if await publication_in(transaction, seen.id) != seen:
        sentence = Sentence("another version was released meanwhile", "期间已发布其他版本")
        raise Refused("conflict", (sentence,))
    moment = replace(doing.moment, gather=release.facts)
    event = await act_in(transaction, release.project, doing.act, doing.who, moment, expected=doing.expected)
    await place(transaction, release.opened, now)
    rules = await rules_of(transaction, seen.id)
    if rules is not None:
        both = [ended(rules, now), _carried(rules, release.archive, now)]
        await write_rules(transaction, both, now, press.new_id, by=doing.person, reason=doing.act.reason)
    earlier = (seen.archive_of(), *seen.earlier)
    await save_publication(transaction, replace(seen, archive=release.archive, earlier=earlier))
    package = as_artefact(release.archive)
    await edit_edition(
        transaction, seen.standard, seen.id, lambda its: replace(its, artefacts=(*its.artefacts, package))
    )
    return event


def _carried(rules: RuleSet, archive: Archive, now: datetime) -> RuleSet:
    """The same rules by the new codes, from the same days; what has ended stays so."""
    lasting = [each for each in rules.rules if each.rule.until is None or each.rule.until > now]
    carried = tuple(
        replace(each, rule=replace(each.rule, profile=f"{each.rule.url}|{archive.version}")) for each in lasting
    )
    return replace(rules, version=archive.version, digest=archive.sha256, rules=carried)
