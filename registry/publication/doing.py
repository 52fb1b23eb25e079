"""Who does something with an edition, when, by which rules, and what they have seen of it."""

from __future__ import annotations

from dataclasses import dataclass

from registry.model.case import Act
from registry.records.acting import Moment, WhoActs


@dataclass(frozen=True, slots=True)
class Doing:
    """An act that is more than a step of the lifecycle."""

    person: str
    who: WhoActs
    moment: Moment
    act: Act
    expected: int | None = None
    """The number of the last event that the person has seen."""
