"""What a ledger makes of the registry: row by row an outcome, and the documents that would be written. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.ledger.entering import Source, Write, case_of, entered, new_edition, new_standard, writes_of
from registry.ledger.export import row_of
from registry.ledger.known import Known
from registry.ledger.outcome import RowOutcome
from registry.ledger.reading import ReadRow
from registry.ledger.resolving import Planned, Resolved, resolve
from registry.ledger.row import COLUMNS, LedgerRow, cells_of
from registry.ledger.sheet import fault
from registry.lifecycle.advance import Missing
from registry.lifecycle.status import STATUS_NAMES, public_status
from registry.model.edition import Edition
from registry.model.standard import CLASS_NAMES, Standard
from registry.records.keeping import EDITIONS, STANDARDS
from registry.records.numbers import key_of, number_of
from registry.refusal import Refused
from registry.sentence import Sentence

_UNPUBLISHED = Sentence("what is not published is proposed, not imported", "尚未发布的标准应通过立项建议提出，不导入")
_NATION = Sentence("the nation", "全国")


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of every row; what is to be written, which is nothing where a row is refused."""

    outcomes: tuple[RowOutcome, ...]
    writes: Sequence[Write]
    standards: frozenset[str]
    """The ids of those that change."""


def plan_import(read: Sequence[ReadRow], known: Known, source: Source) -> Plan:
    """What the rows come to. Raises Refused (forbidden) where it is not for who brings them to enter one of them."""
    planning = _Planning(read, known, source)
    planning.enter()
    outcomes = tuple(planning.outcome(each) for each in read)
    if any(each.what == "refused" for each in outcomes):
        return Plan(outcomes, (), frozenset())
    return Plan(outcomes, planning.writes, planning.changed)


