"""Taking an annual plan over: which projects it takes in, under which numbers, with which lead units and deadlines."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from fhir_kernel.store.base import Reader, Store, Transaction
from registry.ledger.importing import ATTEMPTS
from registry.ledger.known import Basis, basis_in
from registry.ledger.outcome import RowOutcome, Taken, check_none_refused, others_never_rest
from registry.ledger.plan_reading import PlanRow
from registry.ledger.plan_row import COLUMNS, PROJECT_KIND_NAMES, PlanEntry, cells_of
from registry.ledger.sheet import fault
from registry.model.plan import AnnualPlan
from registry.model.progress import Progress, progress_of
from registry.model.project import project_of
from registry.model.standard import CLASS_NAMES, standard_of
from registry.records.cases import PROGRESS
from registry.records.keeping import PLANS, PROJECTS, STANDARDS
from registry.refusal import refused
from registry.sentence import Sentence

PLANNABLE = ("10.00", "10.20")
"""The stages in which a project can be taken into a plan."""
_RESTS_ON = (PROJECTS.collection, STANDARDS.collection, PROGRESS, PLANS.collection)
_NO_NUMBER = Sentence("it has no plan number", "无计划编号")
_LAST = time(23, 59, 59)
Change = Callable[[Transaction, str, Mapping[str, Any]], Awaitable[None]]
"""Changes members of a project, by its id, as its route does: `plan`, `planNumber`, `leadUnit`, `deadline`."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What becomes of each row, and the changes of projects by their ids."""

    outcomes: tuple[RowOutcome, ...]
    changes: Mapping[str, Mapping[str, Any]]


async def entries_of(reader: Reader, plan: AnnualPlan, *, candidates: bool) -> Sequence[PlanEntry]:
    """The projects of a plan by number; then, if wanted, those that it could take in."""
    entries = await asyncio.to_thread(_entries, await basis_in(reader, _RESTS_ON))
    own = [each for each in entries if each.project.plan == plan.id]
    others = [each for each in entries if not each.project.plan and not list(_bars(each, plan))] if candidates else []
    return sorted(own, key=lambda each: each.project.plan_number) + sorted(
        others, key=lambda each: each.project.created
    )


async def import_plan(
    store: Store, plan_id: str, rows: Sequence[PlanRow], change: Change, *, file: str, offset: timedelta, dry_run: bool
) -> Taken:
    """What becomes of each row; it is written unless this is a dry run, all of it or nothing. Raises Refused."""
    for _ in range(ATTEMPTS):
        basis = await basis_in(store, _RESTS_ON)
        plan = await PLANS.get(store, plan_id)
        if plan.decreed is not None:
            raise refused("conflict", f"the plan was decreed by {plan.decree}", f"该计划已由 {plan.decree} 下达")
        worked = await asyncio.to_thread(_work_out, rows, plan, basis, offset)
        if dry_run:
            return Taken(worked.outcomes, False, file)
        check_none_refused(worked.outcomes)
        if await _written(store, worked, basis, change):
            return Taken(worked.outcomes, True, file)
    raise others_never_rest()


async def _written(store: Store, worked: Worked, basis: Basis, change: Change) -> bool:
    async def work(transaction: Transaction) -> bool:
        if await basis_in(transaction, _RESTS_ON) != basis:
            return False
        for project, members in worked.changes.items():
            await change(transaction, project, members)
        return True

    return await store.commit(work)


def _entries(basis: Basis) -> Sequence[PlanEntry]:
    projects, standards, stands, _ = basis.listings
    known = {name: standard_of(name, kept) for name, kept in standards}
    stages = {name: progress_of(kept).text for name, kept in stands}
    made = [project_of(name, kept) for name, kept in projects]
    return [PlanEntry(each, known[each.standard], stages.get(each.id, Progress().text)) for each in made]


def _work_out(rows: Sequence[PlanRow], plan: AnnualPlan, basis: Basis, offset: timedelta) -> Worked:
    return _Working(plan, _entries(basis), offset).work_out(rows)


