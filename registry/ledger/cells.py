"""What a cell may hold, and what is made of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from registry.sentence import Sentence

Code = TypeVar("Code", bound=str)
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})(?:[T ]00:00(?::00)?)?"
    r"|([/.])([0-9]{1,2})\4([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_NATIONAL = {"", "national", "全国", "国家", "CN"}
_REGION = re.compile(r"[1-9][0-9]{5}")
DAY_EXPECTED = Sentence("a day such as 2021-10-27", "日期，如 2021-10-27")
REGION_EXPECTED = Sentence("nothing for national, or a code such as 310000", "全国，或行政区划代码，如 310000")


def folded(text: str) -> str:
    """A text in one width, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip()


def day_of(text: str) -> date | None:
    """The day as people write it: 2021-10-27, 2021/10/27, 2021.10.27, 2021年10月27日; None where there is none such."""
    found = _DAY.fullmatch(folded(text))
    if found is None:
        return None
    year, month, day = (int(each) for each in found.groups() if each is not None and each not in "/.")
    try:
        return date(year, month, day)
    except ValueError:
        return None


def region_of(text: str) -> str | None:
    """The code of a region (GB/T 2260); empty for the nation; None where it is neither."""
    said = folded(text)
    if said in _NATIONAL:
        return ""
    return said if _REGION.fullmatch(said) else None


def code_of(text: str, codes: Mapping[Code, Sentence]) -> Code | None:
    """The code that a text names, by itself or in English or Chinese."""
    said = folded(text).casefold()
    return next((code for code, name in codes.items() if said in (code.casefold(), name.en.casefold(), name.zh)), None)


def one_of(codes: Mapping[Code, Sentence]) -> Sentence:
    """What is expected where a code is."""
    return Sentence(
        "one of " + ", ".join(each.en for each in codes.values()), "、".join(each.zh for each in codes.values())
    )


def split(text: str) -> list[str]:
    """What stands between commas of any kind, semicolons and ends of lines."""
    for each in ("；", ";", "，", ",", "\n"):
        text = text.replace(each, "、")
    return [each.strip() for each in text.split("、") if each.strip()]
