"""Languages that a caller prefers (RFC 9110 Accept-Language) and how the language of a display meets them (BCP 47)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from terminology.codesystems.bcp47 import language_fault

_RANGE = re.compile(r"\s*([A-Za-z0-9-]+|\*)\s*(?:;\s*q\s*=\s*([01](?:\.\d*)?|\.\d+)\s*)?")


class Depth(IntEnum):
    """How much of a tag must be the same."""

    LANGUAGE = 1
    REGION = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class LanguageRange:
    """One preferred language. `implicit`: it was not asked for; it lets other languages in when nothing better is."""

    tag: str
    quality: str = ""
    """As it was written; empty where the caller gave none, which means 1."""
    implicit: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.quality) and float(self.quality) <= 0


@dataclass(frozen=True, slots=True)
class Languages:
    """Preferred languages, best first."""

    ranges: tuple[LanguageRange, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(each.tag for each in self.ranges if not each.implicit)

    def __str__(self) -> str:
        """As it was asked for, for an expansion's parameter and for messages."""
        asked = (each for each in self.ranges if not each.implicit)
        return ", ".join(f"{each.tag}; q={each.quality}" if each.quality else each.tag for each in asked)

    def allow(self, language: str | None) -> bool:
        """Whether a display in `language` will do; one without a stated language always does."""
        return language is None or any(range_matches(each, language, Depth.LANGUAGE) for each in self.ranges)


def parse_languages(text: str, *, open_ended: bool) -> Languages | None:
    """The languages of an Accept-Language, best first; None where the text is none.

    `open_ended` adds, last, the wish for any language, so that something is shown where nothing that was asked for is.
    """
    ranges = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None or (match[1] != "*" and language_fault(match[1]) is not None):
            return None
        quality = "" if match[2] in (None, "1", "1.0") else match[2]
        ranges.append(LanguageRange(match[1], quality))
    if open_ended and not any(each.tag == "*" for each in ranges):
        ranges.append(LanguageRange("*", "0.01", implicit=True))
    return Languages(tuple(sorted(ranges, key=lambda each: -float(each.quality or 1))))


def range_matches(wanted: LanguageRange, language: str, depth: Depth) -> bool:
    """Whether `language` is what `wanted` asks for, compared to `depth`."""
    if wanted.is_refused:
        return False
    return wanted.tag == "*" or same_language(wanted.tag, language, depth)


def same_language(left: str, right: str, depth: Depth = Depth.LANGUAGE) -> bool:
    """Whether two tags agree in language, in language, script and region, or in all of it."""
    return _reduced(left, depth) == _reduced(right, depth)


@lru_cache(maxsize=4096)
def _reduced(tag: str, depth: Depth) -> tuple[str, ...]:
    parts = tag.lower().split("-")
    if depth is Depth.LANGUAGE:
        return (parts[0],)
    if depth is Depth.FULL:
        return tuple(parts)
    return (parts[0], *(part for part in parts[1:] if len(part) == 4 and part.isalpha()), _region(parts))


def _region(parts: list[str]) -> str:
    regions = (part for part in parts[1:] if (len(part) == 2 and part.isalpha()) or (len(part) == 3 and part.isdigit()))
    return next(regions, "")
