"""By what a period is scored, but for what is known of each institution: kept with the snapshot, so that it replays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from conformance.scoring.canonical import canonical
from conformance.scoring.expectations import Declaration, Expectations, Institution, InstitutionClass
from conformance.scoring.expected import Expected, expected_of
from conformance.scoring.model import RulePack
from conformance.scoring.period import Period
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.restoring import restored
from conformance.scoring.sheet import Layout
from conformance.scoring.snapshot import Basis
from registry.scores.running.spans import Span
from registry.scores.running.strike import Strike


@dataclass(frozen=True)
class Terms:
    """Rules, policy, classes, declarations, errata, and which tallies they are laid upon."""

    pack: RulePack
    policy: ScorePolicy
    classes: tuple[InstitutionClass, ...]
    declarations: tuple[Declaration, ...]
    period: Period
    seed: int
    engine: str
    terminology: str
    spans: Mapping[str, Span]
    """By profile, the days on which its rules count."""
    strikes: tuple[Strike, ...]
    generation: str
    """Of the tallies."""

    @property
    def errata(self) -> tuple[str, ...]:
        """The numbers of the errata that have a part in it."""
        return tuple(self.pack.name.split("+")[1:])

    @cached_property
    def layout(self) -> Layout:
        """How sheets are laid out."""
        return Layout(self.pack, self.period)

    def basis(self, institutions: Sequence[Institution]) -> Basis:
        """Everything but the tallies."""
        expectations = Expectations(self.classes, tuple(institutions), self.declarations)
        return Basis(self.pack, self.policy, expectations, self.period, self.seed, self.engine, self.terminology)

    def expected(self, class_id: str) -> Expected:
        """What is expected of a class."""
        kind = next(each for each in self.classes if each.id == class_id)
        return expected_of(self.layout, kind, self.declarations, self.policy)

    def days(self) -> Sequence[date]:
        """Each day of the period."""
        return [self.period.begin + timedelta(days=at) for at in range(self.period.days)]

    def content(self) -> bytes:
        """As they are kept."""
        return canonical(self)


def terms_of(content: bytes) -> Terms:
    """The terms that were kept."""
    return restored(Terms, json.loads(content))