class _Working:
    """The rows of a plan, while it is found out what they come to."""

    def __init__(self, plan: AnnualPlan, entries: Sequence[PlanEntry], offset: timedelta) -> None:
        self._plan, self._offset = plan, offset
        self._by_id = {each.project.id: each for each in entries}
        self._by_title: dict[str, list[PlanEntry]] = defaultdict(list)
        for each in entries:
            if each.project.plan == plan.id or not (each.project.plan or list(_bars(each, plan))):
                self._by_title[each.project.title.zh].append(each)
        self._holders = {each.project.plan_number: each.project.id for each in entries if each.project.plan_number}
        self._lines: dict[tuple[str, str], int] = {}
        self._changes: dict[str, Mapping[str, Any]] = {}

    def work_out(self, rows: Iterable[PlanRow]) -> Worked:
        """What becomes of them."""
        return Worked(tuple(self._outcome(each) for each in rows), self._changes)

    def _outcome(self, row: PlanRow) -> RowOutcome:
        if not row.number:
            return RowOutcome(row.line, "", "left-out", (_NO_NUMBER,))
        entry = self._entry(row)
        if isinstance(entry, Sentence):
            return RowOutcome(row.line, row.number, "refused", (*row.faults, entry))
        faults = (*row.faults, *_bars(entry, self._plan), *self._contradictions(row, entry), *self._twice(row, entry))
        if faults:
            return RowOutcome(row.line, row.number, "refused", faults)
        changes = dict(self._wanted(row, entry))
        if not changes:
            return RowOutcome(row.line, row.number, "same")
        self._changes[entry.project.id] = changes
        return RowOutcome(row.line, row.number, "new" if "plan" in changes else "changed")

    def _entry(self, row: PlanRow) -> PlanEntry | Sentence:
        """The project of a row, by its id or by its title; else what is wrong."""
        if row.said["project"]:
            found = self._by_id.get(row.said["project"])
            return found or fault(COLUMNS["project"], row.said["project"], Sentence("a project", "已有项目的标识"))
        named = self._by_title.get(row.said["titleZh"], [])
        if len(named) == 1:
            return named[0]
        if named:
            more = Sentence(
                f"its id, since {len(named)} projects have this title", f"标识（有 {len(named)} 个同名项目）"
            )
            return fault(COLUMNS["project"], "", more)
        stages = ", ".join(PLANNABLE)
        title = f"the title of a project in {stages} that is in no plan", f"处于 {stages} 且未列入计划的项目名称"
        return fault(COLUMNS["titleZh"], row.said["titleZh"], Sentence(*title))

    def _contradictions(self, row: PlanRow, entry: PlanEntry) -> Iterator[Sentence]:
        """What is decided elsewhere than in a plan."""
        kept = {
            **cells_of(entry, self._offset, "zh"),
            "projectKind": entry.project.kind,
            "class": entry.standard.system_class,
        }
        for name in ("titleZh", "titleEn", "projectKind", "kind", "class"):
            if row.said[name] and row.said[name] != kept[name]:
                found, expected = _named(name, row.said[name]), _named(name, kept[name])
                here = Sentence(f"'{expected.en}', as it is here", f"“{expected.zh}”（与系统中一致）")
                yield fault(COLUMNS[name], found.zh, here)

    def _twice(self, row: PlanRow, entry: PlanEntry) -> Iterator[Sentence]:
        for name, value in (("planNumber", row.number), ("project", entry.project.id)):
            first = self._lines.setdefault((name, value), row.line)
            if first != row.line:
                once = Sentence(f"it once, and it stands in row {first}", f"仅出现一次，已在第 {first} 行出现")
                yield fault(COLUMNS[name], value, once)
        holder = self._holders.get(row.number, entry.project.id)
        if holder != entry.project.id:
            title = self._by_id[holder].project.title
            free = Sentence(f"a number that is free; it is that of '{title.en}'", f"未被使用的编号；已属于“{title.zh}”")
            yield fault(COLUMNS["planNumber"], row.number, free)

    def _wanted(self, row: PlanRow, entry: PlanEntry) -> Iterator[tuple[str, Any]]:
        project = entry.project
        if project.plan != self._plan.id:
            yield "plan", self._plan.id
        if row.number != project.plan_number:
            yield "planNumber", row.number
        if row.said["leadUnit"] not in ("", project.lead_unit):
            yield "leadUnit", row.said["leadUnit"]
        if row.deadline is not None and row.deadline.isoformat() != cells_of(entry, self._offset, "zh")["deadline"]:
            yield "deadline", datetime.combine(row.deadline, _LAST, UTC) - self._offset


def _named(column: str, code: str) -> Sentence:
    names: Mapping[str, Mapping[Any, Sentence]] = {"projectKind": PROJECT_KIND_NAMES, "class": CLASS_NAMES}
    return names.get(column, {}).get(code, Sentence(code, code))


def _bars(entry: PlanEntry, plan: AnnualPlan) -> Iterator[Sentence]:
    """Why a project cannot be in a plan."""
    project = entry.project
    if project.plan and project.plan != plan.id:
        yield Sentence("the project is in another plan", "项目已列入其他计划")
    if project.jurisdiction != plan.jurisdiction:
        yield Sentence("the project is of another jurisdiction than the plan", "项目与计划的适用地区不同")
    if not project.plan and entry.stage not in PLANNABLE:
        stages = ", ".join(PLANNABLE)
        yield Sentence(f"the project is in {entry.stage}; expected {stages}", f"项目处于 {entry.stage}；应为 {stages}")
