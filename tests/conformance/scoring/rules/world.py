"""Records judged by one profile that a test writes in a few lines, and what came of its elementary rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from conformance.enforcement import Enforcement
from conformance.enforcement_policy import EnforcementPolicy
from conformance.judgement import Judgement
from conformance.rules_in_force import ALWAYS, Rule
from conformance.scoring.rules.derive import derive
from conformance.scoring.rules.model import RuleList
from conformance.scoring.rules.scored import masks_in
from conformance.validator import Validator
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Version
from terminology.local import LocalCodes
from tests.conformance.validator.world import COLOURS, core, value_set

NOW = datetime(2025, 4, 1, 12, tzinfo=UTC)
_COLOURS = value_set("colours", "red", "blue")


@dataclass(frozen=True)
class Scoring:
    """A judge by one profile, and its list."""

    judge: Enforcement
    rules: RuleList

    def ids(self, mask: int) -> set[str]:
        """Of the rules of a mask what follows the canonical."""
        return {each.id.partition("#")[2] for place, each in enumerate(self.rules.rules) if mask >> place & 1}

    def judged(self, resource: Resource, **more: Any) -> Judgement:
        return self.judge.judge(resource, method=more.get("method", "PUT"), now=more.get("now", NOW))

    def of(self, resource: Resource, version: Version | None = None, **more: Any) -> Outcome:
        """What came of the rules for a record."""
        judgement = self.judged(resource, **more)
        assert judgement.scored is not None
        kept = judgement.scored.document(accepted=judgement.accepted, is_new_name=False, version=version)
        (row,) = kept["lists"]
        digest, asked, failed, error = masks_in(row)
        assert digest == self.rules.digest
        assert (failed | error) & ~asked == 0
        assert failed & error == 0
        return Outcome(self.ids(asked), self.ids(failed), self.ids(error))


@dataclass(frozen=True)
class Outcome:
    """Rules by what follows the canonical: `Patient.name:min`."""

    asked: set[str]
    failed: set[str]
    error: set[str]


def scoring(profile: Resource, *others: Resource, mode: str = "warn_from") -> Scoring:
    """A judge that holds all resources of its type to a profile; by default what breaks it is accepted."""
    catalog = core().extended([profile, *others, COLOURS, _COLOURS])
    canonical = f"{profile['url']}|{profile['version']}"
    validator = Validator(catalog, LocalCodes(catalog))
    derived = derive(canonical, profile["type"], validator)
    policy = EnforcementPolicy(rules=(Rule(canonical, profile["type"], **{mode: ALWAYS}),))
    return Scoring(Enforcement(validator, catalog.model, policy, derived=[derived]), derived.list)
