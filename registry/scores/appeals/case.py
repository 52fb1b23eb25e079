"""An appeal, an order to mend, and what happened to either. Where a case stands follows from its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from fhir_kernel.store.base import Reader
from registry.model.codec import Kept, read
from registry.records.keeping import missing
from registry.scores.appeals.deadlines import late
from registry.scores.appeals.lifecycle import APPEAL, OPEN, ORDER, Lifecycle, Step
from registry.sentence import Sentence

AppealKind = Literal["validator-defect", "profile-defect", "mapping", "not-applicable", "force-majeure"]
APPEAL_KINDS: tuple[AppealKind, ...] = get_args(AppealKind)
_ACKNOWLEDGING = APPEAL.step("receive").name
_DECIDING = Sentence("deciding on an appeal", "作出申诉决定")
_MENDING = Sentence("mending what the rule found", "整改")


@dataclass(frozen=True, slots=True)
class CaseEvent(Kept):
    """One step of a case; none is ever changed or taken away."""

    number: int
    """1, 2, 3 … within the case."""
    action: str
    source: str
    target: str
    by: str
    """The id of a person; empty where new traffic did it."""
    role: str
    """By which role of the registry; empty for people of the institution."""
    instant: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pointed(Kept):
    """An example that an appeal points to."""

    resource: str
    """`Observation/1/_history/2`."""
    path: str = ""
    """FHIRPath from the root of the resource."""


@dataclass(frozen=True, slots=True)
class Appeal(Kept):
    """That an institution does not agree with what a rule found in a snapshot."""

    id: str
    institution: str
    name: str
    """Of the institution, when it was filed."""
    jurisdiction: str
    snapshot: str
    month: str
    """The period of the snapshot: `2026-10`."""
    rule: str
    kind: AppealKind
    text: str
    examples: tuple[Pointed, ...]
    filed: datetime
    filed_by: str
    acknowledge_by: date
    decide_by: date
    state: str = ""
    number: int = 0
    """Of the last event."""
    outcome: str = ""
    """`upheld`, `partly`, `rejected`, `withdrawn`; empty while it is open."""
    erratum: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def due(self) -> date:
        """The day by which somebody has to do something."""
        return self.acknowledge_by if self.state == "requested" else self.decide_by

    def overdue(self, today: date) -> tuple[Sentence, ...]:
        """What of it is late on a local day."""
        if not self.is_open:
            return ()
        receipt = late(_ACKNOWLEDGING, self.acknowledge_by, today) if self.state == "requested" else ()
        return (*receipt, *late(_DECIDING, self.decide_by, today))


@dataclass(frozen=True, slots=True)
class Order(Kept):
    """That an institution has to mend what makes a rule fail; only new traffic that keeps the rule closes it."""

    id: str
    institution: str
    name: str
    jurisdiction: str
    rule: str
    severity: str
    text: str
    issued: datetime
    issued_by: str
    due: date
    records: int
    """So many judged records are needed at the least."""
    share: int
    """The percentage of them that has to pass."""
    since: date
    """The first day whose traffic counts."""
    state: str = ""
    number: int = 0
    judged: int = 0
    """Records that closed it."""
    passed: int = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def overdue(self, today: date) -> tuple[Sentence, ...]:
        """That it is late on a local day."""
        return late(_MENDING, self.due, today) if self.is_open else ()


Case = Appeal | Order


def event_of(case: Case, step: Step, number: int, by: str, role: str, instant: datetime, reason: str) -> CaseEvent:
    """The event that a step makes of a case."""
    return CaseEvent(number, step.action, case.state, step.target, by, role, instant, reason)


async def appeal_in(reader: Reader, id_: str) -> Appeal:
    """The appeal of an id. Raises Refused (missing)."""
    kept = await reader.load(APPEAL.collection, id_)
    if kept is None:
        raise missing(APPEAL.name, id_)
    return read(Appeal, kept, id=id_)


async def order_in(reader: Reader, id_: str) -> Order:
    """The order of an id. Raises Refused (missing)."""
    kept = await reader.load(ORDER.collection, id_)
    if kept is None:
        raise missing(ORDER.name, id_)
    return read(Order, kept, id=id_)


async def appeals(reader: Reader) -> Sequence[Appeal]:
    """Every appeal, the most urgent first, then those that are decided."""
    found = [read(Appeal, kept, id=id_) for id_, kept in await reader.listed(APPEAL.collection)]
    return sorted(found, key=lambda each: (not each.is_open, each.due, each.filed, each.id))


async def orders(reader: Reader) -> Sequence[Order]:
    """Every order, the most urgent first, then those that are closed."""
    found = [read(Order, kept, id=id_) for id_, kept in await reader.listed(ORDER.collection)]
    return sorted(found, key=lambda each: (not each.is_open, each.due, each.issued, each.id))


async def events_of(reader: Reader, lifecycle: Lifecycle, id_: str) -> Sequence[CaseEvent]:
    """What happened to a case, the oldest first."""
    return [read(CaseEvent, kept) for _, kept in await reader.listed(lifecycle.events, prefix=f"{id_}/")]
