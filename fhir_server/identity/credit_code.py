"""The unified social credit code of an organisation in China (统一社会信用代码, GB 32100-2015)."""

from __future__ import annotations

import re

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The digits and the letters that cannot be mistaken for digits, in the order of their values."""
LENGTH = 18
SYSTEM = "https://plumbline.dev/fhir/sid/unified-social-credit-code"
"""The identifier system of these codes in what we write."""
_FORM = re.compile(f"[{CHARACTERS}]{{2}}[0-9]{{6}}[{CHARACTERS}]{{10}}")


def check_character(first: str) -> str:
    """The last character of a code that begins with these 17: weights are the powers of 3 modulo 31."""
    total = sum(CHARACTERS.index(each) * pow(3, place, 31) for place, each in enumerate(first))
    return CHARACTERS[-total % 31]


def credit_code_problem(code: str) -> str | None:
    """What is wrong with a code, in a sentence; None where nothing is."""
    if not _FORM.fullmatch(code):
        return (
            f"the unified social credit code is '{code}'; expected {LENGTH} characters of {CHARACTERS}, "
            "those from the 3rd to the 8th digits"
        )
    expected = check_character(code[:-1])
    if code[-1] != expected:
        return f"the unified social credit code '{code}' ends in {code[-1]}; expected {expected} after the others"
    return None
