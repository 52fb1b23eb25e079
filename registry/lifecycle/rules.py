"""The rules of the lifecycle as values: states, transitions, documents, windows, votes. One version holds at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fhir_kernel.store.records import Document
from registry.model.event import Machine
from registry.model.project import Project
from registry.model.standard import Standard
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class State:
    """A state of a machine; of the text it is a stage code such as 30.20."""

    machine: Machine
    code: str
    name: Sentence
    holders: tuple[str, ...] = ()
    """The roles that have it in hand."""
    days: int | None = None
    """How long it should take; being late is shown and bars nothing."""
    is_end: bool = False

    @property
    def span(self) -> timedelta | None:
        """How long it should take."""
        return None if self.days is None else timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A document of the checklist."""

    code: str
    name: Sentence
    since: tuple[str, ...] = ()
    """It counts only when it was filed after the text last entered one of these states."""
    filers: tuple[str, ...] = ()
    """The roles that may file it besides those of the actions that ask for it."""


@dataclass(frozen=True, slots=True)
class Transition:
    """What may be done in some states, by whom, and what has to be there before."""

    machine: Machine
    action: str
    name: Sentence
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    guards: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    needs_reason: bool = False
    also: Mapping[Machine, Mapping[str, str]] = field(default_factory=dict)
    """What other machines do at the same time: for each, the next state by the one it is in."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """States of machines that must not be at the same time."""

    sentence: Sentence
    states: Mapping[Machine, frozenset[str]]

    def is_met(self, states: Mapping[Machine, str]) -> bool:
        """Whether all machines are in the states that it speaks of."""
        return all(states[machine] in codes for machine, codes in self.states.items())


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules. `document` is what it was read from, for all to see."""

    id: str
    version: str
    begins: datetime
    """From when on it holds, until the next begins."""
    states: Mapping[tuple[Machine, str], State]
    transitions: tuple[Transition, ...]
    documents: Mapping[str, DocumentKind]
    votes: Mapping[str, Document]
    """Vote profiles by their ids, as registry.ballots.profile reads them; fractions are exact, as texts."""
    windows: Mapping[str, int]
    limits: Mapping[str, int]
    contradictions: tuple[Contradiction, ...]
    firm: frozenset[str]
    """The guards that nobody may override."""
    document: Document = field(repr=False)

    @property
    def name(self) -> str:
        """What events call it."""
        return f"{self.id}/{self.version}"

    def state(self, machine: Machine, code: str) -> State:
        """A state. Raises KeyError where there is none."""
        return self.states[machine, code]

    def leaving(self, states: Mapping[Machine, str]) -> tuple[Transition, ...]:
        """The transitions that leave these states, in the order of the table."""
        return tuple(each for each in self.transitions if states[each.machine] in each.sources)

    def named(self, action: str) -> tuple[Transition, ...]:
        """The transitions of this name."""
        return tuple(each for each in self.transitions if each.action == action)

    def limit(self, name: str) -> timedelta:
        """A limit in days. Raises KeyError where there is none."""
        return timedelta(days=self.limits[name])

    def window(self, standard: Standard, project: Project) -> timedelta:
        """How long the public may comment at least."""
        if project.is_fast:
            return timedelta(days=self.windows["fast"])
        return timedelta(days=self.windows["amendment" if project.kind == "amendment" else standard.kind])
