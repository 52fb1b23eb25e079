"""What becomes of each row of expected volumes, worked out from what was said before: pure."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from fhir_kernel.clock import NewId
from fhir_server.identity.organisations import Organisation
from registry.ledger.outcome import RowOutcome
from registry.ledger.sheet import fault
from registry.scores.inputs.known import DATA_SET, INSTITUTION, REACHED
from registry.scores.inputs.versions import Attribution
from registry.scores.inputs.volume import ExpectedVolume
from registry.scores.inputs.volume_table import COLUMNS, VolumeRow
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are compared with."""

    institutions: Mapping[str, Organisation]
    data_sets: frozenset[str]
    volumes: Sequence[ExpectedVolume]
    """Those that nobody has put an end to."""


@dataclass(frozen=True, slots=True)
class Entering:
    """Who enters a table, from which file, and for which institutions they may."""

    decided: Attribution
    file: str
    reaches: Callable[[Organisation], bool]
    new_id: NewId


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of each row, and the volumes to be kept, new ones and those that end."""

    outcomes: tuple[RowOutcome, ...]
    writes: tuple[ExpectedVolume, ...]


Spoken = TypeVar("Spoken", VolumeRow, ExpectedVolume)


class _Days(Generic[Spoken]):
    """What speaks of days, none of which is spoken of twice."""

    def __init__(self) -> None:
        self._spoken: list[Spoken] = []

    def clash(self, row: VolumeRow) -> Spoken | None:
        """What speaks of a day that a row speaks of, too; the last of them where there are several."""
        at = bisect_right(self._spoken, row.end, key=lambda each: each.begin)
        return self._spoken[at - 1] if at > 0 and self._spoken[at - 1].end >= row.begin else None

    def add(self, each: Spoken) -> None:
        """Of days that nothing here speaks of."""
        insort(self._spoken, each, key=lambda one: one.begin)


def plan_volumes(rows: Sequence[VolumeRow], ground: Ground, entering: Entering) -> Planned:
    """What they come to."""
    working = _Working(ground, entering)
    outcomes = tuple(working.outcome(each) for each in rows)
    return Planned(outcomes, tuple(working.writes))


class _Working:
    def __init__(self, ground: Ground, entering: Entering) -> None:
        self._ground, self._entering = ground, entering
        self._kept: dict[tuple[str, str], _Days[ExpectedVolume]] = defaultdict(_Days)
        for each in ground.volumes:
            self._kept[each.institution, each.data_set].add(each)
        self._rows: dict[tuple[str, str], _Days[VolumeRow]] = defaultdict(_Days)
        self.writes: list[ExpectedVolume] = []

    def outcome(self, row: VolumeRow) -> RowOutcome:
        """What becomes of a row, given those before it."""
        number = f"{row.institution} {row.data_set}".strip()
        faults = (*row.faults, *self._faults(row))
        if faults:
            return RowOutcome(row.line, number, "refused", faults)
        before = self._same_days(row)
        if before is not None and (before.count, before.source) == (row.count, row.source):
            return RowOutcome(row.line, number, "same")
        made = self._made(row, before)
        if before is None:
            self.writes.append(made)
            return RowOutcome(row.line, number, "new")
        self.writes += [replace(before, ended=made.decided), made]
        changed = Sentence(f"{before.count} becomes {row.count}", f"由 {before.count} 改为 {row.count}")
        return RowOutcome(row.line, number, "changed", (changed,))

    def _made(self, row: VolumeRow, before: ExpectedVolume | None) -> ExpectedVolume:
        said = replace(self._entering.decided, reason=self._reason(row))
        return ExpectedVolume(
            self._entering.new_id(),
            row.institution,
            row.data_set,
            row.begin,
            row.end,
            row.count,
            row.source,
            said,
            self._entering.file,
            "" if before is None else before.id,
        )

    def _reason(self, row: VolumeRow) -> str:
        return row.reason or self._entering.decided.reason

    def _faults(self, row: VolumeRow) -> Iterator[Sentence]:
        its = self._ground.institutions.get(row.institution)
        if row.institution and its is None:
            yield fault(COLUMNS["institution"], row.institution, INSTITUTION)
        elif its is not None and not self._entering.reaches(its):
            yield fault(COLUMNS["institution"], row.institution, REACHED)
        if row.data_set and row.data_set not in self._ground.data_sets:
            yield fault(COLUMNS["dataSet"], row.data_set, DATA_SET)
        if not row.faults:
            yield from self._clashes(row)

    def _clashes(self, row: VolumeRow) -> Iterator[Sentence]:
        """Days that are spoken of already, in the table or before it, other than to correct the same days."""
        rows = self._rows[row.institution, row.data_set]
        if (other := rows.clash(row)) is not None:
            days = f"{other.begin}/{other.end}"
            en, zh = f"days without those of row {other.line}, {days}", f"不与第 {other.line} 行（{days}）重叠的日期"
            yield fault(COLUMNS["begin"], row.begin.isoformat(), Sentence(en, zh))
        else:
            rows.add(row)
        kept = self._kept[row.institution, row.data_set].clash(row)
        if kept is not None and (kept.begin, kept.end) != (row.begin, row.end):
            days = f"{kept.begin}/{kept.end}"
            en, zh = f"those days, {days}, as they are, or others", f"与已有日期 {days} 相同或不重叠的日期"
            yield fault(COLUMNS["begin"], row.begin.isoformat(), Sentence(en, zh))
        elif kept is not None:
            yield from self._unexplained(row, kept)

    def _unexplained(self, row: VolumeRow, before: ExpectedVolume) -> Iterator[Sentence]:
        is_same = (before.count, before.source) == (row.count, row.source)
        if not is_same and not self._reason(row):
            en = f"why it takes the place of {before.count} from {before.source}"
            yield fault(COLUMNS["reason"], "", Sentence(en, f"更正 {before.count}（{before.source}）的原因"))

    def _same_days(self, row: VolumeRow) -> ExpectedVolume | None:
        """Of a row that clashes with nothing else."""
        return self._kept[row.institution, row.data_set].clash(row)
