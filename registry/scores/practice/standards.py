"""Which clause of which standard asks a profile, and by which policy shares would be weighed today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from conformance.scoring.period import Period
from conformance.scoring.policy import ScorePolicy
from fhir_kernel.store.base import Reader
from registry.enforcement.published import published, token_of
from registry.enforcement.rules import RuleSet
from registry.scores.inputs.reading import policy_for
from registry.scores.practice.report import Clause


def clauses_of(sets: Iterable[RuleSet]) -> Mapping[str, Clause]:
    """By the canonical of the profile."""
    return {
        each.rule.profile: Clause(rules.edition or rules.standard, each.clause)
        for rules in sets
        for each in rules.rules
    }


async def policy_of(reader: Reader, today: date) -> ScorePolicy:
    """The policy by which a period is scored that begins today."""
    return await policy_for(reader, Period(today, today))


@dataclass(slots=True)
class Clauses:
    """Those of a store, read anew when its rules have changed."""

    _token: str | None = None
    _known: Mapping[str, Clause] | None = None

    async def of(self, reader: Reader) -> Mapping[str, Clause]:
        """By the canonical of the profile. Raises StoreError."""
        if self._known is None or await token_of(reader) != self._token:
            found = await published(reader)
            self._token, self._known = found.token, clauses_of(found.sets)
        return self._known
