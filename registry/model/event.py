"""An event: one change of state, with who, why and by which rules. Events are appended and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.sentence import Sentence

Machine = Literal["text", "package", "filing", "evaluation"]
MACHINES: tuple[Machine, ...] = get_args(Machine)
INITIAL: Mapping[Machine, str] = MappingProxyType(
    {"text": "", "package": "none", "filing": "none", "evaluation": "none"}
)
"""The states before the first event."""


@dataclass(frozen=True, slots=True)
class Move(Kept):
    """What another machine does at the same time."""

    machine: Machine
    source: str = field(metadata={"name": "from"})
    target: str = field(metadata={"name": "to"})


@dataclass(frozen=True, slots=True)
class Event(Kept):
    """A change of state; `number` counts those of a project from 1."""

    number: int
    standard: str
    edition: str
    project: str
    machine: Machine
    action: str
    source: str = field(metadata={"name": "from"})
    target: str = field(metadata={"name": "to"})
    actor: str
    """The id of a person; empty for the public."""
    role: str
    profile: str
    """The version of the rules by which it was judged."""
    instant: datetime
    also: tuple[Move, ...] = ()
    evidence: tuple[str, ...] = ()
    """Digests of what it rests on."""
    reason: str = ""
    override: tuple[Sentence, ...] = ()
    """What was missing when an authority acted nevertheless; shown for ever."""

    @property
    def moves(self) -> tuple[Move, ...]:
        """Everything that moves, the machine of the action first."""
        return (Move(self.machine, self.source, self.target), *self.also)


def event_of(kept: Document) -> Event:
    """The event that was kept."""
    return read(Event, kept)
