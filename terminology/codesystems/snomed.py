"""SNOMED CT by the form of its identifiers; no content comes with the product.

https://confluence.ihtsdotools.org/display/DOCRELFMT/6+SNOMED+CT+Identifiers
"""

from __future__ import annotations

import re

from fhir_kernel.issues import Issue, issue
from terminology.checks import Verdict
from terminology.codesystems.grammar import GrammarSystem
from terminology.findings import Finding

SNOMED_CT = "http://snomed.info/sct"

_IDENTIFIER = re.compile(r"[1-9][0-9]{5,17}")
_EXPRESSION = re.compile(r"[\s+:=,|{}()<]")
_COMPONENTS = {"1": "description", "2": "relationship"}
# Verhoeff's dihedral group D5: the product table follows from i + j and i - j modulo 5.
_PRODUCT = tuple(
    tuple(
        (i + j) % 5 + 5 * ((i < 5) != (j < 5)) if i < 5 else (i - j) % 5 + 5 * ((i < 5) != (j < 5)) for j in range(10)
    )
    for i in range(10)
)
_INVERSE = tuple(row.index(0) for row in _PRODUCT)
_SHIFT = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def snomed_ct() -> GrammarSystem:
    """SNOMED CT: what cannot be an identifier of a concept is OUT, everything else UNKNOWN."""
    return GrammarSystem(SNOMED_CT, _judge)


def check_digit(digits: str) -> str:
    """The Verhoeff check digit that `digits` must be followed by."""
    permutation, total = list(range(10)), 0
    for digit in reversed(digits):
        permutation = [_SHIFT[p] for p in permutation]
        total = _PRODUCT[total][permutation[int(digit)]]
    return str(_INVERSE[total])


def _judge(code: str) -> Finding:
    fault = None if _EXPRESSION.search(code) else _fault(code)
    if fault is not None:
        return Finding(Verdict.OUT, fault)
    return Finding(Verdict.UNKNOWN, issue("terminology.unknown-system", "", system=SNOMED_CT, code=code))


def _fault(code: str) -> Issue | None:
    if not _IDENTIFIER.fullmatch(code):
        return issue("terminology.snomed-form", "", code=code)
    expected = check_digit(code[:-1])
    if code[-1] != expected:
        return issue("terminology.snomed-check-digit", "", code=code, found=code[-1], expected=expected)
    component = _COMPONENTS.get(code[-2])
    if component is not None and code[-3] in "01":
        return issue("terminology.snomed-partition", "", code=code, found=component)
    return None
