"""The announcement (公告) by which an edition is published: number, title, what it replaces, from when on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fhir_kernel.issues import Language
from registry.model.standard import KIND_NAMES, StandardKind
from registry.sentence import Sentence
from registry.tables.html import as_html
from registry.tables.table import Table


@dataclass(frozen=True, slots=True)
class Announced:
    """What an announcement says of an edition."""

    announcement: str
    """Its number."""
    issuer: Sentence
    kind: StandardKind
    number: str
    title: Sentence
    published: date
    in_force: date
    replaces: tuple[str, ...] = ()
    amends: tuple[str, ...] = ()


_COLUMNS = (
    Sentence("No.", "序号"),
    Sentence("Number", "标准编号"),
    Sentence("Title", "标准名称"),
    Sentence("Replaces", "代替标准编号"),
    Sentence("Amends", "修改标准编号"),
    Sentence("In force from", "实施日期"),
)


def announcement(said: Announced, language: Language) -> Table:
    """The announcement as a table with what stands above and below."""
    title = said.title.said_in(language)
    replaces, amends = _listed(said.replaces, language), _listed(said.amends, language)
    row = ("1", said.number, title, replaces, amends, _day(said.in_force, language))
    return Table(
        title=_title(said).said_in(language),
        columns=tuple(each.said_in(language) for each in _COLUMNS),
        rows=[row],
        head=((_head("No.", "公告编号", language), said.announcement),),
        notes=(
            _body(said).said_in(language),
            said.issuer.said_in(language),
            _day(said.published, language),
        ),
    )


def announcement_page(said: Announced, language: Language) -> bytes:
    """The same as one page of HTML."""
    return as_html(announcement(said, language), language).encode()


def _title(said: Announced) -> Sentence:
    if said.amends:
        en, zh = f"Announcement of an amendment: {said.number}", f"关于批准发布 {said.number} 修改单的公告"
        return Sentence(en, zh)
    return Sentence(f"Announcement of {said.number}", f"关于发布 {said.number}《{said.title.zh}》的公告")


def _body(said: Announced) -> Sentence:
    kind = KIND_NAMES[said.kind]
    begins_en, begins_zh = _day(said.in_force, "en"), _day(said.in_force, "zh")
    en = f"{said.number} ({kind.en}) is published and comes into force on {begins_en}"
    zh = f"现发布{kind.zh} {said.number}《{said.title.zh}》，自{begins_zh}起实施"
    if said.replaces:
        en += f"; from that day {_listed(said.replaces, 'en')} is no longer in force"
        zh += f"，{_listed(said.replaces, 'zh')} 同时废止"
    return Sentence(f"{en}.", f"{zh}。")


def _listed(numbers: tuple[str, ...], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(numbers)


def _head(en: str, zh: str, language: Language) -> str:
    return Sentence(en, zh).said_in(language)


def _day(day: date, language: Language) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
