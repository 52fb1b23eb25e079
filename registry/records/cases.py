"""Reads a project with everything that decides what may be done with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date

from fhir_kernel.store.base import Reader
from registry.model.case import Case
from registry.model.edition import Edition
from registry.model.event import Event, event_of
from registry.model.facts import Facts, SuccessorFacts
from registry.model.progress import Progress, progress_of
from registry.records.filing import filed_documents, matters
from registry.records.keeping import GROUPS, PLANS, PROJECTS, STANDARDS, edition
from registry.records.numbers import holder
from registry.units import units_in

PROGRESS, EVENTS = "progress", "event"
Gather = Callable[[Reader, Case], Awaitable[Facts]]
"""Finds what guards have to know of consultations, ballots and packages; it may read nothing but the reader."""


async def no_facts(reader: Reader, case: Case) -> Facts:
    """Knows nothing."""
    return Facts()


async def load_case(reader: Reader, project_id: str, gather: Gather, today: date) -> Case:
    """The case of a project on a local day. Raises Refused (missing)."""
    project = await PROJECTS.get(reader, project_id)
    group = await GROUPS.find(reader, project.group)
    case = Case(
        standard=await STANDARDS.get(reader, project.standard),
        edition=await edition(reader, project.standard, project.edition),
        project=project,
        progress=await progress(reader, project_id),
        group=group,
        drafting_units=tuple((await units_in(reader, group.units if group is not None else ())).values()),
        plan=await PLANS.find(reader, project.plan),
        documents=await filed_documents(reader, project_id),
        matters=await matters(reader, project_id),
    )
    facts = await gather(reader, case)
    successor, taken_by = await _successor(reader, case.edition, today), await _taken_by(reader, case)
    return replace(case, facts=replace(facts, successor=successor, number_taken_by=taken_by))


async def progress(reader: Reader, project_id: str) -> Progress:
    """Where a project stands, from the copy that is kept."""
    kept = await reader.load(PROGRESS, project_id)
    return Progress() if kept is None else progress_of(kept)


async def events(reader: Reader, project_id: str, *, after: int = 0, count: int | None = None) -> Sequence[Event]:
    """The events of a project after the one of a number, the oldest first."""
    start = event_name(project_id, after) if after else ""
    listed = await reader.listed(EVENTS, prefix=f"{project_id}/", after=start, count=count)
    return [event_of(kept) for _, kept in listed]


def event_name(project_id: str, number: int) -> str:
    """The name of the document of an event."""
    return f"{project_id}/{number:08}"


async def _successor(reader: Reader, its: Edition, today: date) -> SuccessorFacts | None:
    if not its.replaced_by:
        return None
    standard, _, id_ = its.replaced_by.partition("/")
    found = await edition(reader, standard, id_)
    is_in_force = found.in_force is not None and found.in_force <= today
    return SuccessorFacts(found.number, is_in_force)


async def _taken_by(reader: Reader, case: Case) -> str:
    """What else has the number of the case; nothing where it is its own."""
    other = await holder(reader, case.edition.number)
    return "" if other in ("", case.edition.id) else f"'{other}'"
