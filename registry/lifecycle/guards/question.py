"""What a guard is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from registry.lifecycle.rules import Rules, Transition
from registry.model.case import Actor, Case
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """May this be done with this case, by this actor, now, by these rules?"""

    case: Case
    transition: Transition
    actor: Actor
    now: datetime
    rules: Rules
    zone: tzinfo

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.zone).date()

    def said(self, instant: datetime) -> str:
        """An instant as people read it, in local time."""
        return instant.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")


Guard = Callable[[Question], Iterable[Sentence]]
"""Gives a sentence for each thing that is missing."""
