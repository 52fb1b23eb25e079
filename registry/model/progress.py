"""Where a project stands, derived from its events; what is kept of it is only a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.model.event import INITIAL, Event, Machine


@dataclass(frozen=True, slots=True)
class Progress(Kept):
    """The states of all machines, and since when."""

    number: int = 0
    """The number of the last event."""
    states: Mapping[Machine, str] = field(default_factory=lambda: dict(INITIAL))
    entered: Mapping[str, datetime] = field(default_factory=dict)
    """When the text last entered each state that it ever was in."""
    extensions: int = 0
    """How often the present deadline was put off."""
    changed: datetime | None = None

    @property
    def text(self) -> str:
        """The stage code."""
        return self.states["text"]

    def entered_last(self, states: Iterable[str]) -> datetime | None:
        """When the text entered one of these states for the last time."""
        return max((self.entered[each] for each in states if each in self.entered), default=None)

    def after(self, event: Event) -> Progress:
        """Where it stands after an event."""
        states = {**self.states, **{each.machine: each.target for each in event.moves}}
        is_extension = event.machine == "text" and event.source == event.target
        entered = self.entered
        if event.machine == "text" and not is_extension:
            entered = {**entered, event.target: event.instant}
        extensions = self.extensions + 1 if is_extension else self.extensions
        return replace(
            self, number=event.number, states=states, entered=entered, extensions=extensions, changed=event.instant
        )


def replay(events: Iterable[Event]) -> Progress:
    """Where a project stands after its events, the oldest first. Raises ValueError where one does not follow."""
    progress = Progress()
    for each in events:
        if each.number != progress.number + 1:
            raise ValueError(f"event {each.number} of {each.project} follows event {progress.number}")
        for move in each.moves:
            if progress.states[move.machine] != move.source:
                found = progress.states[move.machine]
                raise ValueError(f"event {each.number} of {each.project} leaves {move.source}, but it was in {found}")
        progress = progress.after(each)
    return progress


def progress_of(kept: Document) -> Progress:
    """The copy that was kept."""
    return read(Progress, kept)
