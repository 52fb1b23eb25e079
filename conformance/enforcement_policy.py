"""What a server accepts, as data: how strictly FHIR itself and each profile are held to.

FHIR leaves to the server what it refuses (https://hl7.org/fhir/R4/http.html#create); here is where it is decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.rules_in_force import Mode, Rule
from conformance.validator.path import plain
from conformance.validator.policy import Level, Policy
from fhir_kernel.issues import Issue


@dataclass(frozen=True, slots=True)
class SeverityOverride:
    """Findings of one kind are as severe as `severity` says; `ignore`: they are none."""

    issue: str
    """The issue id, or an area of ids: `code`."""
    severity: Level
    path: str = ""
    """Only at this element or within it, without indexes: `Observation.code`; empty: everywhere."""
    rule: str = ""
    """Only where this rule of the element is broken: the key of a constraint, the name of a slice; empty: any."""

    def fits(self, found: Issue) -> bool:
        """Whether it speaks of a finding."""
        if found.id != self.issue and not found.id.startswith(self.issue + "."):
            return False
        if self.rule and found.rule != self.rule:
            return False
        return not self.path or (plain(found.path) + ".").startswith(self.path + ".")


@dataclass(frozen=True, slots=True)
class EnforcementPolicy:
    """How strict a server is. As it stands: errors against R4 and claimed profiles refuse, warnings are accepted."""

    default: Mode = "reject"
    """How FHIR R4, and profiles that a resource claims and no rule governs, are held to."""
    types: Mapping[str, Mode] = field(default_factory=dict)
    """The same for single resource types."""
    rules: tuple[Rule, ...] = ()
    """The profiles that are asked; of those that are named here, nothing else decides."""
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By resource type, profiles of which every resource must claim one in meta.profile."""
    severities: tuple[SeverityOverride, ...] = ()
    """The first that fits a finding decides."""
    validation: Policy = field(default_factory=Policy)
    """The switches of the validator, that of best practice among them."""

    def mode(self, resource_type: str) -> Mode:
        """How FHIR R4 is held to for resources of a type."""
        return self.types.get(resource_type, self.default)

    @property
    def digest(self) -> str:
        """Another text for another policy."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]
