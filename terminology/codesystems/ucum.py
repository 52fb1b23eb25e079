"""UCUM units (https://ucum.org/ucum) as a code system: a grammar over a table of units."""

from __future__ import annotations

from fhir_kernel import ucum
from terminology.checks import Verdict
from terminology.codesystems.grammar import GrammarSystem
from terminology.codesystems.system import Filter, Selected
from terminology.findings import ABSENT, FOUND, Finding

UCUM = "http://unitsofmeasure.org"


def units() -> GrammarSystem:
    """Every unit expression that UCUM's case-sensitive grammar allows."""
    return GrammarSystem(UCUM, _judge, _own_filter)


def _judge(code: str) -> Finding:
    fault = ucum.fault(code)
    return FOUND if fault is None else Finding(Verdict.OUT, fault)


def _own_filter(where: Filter) -> Selected:
    """UCUM's one filter, `canonical = m`: every unit that converts to the given one."""
    if where.property != "canonical" or where.op != "=" or ucum.fault(where.value) is not None:
        return None
    return lambda code: FOUND if ucum.comparable(code, where.value) else ABSENT