class _Planning:
    """The rows, while it is found out what they come to."""

    def __init__(self, read: Sequence[ReadRow], known: Known, source: Source) -> None:
        self._known, self._source = known, source
        self._faults: dict[int, list[Sentence]] = defaultdict(list)
        self._rows = self._by_key(read)
        self._new = {key: each for key, each in self._rows.items() if key not in known.editions}
        self._standards = self._standards_of([row for _, row in self._new.values()])
        self._resolved = self._resolve()
        self.writes: list[Write] = []

    @property
    def changed(self) -> frozenset[str]:
        """The standards that something is written about."""
        touched = [*self._resolved.editions.values(), *self._resolved.ending.values()]
        return frozenset(each.standard for each in touched)

    def enter(self) -> None:
        """Collect what is to be written, and what is wrong."""
        known = self._known.standards
        for standard in self._standards.values():
            if standard.id not in known:
                self.writes.append((STANDARDS.collection, standard.id, standard.document()))
        for key, (line, row) in self._new.items():
            self._enter(line, row, self._resolved.editions[key])
        for its in self._resolved.ending.values():
            self.writes.append((EDITIONS, f"{its.standard}/{its.id}", its.document()))

    def outcome(self, read: ReadRow) -> RowOutcome:
        """What becomes of a row."""
        if read.is_unpublished:
            return RowOutcome(read.line, read.number, "left-out", (_UNPUBLISHED,))
        key = key_of(read.number)
        differences = self._differences(key, read.row) if key in self._known.editions and read.row else ()
        wrong = (*read.faults, *self._faults[read.line], *differences)
        if wrong or read.row is None:
            return RowOutcome(read.line, read.number, "refused", tuple(dict.fromkeys(wrong)))
        if key in self._new:
            return RowOutcome(read.line, read.number, "new")
        return RowOutcome(read.line, read.number, "changed" if key in self._resolved.ending else "same")

    def _by_key(self, read: Sequence[ReadRow]) -> dict[str, tuple[int, LedgerRow]]:
        lines: dict[str, int] = {}
        found: dict[str, tuple[int, LedgerRow]] = {}
        for each in read:
            if each.is_unpublished or not each.number:
                continue
            key = key_of(each.number)
            first = lines.setdefault(key, each.line)
            if first != each.line:
                once = Sentence(f"it once, and it stands in row {first}", f"仅出现一次，已在第 {first} 行出现")
                self._faults[each.line].append(fault(COLUMNS["number"], each.number, once))
            elif each.row is not None:
                found[key] = each.line, each.row
        return found

    def _standards_of(self, rows: Sequence[LedgerRow]) -> Mapping[str, Standard]:
        """The standard of each series: that which is here, else a new one that is as its newest row says."""
        newest: dict[str, LedgerRow] = {}
        for row in sorted(rows, key=lambda each: (number_of(each.number).year, each.published or self._source.today)):
            newest[_series(row)] = row
        return {series: self._standard(series, row) for series, row in newest.items()}

    def _standard(self, series: str, row: LedgerRow) -> Standard:
        known = self._known.standards.get(self._known.series.get(series, ""))
        return new_standard(row, self._source) if known is None else known

    def _resolve(self) -> Resolved:
        planned = {
            key: Planned(line, new_edition(row, line, self._standards[_series(row)], self._source), row.replaces)
            for key, (line, row) in self._new.items()
        }
        resolved = resolve(planned, self._known)
        for line, said in resolved.faults:
            self._faults[line].append(said)
        return resolved

    def _enter(self, line: int, row: LedgerRow, its: Edition) -> None:
        standard = self._standards[_series(row)]
        faults = list(_misfits(row, standard))
        status = public_status(its, self._source.today)
        if not faults and status != row.status:
            name = STATUS_NAMES[status]
            expected = Sentence(f"{name.en}, as its days and what replaces it say", f"{name.zh}（依日期与代替关系）")
            faults.append(fault(COLUMNS["status"], STATUS_NAMES[row.status].zh, expected))
        if faults:
            self._faults[line] += faults
            return
        case = case_of(row, standard, its, self._source)
        event = entered(case, self._source)
        if not isinstance(event, Missing):
            self.writes += writes_of(case, event)
        elif event.kind == "forbidden":
            raise Refused("forbidden", event.sentences)
        else:
            self._faults[line] += event.sentences

    def _differences(self, key: str, row: LedgerRow) -> list[Sentence]:
        """What a row says otherwise than the registry, before or after what ends now; an empty cell says nothing."""
        its = self._known.editions[key]
        return min((self._against(row, each) for each in (its, self._resolved.ending.get(key, its))), key=len)

    def _against(self, row: LedgerRow, its: Edition) -> list[Sentence]:
        project = self._known.projects.get(its.project)
        kept = cells_of(row_of(self._known.standards[its.standard], its, project, row.status), "zh")
        return [
            fault(COLUMNS[name], said, _as_here(kept[name]))
            for name, said in cells_of(row, "zh").items()
            if said and said != kept[name]
        ]


def _series(row: LedgerRow) -> str:
    return key_of(number_of(row.number).standard)


def _misfits(row: LedgerRow, standard: Standard) -> list[Sentence]:
    """What a row says otherwise than the standard of which it is an edition."""
    faults = []
    if row.system_class != standard.system_class:
        faults.append(_as_of(standard, "class", CLASS_NAMES[row.system_class], CLASS_NAMES[standard.system_class]))
    if row.jurisdiction != standard.jurisdiction:
        found, expected = (
            Sentence(each, each) if each else _NATION for each in (row.jurisdiction, standard.jurisdiction)
        )
        faults.append(_as_of(standard, "jurisdiction", found, expected))
    return faults


def _as_of(standard: Standard, column: str, found: Sentence, expected: Sentence) -> Sentence:
    number = standard.number
    wanted = Sentence(f"{expected.en}, as of {number}", f"{expected.zh}（与 {number} 一致）")
    return fault(COLUMNS[column], found.zh, wanted)


def _as_here(kept: str) -> Sentence:
    return Sentence(f"'{kept}', as it is here" if kept else "nothing, as here", f"“{kept or '-'}”（与系统中一致）")
