"""Best practice for Observation, asked only where the policy `best_practice` is on.

https://hl7.org/fhir/R4/observation.html
"""

from __future__ import annotations

from conformance.validator.context import Context, RuleTable
from fhir_kernel.resource import Resource

_EXPECTED = (
    ("subject", ("subject",)),
    ("performer", ("performer",)),
    ("effective[x]", ("effectiveDateTime", "effectivePeriod", "effectiveTiming", "effectiveInstant")),
)


def check_observation(resource: Resource, path: str, context: Context) -> None:
    """It is known of whom, by whom and when something was observed."""
    level = context.policy("best_practice")
    for element, names in _EXPECTED if level != "ignore" else ():
        if not any(name in resource for name in names):
            context.report("observation.element-missing", path, expected=element, severity=level)


RULES: RuleTable = {"Observation": (check_observation,)}
