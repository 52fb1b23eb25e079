"""The weight that a profile gives to the rules of an element, by HL7's extension `scoring-rule`.

https://hl7.org/fhir/tools/StructureDefinition-scoring-rule.html: `key` names it, `value` is its weight, by default 1,
and `rule` which rules of the element it is about, by default all.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from conformance.validator.access import rows_of
from fhir_kernel.resource import Resource

SCORING_RULE = "http://hl7.org/fhir/tools/StructureDefinition/scoring-rule"
_MOST = 1000.0


def weight_of(definition: Resource, key: str) -> float:
    """Of the rules of an ElementDefinition, or of the one with this key where the extension names it."""
    found = [_stated(row) for _, row in rows_of(definition, "extension") if row.get("url") == SCORING_RULE]
    named = [weight for rules, weight in found if key and key in rules]
    general = [weight for rules, weight in found if not rules]
    return next(iter((*named, *general)), 1.0)


def _stated(extension: Resource) -> tuple[tuple[str, ...], float]:
    rules, weight = [], 1.0
    for name, value in _parts(extension):
        if name == "value" and isinstance(value, (int, Decimal)) and 0 < value <= _MOST:
            weight = float(value)
        elif name == "rule" and isinstance(value, str):
            rules.append(value)
    return tuple(rules), weight


def _parts(extension: Resource) -> Iterator[tuple[str, object]]:
    for _, row in rows_of(extension, "extension"):
        values = [value for name, value in row.items() if name.startswith("value")]
        if isinstance(row.get("url"), str) and values:
            yield row["url"], values[0]
