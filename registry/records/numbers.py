"""Numbers of standards: how they are written, and that each belongs to one standard or edition only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.model.edition import Edition
from registry.model.standard import Standard, StandardKind
from registry.records.keeping import STANDARDS, edition, save_edition
from registry.refusal import Kind, Refused
from registry.sentence import Sentence

NUMBERS = "standard-number"
"""The collection of what has a number, by the number without spaces."""
_FORM = re.compile(
    r"(?P<prefix>GB|GB/T|WS|WS/T|DB(?P<division>[1-9][0-9](?:[0-9]{2})?)(?:/T)?|T/[A-Z]{2,10})"
    r"(?P<serial>[0-9]{1,6}(?:\.[0-9]{1,3})?)-(?P<year>[12][0-9]{3})"
    r"(?P<amendment>/XG[0-9]{1,2}-[12][0-9]{3})?"
)
_DASHES = dict.fromkeys(map(ord, "—–－‐−"), "-")
_EXPECTED = Sentence(
    "a number such as 'WS/T 788-2021', 'GB/T 2261.1-2003', 'DB31/T 1234-2025' or 'T/CHIA 1-2024'",
    "“WS/T 788-2021”“GB/T 2261.1-2003”“DB31/T 1234-2025”或“T/CHIA 1-2024”形式的编号",
)


@dataclass(frozen=True, slots=True)
class Number:
    """The number of an edition."""

    standard: str
    """Such as `WS/T 788`."""
    year: int
    kind: StandardKind
    division: str = ""
    """The digits of GB/T 2260 in the number of a local standard."""
    amendment: str = ""
    """Of an amendment of the edition: `/XG1-2023`."""

    def __str__(self) -> str:
        return f"{self.standard}-{self.year}{self.amendment}"


def number_of(text: str) -> Number:
    """The number that a text is, whatever its spaces, dashes and widths. Raises Refused (invalid)."""
    found = _FORM.fullmatch(key_of(text))
    if found is None:
        told = Sentence(f"found '{text}'; expected {_EXPECTED.en}", f"现为“{text}”；应为{_EXPECTED.zh}")
        raise Refused("invalid", (told,), where="number")
    prefix, division, amendment = found["prefix"], found["division"] or "", found["amendment"] or ""
    kind = _kind(prefix, division)
    return Number(f"{prefix} {found['serial']}", int(found["year"]), kind, division, amendment)


def key_of(text: str) -> str:
    """The number in one way of writing, by which it is looked up."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).upper().split())


def claims(number: Number, standard: str, edition: str) -> Mapping[str, Document]:
    """Who has the number of a standard, and that of its edition, as NUMBERS keeps it."""
    return {number.standard: {"id": standard}, str(number): {"id": edition, "standard": standard}}


async def holder(reader: Reader, number: str) -> str:
    """The id of the standard or edition that has this number; nothing where none has."""
    kept = await reader.load(NUMBERS, key_of(number)) if number else None
    return "" if kept is None else str(kept["id"])


async def give_number(
    transaction: Transaction, standard: Standard, its: Edition, text: str
) -> tuple[Standard, Edition]:
    """Give an edition its number, and its standard the one without a year.

    Raises Refused: no such number (invalid), another kind or series (invalid), taken or published already (conflict).
    """
    number = number_of(text)
    check_fits(number, standard)
    if its.published is not None and its.number:
        raise _refused("conflict", f"{its.number} is published and keeps its number", f"{its.number} 已发布，编号不变")
    if its.number and key_of(its.number) != key_of(str(number)):
        await transaction.save(NUMBERS, key_of(its.number), None)
    for claimed, owner in claims(number, standard.id, its.id).items():
        await _claim(transaction, claimed, owner)
    standard, its = replace(standard, number=number.standard), replace(its, number=str(number))
    await STANDARDS.save(transaction, standard)
    await save_edition(transaction, its)
    return standard, its


async def find_edition(reader: Reader, number: str) -> Edition | None:
    """The edition of this number, such as WS/T 788-2021."""
    kept = await reader.load(NUMBERS, key_of(number))
    if kept is None or "standard" not in kept:
        return None
    return await edition(reader, kept["standard"], kept["id"])


def _kind(prefix: str, division: str) -> StandardKind:
    if division:
        return "DB/T" if prefix.endswith("/T") else "DB"
    return "T" if prefix.startswith("T/") else _KINDS[prefix]


def check_fits(number: Number, standard: Standard) -> None:
    """Raises Refused (invalid) where the number is of another kind, division or series than the standard."""
    if number.kind != standard.kind:
        raise _refused(
            "invalid",
            f"'{number}' is of the kind {number.kind}; the standard is of the kind {standard.kind}",
            f"“{number}”属于 {number.kind}；该标准属于 {standard.kind}",
        )
    if number.division and not standard.jurisdiction.startswith(number.division):
        raise _refused(
            "invalid",
            f"'{number}' is of division {number.division}; the standard is of {standard.jurisdiction or 'the nation'}",
            f"“{number}”属于行政区划 {number.division}；该标准属于 {standard.jurisdiction or '国家级'}",
        )
    if standard.number and key_of(standard.number) != key_of(number.standard):
        raise _refused(
            "invalid",
            f"the standard has the number {standard.number}; found '{number}'",
            f"该标准的编号为 {standard.number}；现为“{number}”",
        )


async def _claim(transaction: Transaction, number: str, owner: Document) -> None:
    other = await holder(transaction, number)
    if other and other != owner["id"]:
        raise _refused("conflict", f"the number {number} is taken", f"编号 {number} 已被使用")
    await transaction.save(NUMBERS, key_of(number), owner)


def _refused(kind: Kind, en: str, zh: str) -> Refused:
    return Refused(kind, (Sentence(en, zh),), where="number")


_KINDS: dict[str, StandardKind] = {"GB": "GB", "GB/T": "GB/T", "WS": "WS", "WS/T": "WS/T"}
