"""意见汇总处理表: every comment of a round with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fhir_kernel.issues import Language
from registry.comments.comment import Author, Comment
from registry.comments.disposing import OUTCOMES, Disposition
from registry.comments.parties import Counts
from registry.sentence import Sentence
from registry.tables.table import Table

_TITLE = Sentence("Comments and their disposition", "意见汇总处理表")
_COLUMNS = tuple(
    Sentence(en, zh)
    for en, zh in (
        ("No.", "序号"),
        ("Clause", "标准章条编号"),
        ("Comment", "意见内容"),
        ("Proposer", "提出单位"),
        ("Disposition", "处理意见"),
        ("Reason", "理由"),
    )
)
_NOBODY, _WITHHELD = Sentence("anonymous", "匿名"), Sentence("withheld", "已隐去")
_TO_DO = Sentence("not yet disposed", "待处理")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below the comments."""

    title: Sentence
    """Of the standard."""
    drafting_unit: str
    counts: Counts


def comment_table(
    head: Head,
    comments: Iterable[Comment],
    dispositions: Mapping[int, Disposition],
    language: Language,
    *,
    public: bool,
) -> Table:
    """The table for the office, or for everybody, where only authors who agreed to it are named."""
    rows = [_row(each, dispositions.get(each.number), language, public) for each in comments]
    return Table(
        title=_TITLE.said_in(language),
        columns=tuple(each.said_in(language) for each in _COLUMNS),
        rows=rows,
        head=(
            (Sentence("Standard", "标准项目名称").said_in(language), head.title.said_in(language)),
            (Sentence("Drafting unit", "起草单位").said_in(language), head.drafting_unit),
        ),
        notes=tuple(each.said_in(language) for each in _notes(head.counts)),
    )


def _notes(counts: Counts) -> tuple[Sentence, ...]:
    return (
        Sentence(f"Organisations that were sent the draft: {counts.sent}", f"发送征求意见稿的单位数：{counts.sent}个"),
        Sentence(f"Organisations that answered: {counts.returned}", f"回函的单位数：{counts.returned}个"),
        Sentence(
            f"Organisations that answered with comments: {counts.with_comments}",
            f"回函并有建议或意见的单位数：{counts.with_comments}个",
        ),
    )


def _row(comment: Comment, disposition: Disposition | None, language: Language, public: bool) -> tuple[str, ...]:
    done = _TO_DO if disposition is None else OUTCOMES[disposition.outcome]
    reason = [] if disposition is None else [each for each in (disposition.reason, disposition.change) if each]
    proposer = _proposer(comment, language, public)
    said = done.said_in(language)
    return (str(comment.number), comment.place.said, comment.text, proposer, said, "\n".join(reason))


def _proposer(comment: Comment, language: Language, public: bool) -> str:
    if comment.withheld:
        return _WITHHELD.said_in(language)
    author = comment.author if comment.author.may_be_named or not public else Author()
    return " ".join(each for each in (author.organisation, author.name) if each) or _NOBODY.said_in(language)
