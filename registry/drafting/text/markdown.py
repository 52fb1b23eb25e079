"""The headings of a text in Markdown (https://spec.commonmark.org/0.31.2/#atx-headings) or without any markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from registry.drafting.text.clause import Heading, numbered

_ATX = re.compile(r" {0,3}(#{1,6})(?=\s|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:[-*+>|]|\d+[.)]\s)|\s*$| {4}|\t")
_LONGEST = 120
_ENDS_SENTENCE = ("。", "；", ".", ";", ",", "，")


def markdown_headings(lines: Iterable[str]) -> Iterator[Heading]:
    """Headings by `#` and by underlining; none from within fenced code."""
    fence, before = "", ""
    for line in lines:
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip(" `~\t\r\n"):
                fence = ""
            continue
        if found:
            fence, before = found[1], ""
            continue
        yield from _heading(line, before)
        before = "" if _NO_PARAGRAPH.match(line) or _ATX.match(line) else line.strip()


def plain_headings(lines: Iterable[str]) -> Iterator[Heading]:
    """Short lines that begin with the number of a clause and do not end as a sentence does."""
    for line in lines:
        text = line.strip()
        if not text or len(text) > _LONGEST or text.endswith(_ENDS_SENTENCE):
            continue
        number, title = numbered(text)
        if number and title:
            yield Heading(number.count(".") + 1, text)


def is_markdown(lines: Iterable[str]) -> bool:
    """Whether any line is a heading of Markdown."""
    return any(True for _ in markdown_headings(lines))


def _heading(line: str, before: str) -> Iterator[Heading]:
    found = _ATX.match(line)
    if found:
        if text := _without_closing(line[found.end() :].strip()):
            yield Heading(len(found[1]), text)
    elif before and (under := _UNDERLINE.match(line)):
        yield Heading(1 if under[1][0] == "=" else 2, before)


def _without_closing(text: str) -> str:
    bare = text.rstrip("#")
    return bare.rstrip() if not bare or bare[-1].isspace() else text
