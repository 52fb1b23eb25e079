"""What the tests of enforcement share: a server's judgement over a few profiles written in a line each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conformance.enforcement import Enforcement, Rule
from conformance.enforcement_policy import EnforcementPolicy
from conformance.judgement import ACCEPTANCE_CODES, Judgement
from conformance.rules_in_force import ALWAYS, Mode
from conformance.validator import Validator
from fhir_kernel.resource import Resource
from terminology.local import LocalCodes
from tests.conformance.validator.world import core, element, profile

NOW = datetime(2025, 4, 1, 12, tzinfo=UTC)
BORN = profile("Patient", element("Patient.birthDate", min=1), name="born")
NAMED = profile("Patient", element("Patient.name", min=1), name="named")
BORN_RULE, NAMED_RULE = f"{BORN['url']}|1.0.0", f"{NAMED['url']}|1.0.0"
PATIENT: Resource = {"resourceType": "Patient"}
WRONG: Resource = {"resourceType": "Patient", "gender": "x"}
_CATALOG = core().extended([BORN, NAMED, ACCEPTANCE_CODES])


def enforcement(*rules: Rule, **more: Any) -> Enforcement:
    """What judges by a policy of `rules` and whatever else a policy says."""
    policy = EnforcementPolicy(rules=rules, **more)
    validator = Validator(_CATALOG, LocalCodes(_CATALOG), policy.validation)
    return Enforcement(validator, _CATALOG.model, policy, basis="test")


def rule(canonical: str, mode: Mode, type_name: str = "Patient", **more: Any) -> Rule:
    """A rule that has always been in one mode."""
    since = {"observe": "observe_from", "warn": "warn_from", "reject": "reject_from"}
    return Rule(canonical, type_name, **({since[mode]: ALWAYS} if mode in since else {}), **more)


def judged(resource: Resource, *rules: Rule, **more: Any) -> Judgement:
    """The judgement on a resource that is sent by POST."""
    return enforcement(*rules, **more).judge(resource, method="POST", now=NOW)


def told(judgement: Judgement) -> list[tuple[str, str, str]]:
    """(severity, id, path) of what the sender is told."""
    return [(each.severity, each.id, each.path) for each in judgement.issues]
