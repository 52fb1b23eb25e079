"""LOINC by the form of its codes; no content comes with the product (https://loinc.org/kb/users-guide/)."""

from __future__ import annotations

import re

from fhir_kernel.issues import Issue, issue
from terminology.checks import Verdict
from terminology.codesystems.grammar import GrammarSystem
from terminology.findings import Finding

LOINC = "http://loinc.org"

_CODE = re.compile(r"(?P<body>(?:LP|LA|LL|LG)?[0-9]{1,7})-(?P<check>[0-9])")
_UNCHECKED = re.compile(r"MTHU[0-9]{1,8}")


def loinc() -> GrammarSystem:
    """LOINC: what cannot be a code is OUT, everything else UNKNOWN."""
    return GrammarSystem(LOINC, _judge)


def check_digit(body: str) -> str:
    """The Luhn (mod 10) check digit that stands after the hyphen; letters count by their place after `0` in ASCII."""
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ord(character) - ord("0")
        total += value * 2 - value // 5 * 9 if place % 2 == 0 else value
    return str(-total % 10)


def _judge(code: str) -> Finding:
    fault = _fault(code)
    if fault is not None:
        return Finding(Verdict.OUT, fault)
    return Finding(Verdict.UNKNOWN, issue("terminology.unknown-system", "", system=LOINC, code=code))


def _fault(code: str) -> Issue | None:
    if _UNCHECKED.fullmatch(code):
        return None
    match = _CODE.fullmatch(code)
    if match is None:
        return issue("terminology.loinc-form", "", code=code)
    expected = check_digit(match["body"])
    if match["check"] != expected:
        return issue("terminology.loinc-check-digit", "", code=code, found=match["check"], expected=expected)
    return None
