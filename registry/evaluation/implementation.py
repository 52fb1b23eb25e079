"""The report on implementation (实施情况): evidence of use as a table and as data, filed with a project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import orjson

from fhir_kernel.clock import NewId
from fhir_kernel.issues import Language
from fhir_kernel.store.base import Reader, Store, Transaction
from registry.evaluation.use import Use
from registry.model.artefact import FiledDocument
from registry.model.case import Case
from registry.model.edition import Edition
from registry.records.filing import file_document
from registry.records.keeping import editions
from registry.refusal import Refused
from registry.sentence import Sentence
from registry.tables.html import as_html
from registry.tables.table import Table

REPORT, DATA = "implementation-report", "evaluation-data"
"""The documents of the checklist: the table, and the data."""
_TITLE = Sentence("Implementation", "实施情况")
_COLUMNS = (
    Sentence("Clause", "条款"),
    Sentence("Rule", "规则"),
    Sentence("Element", "数据元素"),
    Sentence("Finding", "问题"),
    Sentence("Times", "次数"),
    Sentence("Institutions", "涉及机构数"),
    Sentence("Products", "涉及产品数"),
)


async def subject_of(reader: Reader, case: Case) -> Edition:
    """The edition whose use is reported: the one under review, of a revision the newest published before it.

    Raises Refused (conflict) where none was published.
    """
    if case.edition.published is not None:
        return case.edition
    published = [each for each in await editions(reader, case.standard.id) if each.published is not None]
    if not published:
        sentence = Sentence("no edition of the standard has been published", "该标准尚无已发布的版本")
        raise Refused("conflict", (sentence,))
    return max(published, key=lambda each: str(each.published))


async def file_report(
    store: Store, case: Case, use: Use, *, by: str, now: datetime, new_id: NewId
) -> tuple[FiledDocument, FiledDocument]:
    """File the table as a page in Chinese, and the data as JSON, with the project of the case."""
    page = as_html(table_of(use, "zh"), "zh").encode()
    data = orjson.dumps(use.document(), option=orjson.OPT_INDENT_2)
    name = f"{use.edition.replace('/', '-')} {_TITLE.zh}"
    made = []
    for kind, content, file, media_type in (
        (REPORT, page, f"{name}.html", "text/html"),
        (DATA, data, f"{name}.json", "application/json"),
    ):
        digest, size = await store.keep(content), len(content)
        made.append(FiledDocument(new_id(), case.project.id, kind, digest, file, media_type, size, by, now, case.state))

    async def work(transaction: Transaction) -> None:
        for each in made:
            await file_document(transaction, each)

    await store.commit(work)
    return made[0], made[1]


def table_of(use: Use, language: Language) -> Table:
    """A row for each kind of finding, the most frequent of each rule first; above them what was counted."""
    counted = Sentence("{} records, {} failed, {} refused", "共 {} 条记录，{} 条不符合，{} 条被拒收").said_in(language)
    return Table(
        title=f"{use.edition} {_TITLE.said_in(language)}",
        columns=tuple(each.said_in(language) for each in _COLUMNS),
        rows=list(_rows(use)),
        head=(
            (Sentence("Period", "统计期间").said_in(language), f"{use.first} – {use.last}"),
            *((each.profile, counted.format(each.records, each.failed, each.refused)) for each in use.rules),
        ),
    )


def _rows(use: Use) -> Iterator[tuple[str, ...]]:
    for rule in use.rules:
        for each in rule.findings:
            numbers = (each.count, each.institutions, each.products)
            said = f"{each.issue} {each.rule}".strip()
            yield (rule.clause, rule.profile, each.element, said, *map(str, numbers))
