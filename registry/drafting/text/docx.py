"""The headings of a DOCX, with the numbers that Word counts (ECMA-376 part 1, 17.3.1 paragraphs)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fhir_kernel.codec.xml_stream import read_elements
from registry.drafting.text.clause import Heading, numbered
from registry.drafting.text.docx_numbers import Counters
from registry.drafting.text.docx_styles import W, read_styles
from registry.drafting.text.limits import TextLimits

if TYPE_CHECKING:
    from fhir_kernel.codec.xml_tree import Element

_NO_OUTLINE = 9


def docx_headings(archive: zipfile.ZipFile, main: str, limits: TextLimits) -> Iterator[Heading]:
    """The headings in their order; deleted text and field codes left out. Raises CodecError, LimitExceeded."""
    styles = read_styles(archive, main.rpartition("/")[0] + "/" if "/" in main else "")
    counters = Counters(styles)
    with archive.open(main) as part:
        paragraphs = read_elements(part, frozenset({"p"}), max_depth=limits.xml_depth, max_within=limits.paragraph)
        next(paragraphs, None)  # the root
        for paragraph in paragraphs:
            style, name = styles.of(paragraph)
            number = counters.number(style, name)
            if style.outline is None or style.outline >= _NO_OUTLINE:
                continue
            text = _text(paragraph)
            if text:
                yield _heading(style.outline + 1, text, number)


def _heading(level: int, text: str, number: str) -> Heading:
    if not number:
        return Heading(level, text)
    spelt = numbered(f"{number} ")[0] or number.replace(" ", "")
    return Heading(level, text, spelt)


def _text(paragraph: Element) -> str:
    parts: list[str] = []
    for element in paragraph.iter(W + "t", W + "tab", W + "br", W + "noBreakHyphen"):
        if element.tag == W + "t":
            parts.append(element.text or "")
        else:
            parts.append("-" if element.tag == W + "noBreakHyphen" else " ")
    return " ".join("".join(parts).split())
