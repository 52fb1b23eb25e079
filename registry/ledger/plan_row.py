"""The annual plan (年度计划) as a table: one row a project, as offices pass it on in Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from fhir_kernel.issues import Language
from registry.ledger.sheet import Columns
from registry.model.plan import AnnualPlan
from registry.model.project import Project, ProjectKind
from registry.model.standard import CLASS_NAMES, Standard
from registry.sentence import Sentence
from registry.tables.table import Table

COLUMNS: Mapping[str, Sentence] = MappingProxyType(
    {
        "planNumber": Sentence("Plan number", "计划编号"),
        "titleZh": Sentence("Chinese title", "项目名称"),
        "titleEn": Sentence("English title", "英文名称"),
        "projectKind": Sentence("New or revised", "制修订"),
        "kind": Sentence("Kind", "标准代号"),
        "class": Sentence("Class", "标准类别"),
        "leadUnit": Sentence("Lead unit", "牵头单位"),
        "deadline": Sentence("Deadline", "完成期限"),
        "project": Sentence("Project", "项目标识"),
    }
)
PLAN = Columns(COLUMNS, ("planNumber", "titleZh"))
PROJECT_KIND_NAMES: Mapping[ProjectKind, Sentence] = MappingProxyType(
    {
        "new": Sentence("new", "制定"),
        "revision": Sentence("revision", "修订"),
        "amendment": Sentence("amendment", "修改单"),
    }
)


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A project with its standard and its stage."""

    project: Project
    standard: Standard
    stage: str


def plan_table(plan: AnnualPlan, entries: Iterable[PlanEntry], offset: timedelta, language: Language) -> Table:
    """The plan as a table; `read_plan` reads it back. Days are those of local time."""
    return Table(
        title=plan.title.said_in(language),
        columns=tuple(each.said_in(language) for each in COLUMNS.values()),
        rows=[tuple(cells_of(each, offset, language).values()) for each in entries],
    )


def cells_of(entry: PlanEntry, offset: timedelta, language: Language) -> Mapping[str, str]:
    """The cells of a row by their columns."""
    project, standard = entry.project, entry.standard
    return {
        "planNumber": project.plan_number,
        "titleZh": project.title.zh,
        "titleEn": project.title.en if project.title.en != project.title.zh else "",
        "projectKind": PROJECT_KIND_NAMES[project.kind].said_in(language),
        "kind": standard.kind,
        "class": CLASS_NAMES[standard.system_class].said_in(language),
        "leadUnit": project.lead_unit,
        "deadline": _local_day(project.deadline, offset),
        "project": project.id,
    }


def _local_day(instant: datetime | None, offset: timedelta) -> str:
    return "" if instant is None else (instant.astimezone(UTC) + offset).date().isoformat()
