"""Taking a ledger over: row by row what would happen, and then all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fhir_kernel.store.base import Transaction
from fhir_kernel.store.records import Document
from registry.comments.ledger import LEDGER, LedgerRow, ledger_in
from registry.comments.ledger_reading import ReadRow
from registry.sentence import Sentence

What = Literal["new", "changed", "same", "refused"]


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What becomes of one row."""

    line: int
    number: str
    what: What
    sentences: tuple[Sentence, ...] = ()
    """What is wrong with it."""

    def document(self) -> Document:
        """As the JSON API gives it."""
        said = [each.document() for each in self.sentences]
        return {"line": self.line, "number": self.number, "what": self.what, "sentences": said}


@dataclass(frozen=True, slots=True)
class Imported:
    """What becomes of every row, and whether it was written."""

    rows: tuple[RowOutcome, ...]
    is_written: bool

    def document(self) -> Document:
        """As the JSON API gives it."""
        return {"rows": [each.document() for each in self.rows], "isWritten": self.is_written}


async def import_ledger(transaction: Transaction, read: Sequence[ReadRow], *, dry_run: bool) -> Imported:
    """Write the rows, unless it is a dry run or one of them is refused; standards that are not in it stay."""
    known = {each.number: each for each in await ledger_in(transaction)}
    outcomes = tuple(_outcomes(read, known))
    if dry_run or any(each.what == "refused" for each in outcomes):
        return Imported(outcomes, is_written=False)
    for each, outcome in zip(read, outcomes, strict=True):
        if each.row is not None and outcome.what != "same":
            await transaction.save(LEDGER, each.row.number, each.row.document())
    return Imported(outcomes, is_written=True)


def _outcomes(read: Sequence[ReadRow], known: Mapping[str, LedgerRow]) -> list[RowOutcome]:
    lines: dict[str, int] = {}
    made: list[RowOutcome] = []
    for each in read:
        first = lines.setdefault(each.number, each.line)
        sentences = [fault.sentence for fault in each.faults]
        if each.number and first != each.line:
            en = f"the number {each.number} stands in row {first} already; expected it once"
            sentences.append(Sentence(en, f"标准编号 {each.number} 已在第 {first} 行出现"))
        made.append(RowOutcome(each.line, each.number, _what(each, known, sentences), tuple(sentences)))
    return made


def _what(read: ReadRow, known: Mapping[str, LedgerRow], sentences: Sequence[Sentence]) -> What:
    if sentences or read.row is None:
        return "refused"
    before = known.get(read.row.number)
    if before is None:
        return "new"
    return "same" if before == read.row else "changed"
