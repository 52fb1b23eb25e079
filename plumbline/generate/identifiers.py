"""Numbers with check characters: of persons (GB 11643-1999) and of organisations (GB 32100-2015, GB 11714-1997).

The first is checked by ISO 7064 MOD 11-2; https://openstd.samr.gov.cn has the standards.
"""

from __future__ import annotations

from datetime import date

IDENTITY_NUMBER = "urn:oid:2.16.156.10011.1.3"
"""The system of identity numbers (WS/T 682-2020)."""
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
_ORGANISATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0X987654321"
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Those of the alphabet that cannot be mistaken for another."""
_CREDIT_VALUES = {character: value for value, character in enumerate(_CREDIT_CHARACTERS)}
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def identity_number(region: str, born: date, sequence: int) -> str:
    """The number of a person: 18 characters. `region` has six digits; an odd `sequence` below 1000 is a man's."""
    digits = f"{region}{born.year:04}{born.month:02}{born.day:02}{sequence:03}"
    return digits + identity_check(digits)


def identity_check(digits: str) -> str:
    """The check character of the first 17 digits of an identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11]


def organisation_code(first: str) -> str:
    """The code of an organisation, of 9 characters, from its first 8."""
    values = (_ORGANISATION_CHARACTERS.index(character) for character in first)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return first + _ORGANISATION_CHECKS[total % 11]


def credit_code(category: str, region: str, organisation: str) -> str:
    """A unified social credit code, of 18 characters.

    `category`: two characters for who registered it as what, `12` being a public institution; `organisation`: its code,
    of 9 characters.
    """
    first = category + region + organisation
    return first + credit_check(first)


def credit_check(first: str) -> str:
    """The check character of the first 17 of a unified social credit code."""
    total = sum(_CREDIT_VALUES[character] * weight for character, weight in zip(first, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_CHARACTERS[-total % 31]
