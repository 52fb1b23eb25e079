"""Prepares a publication: days, announcement, and the package made of the frozen draft, signed and installed for trial.

Nothing of it is public before it is published; it can be prepared anew until then.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from fhir_kernel.store.base import Reader, Transaction
from registry.model.artefact import FiledDocument
from registry.model.edition import Edition
from registry.model.project import Project
from registry.model.standard import Standard
from registry.packages.contents import definitions_in
from registry.publication.announcement import Announced, announcement_page
from registry.publication.archiving import ReleasedAs, make_archive
from registry.publication.frozen import frozen_package
from registry.publication.press import Press
from registry.publication.record import Archive, Publication, PublicationPlan, find_publication, save_publication
from registry.publication.releasing import package_name
from registry.publication.rules import rule_set
from registry.publication.versions import next_version
from registry.records.cases import progress
from registry.records.filing import file_document
from registry.records.keeping import PROJECTS, STANDARDS, edition
from registry.refusal import Kind, Refused
from registry.sentence import Sentence

NUMBERED = "60.00"
_HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be published."""

    standard: Standard
    edition: Edition
    project: Project


async def prepare(
    press: Press, project: str, plan: PublicationPlan, *, by: str, now: datetime, zone: tzinfo
) -> Publication:
    """Keep everything that publication needs; takes a while. Raises Refused, StoreError."""
    subject = await _subject(press.store, project)
    _check_days(plan, now.astimezone(zone).date(), has_package=subject.project.has_package)
    archive = await _archive(press, subject, plan, now, zone) if subject.project.has_package else None
    announcements = {each: await press.store.keep(page) for each, page in _pages(subject, plan).items()}
    publication = Publication(subject.edition.id, subject.standard.id, project, plan, now, by, announcements, archive)

    async def work(transaction: Transaction) -> Publication:
        if await _subject(transaction, project) != subject:
            raise _refused(
                "conflict", "the edition was changed meanwhile; prepare it anew", "标准信息已变更，请重新准备"
            )
        await save_publication(transaction, publication)
        await file_document(transaction, _filed(press, subject, publication, _pages(subject, plan)["zh"]))
        return publication

    return await press.store.commit(work)


async def _subject(reader: Reader, id_: str) -> Subject:
    """Raises Refused where it cannot be prepared."""
    project = await PROJECTS.get(reader, id_)
    its = await edition(reader, project.standard, project.edition)
    state = (await progress(reader, id_)).text
    before = await find_publication(reader, its.id)
    if before is not None and before.done is not None:
        raise _refused("conflict", f"{its.number} is published already", f"{its.number} 已经发布")
    if state != NUMBERED or not its.number:
        raise _refused(
            "conflict",
            f"the publication is prepared once the number is given ({NUMBERED}); the state is '{state}'",
            f"赋予编号（{NUMBERED}）后方可准备发布；当前状态为“{state}”",
        )
    return Subject(await STANDARDS.get(reader, project.standard), its, project)


def _check_days(plan: PublicationPlan, today: date, *, has_package: bool) -> None:
    published, in_force, warn_from = plan.published, plan.in_force, plan.warn_from
    if published < today:
        raise _out_of_order("published", published, f"{today} or later", f"不早于 {today}")
    if in_force <= published:
        raise _out_of_order("inForce", in_force, f"a day after {published}", f"晚于 {published}")
    if has_package and warn_from is None:
        en = "found nothing; expected the day from which on senders are told"
        raise _refused("invalid", en, "未填写开始警告的日期", "warnFrom")
    if warn_from is not None and not published <= warn_from <= in_force:
        expected = f"{published} 至 {in_force} 之间"
        raise _out_of_order("warnFrom", warn_from, f"a day from {published} to {in_force}", expected)


async def _archive(press: Press, subject: Subject, plan: PublicationPlan, now: datetime, zone: tzinfo) -> Archive:
    draft = await frozen_package(press.store, subject.project.id)
    content = await press.store.kept(draft.content)
    if content is None:
        raise _refused("missing", "the frozen draft is not in the store", "存储中没有冻结的草案")
    name = await asyncio.to_thread(package_name, content, press.workshop)
    version = await next_version(press.store, subject.project, subject.edition, name)
    as_ = ReleasedAs(draft.digest, version, plan.published, plan.in_force)
    archive, made = await make_archive(press, content, as_)
    definitions = await asyncio.to_thread(definitions_in, made, press.archive_limits)
    rule_set(archive, definitions, plan, (subject.standard.number, subject.edition.number), now, zone)
    return archive


def _pages(subject: Subject, plan: PublicationPlan) -> dict[str, bytes]:
    its = subject.edition
    said = Announced(
        plan.announcement,
        plan.issuer,
        subject.standard.kind,
        its.number,
        subject.project.title,
        plan.published,
        plan.in_force,
        tuple(each.number for each in its.related("replaces")),
        tuple(each.number for each in its.related("amends")),
    )
    return {"zh": announcement_page(said, "zh"), "en": announcement_page(said, "en")}


def _filed(press: Press, subject: Subject, publication: Publication, page: bytes) -> FiledDocument:
    return FiledDocument(
        id=press.new_id(),
        project=subject.project.id,
        kind="announcement",
        digest=publication.announcements["zh"],
        name=f"{subject.edition.number.replace('/', '-')} 公告.html",
        media_type=_HTML,
        size=len(page),
        filed_by=publication.prepared_by,
        filed=publication.prepared,
        stage=NUMBERED,
    )


def _out_of_order(where: str, found: date, en: str, zh: str) -> Refused:
    return _refused("invalid", f"found {found}; expected {en}", f"现为 {found}；应为{zh}", where)


def _refused(kind: Kind, en: str, zh: str, where: str = "") -> Refused:
    return Refused(kind, (Sentence(en, zh),), where=where)
