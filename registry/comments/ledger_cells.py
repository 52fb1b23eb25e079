"""What a cell of the ledger may hold, and what is made of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from registry.comments.ledger import CLASSES, STATUSES
from registry.sentence import Sentence

_DASHES = re.compile(r"\s*[-‐‑‒–—―−－]+\s*")
_KIND = r"GB(?:/[TZ])?|WS(?:/[TZ])?|DB[0-9]{2,4}(?:/T)?|T/[A-Z]{2,12}"
KIND = re.compile(_KIND)
_NUMBER = re.compile(rf"({_KIND}) ?([0-9]{{1,6}}(?:\.[0-9]{{1,3}})*)(?:—([0-9]{{4}}))?")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?"
    r"|([/.])([0-9]{1,2})\4([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_NATIONAL = {"", "national", "全国", "国家", "CN"}
_REGION = re.compile(r"[1-9][0-9]{5}")
NUMBER_EXPECTED = Sentence("a number such as WS/T 788—2021", "标准编号，如 WS/T 788—2021")
DAY_EXPECTED = Sentence("a day such as 2021-10-27", "日期，如 2021-10-27")
REGION_EXPECTED = Sentence("nothing for national, or a code such as 310000", "全国，或行政区划代码，如 310000")


def number_of(text: str) -> str | None:
    """The number as it is printed, with one space and a dash of full width; None where it is none."""
    plain = _DASHES.sub("—", " ".join(unicodedata.normalize("NFKC", text).split()))
    found = _NUMBER.fullmatch(plain.upper())
    if found is None:
        return None
    year = f"—{found[3]}" if found[3] else ""
    return f"{found[1]} {found[2]}{year}"


def kind_of(number: str) -> str:
    """The letters that a number begins with."""
    return number.partition(" ")[0]


def year_of(number: str) -> str:
    """The year of the edition; empty where there is none yet."""
    return number.partition("—")[2]


def day_of(text: str) -> date | None:
    """The day as people write it: 2021-10-27, 2021/10/27, 2021.10.27, 2021年10月27日; None where there is none such."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    year, month, day = (int(each) for each in found.groups() if each is not None and each not in "/.")
    try:
        return date(year, month, day)
    except ValueError:
        return None


def region_of(text: str) -> str | None:
    """The code of a region; empty for the nation; None where it is neither."""
    said = unicodedata.normalize("NFKC", text).strip()
    if said in _NATIONAL:
        return ""
    return said if _REGION.fullmatch(said) else None


def code_of(text: str, codes: Mapping[str, Sentence]) -> str | None:
    """The code that a text names, by itself or in English or Chinese."""
    said = unicodedata.normalize("NFKC", text).strip().casefold()
    return next((code for code, name in codes.items() if said in (code, name.en, name.zh)), None)


def one_of(codes: Mapping[str, Sentence]) -> Sentence:
    """What is expected where a code is."""
    return Sentence(
        "one of " + ", ".join(each.en for each in codes.values()), "、".join(each.zh for each in codes.values())
    )


CLASS_EXPECTED, STATUS_EXPECTED = one_of(CLASSES), one_of(STATUSES)
