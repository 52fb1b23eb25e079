"""The clauses of a text by number, so that a comment can name one (numbering as in GB/T 1.1-2020, chapter 7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from registry.refusal import Refused, refused

MOST_CLAUSES = 5_000
_MOST_HEADINGS = 100_000
_LONGEST_TITLE = 300

_NUMBER = re.compile(
    r"""(?:
        (?P<annex>(?:附\s*录|Annex|Appendix|ANNEX|APPENDIX)\s*[A-Z])
      | (?P<chapter>第\s*[一二三四五六七八九十百零〇\d]+\s*[章节条篇部])
      | (?P<plain>(?:[A-Z]\.)?\d{1,4}(?:\.\d{1,4}){0,6})\.?
    )(?=$|[\s　、:：(（]|[一-鿿])(?![年月日时分秒个项次%])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the text has it; `number` where the text leaves it to its numbering."""

    level: int
    text: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. `key` is unique in its document: the number, or the place where there is none or it stands twice."""

    key: str
    number: str
    title: str
    level: int

    def document(self) -> dict[str, str | int]:
        """As JSON."""
        return {"key": self.key, "number": self.number, "title": self.title, "level": self.level}


def clauses_of(headings: Iterable[Heading]) -> tuple[tuple[Clause, ...], int]:
    """The clauses in order, at most `MOST_CLAUSES`, and how many more there were. Raises Refused for far more."""
    kept: list[Clause] = []
    taken: set[str] = set()
    left_off = 0
    for place, heading in enumerate(headings, start=1):
        if len(kept) == MOST_CLAUSES:
            left_off += 1
            if left_off > _MOST_HEADINGS:
                raise _too_many()
            continue
        number, title = (heading.number, heading.text) if heading.number else numbered(heading.text)
        key = number if number and number not in taken else f"§{place}"
        taken.add(key)
        kept.append(Clause(key, number, title[:_LONGEST_TITLE], heading.level))
    return tuple(kept), left_off


def _too_many() -> Refused:
    return refused(
        "too-large",
        f"the text has more than {_MOST_HEADINGS} headings",
        f"文本的标题超过 {_MOST_HEADINGS} 个",
    )


def numbered(text: str) -> tuple[str, str]:
    """The number that a heading begins with, in one spelling (`附录A`, `4.2.1`), and what follows it."""
    text = " ".join(text.split())
    found = _NUMBER.match(text)
    if found is None:
        return "", text
    number = re.sub(r"\s+", "", found[0]).removesuffix(".")
    return re.sub(r"(?i)^(annex|appendix)", r"\1 ", number), text[found.end() :].strip(" 　、:：")
