"""Which paragraphs of a DOCX are headings and how they are numbered (ECMA-376 part 1, 17.7 styles, 17.9 numbering)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fhir_kernel.codec.xml_stream import local_name, read_elements
from registry.drafting.text.docx_archive import small_part

if TYPE_CHECKING:
    from fhir_kernel.codec.xml_tree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 9
_MOST_WITHIN = 10_000


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph says, or has from its style: outline level (0 is the highest), list and level of the list."""

    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How one level of a list is numbered: `%1.%2` stands for the counters of the levels."""

    start: int
    format: str
    text: str
    style: str | None


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph styles and the lists of a document."""

    styles: Mapping[str, Style] = field(default_factory=dict)
    lists: Mapping[str, Mapping[int, ListLevel]] = field(default_factory=dict)
    """By the id of the list, its levels."""
    abstract: Mapping[str, str] = field(default_factory=dict)
    """Lists that share one abstract definition count on together."""

    def of(self, element: Element) -> tuple[Style, str | None]:
        """What holds for a paragraph, and the id of its style."""
        own = _style(element)
        name = _value(_below(element, "pPr", "pStyle"))
        for each in self._chain(name):
            own = Style(
                own.outline if own.outline is not None else each.outline,
                own.list_id or each.list_id,
                own.list_level if own.list_level is not None else each.list_level,
            )
        return own, name

    def _chain(self, name: str | None) -> Iterator[Style]:
        seen: set[str] = set()
        while name is not None and name not in seen and name in self.styles:
            seen.add(name)
            yield self.styles[name]
            name = self.styles[name].base


def read_styles(archive: zipfile.ZipFile, folder: str) -> Styles:
    """The styles and lists in the parts beside the main part. Raises CodecError, LimitExceeded."""
    styles, abstract, levels = {}, {}, {}
    for element in _elements(archive, f"{folder}styles.xml", "style"):
        if (name := element.get(W + "styleId")) is not None:
            styles[str(name)] = _named_style(element)
    for element in _elements(archive, f"{folder}numbering.xml", "abstractNum", "num"):
        if local_name(element) == "abstractNum":
            levels[str(element.get(W + "abstractNumId"))] = dict(_levels(element))
        else:
            abstract[str(element.get(W + "numId"))] = _value(_below(element, "abstractNumId")) or ""
    return Styles(styles, {each: levels.get(of, {}) for each, of in abstract.items()}, abstract)


def _elements(archive: zipfile.ZipFile, name: str, *wanted: str) -> Iterator[Element]:
    if name in archive.namelist():
        with small_part(archive, name) as part:
            found = read_elements(part, frozenset(wanted), max_within=_MOST_WITHIN)
            next(found, None)  # the root
            yield from found


def _named_style(element: Element) -> Style:
    style = _style(element)
    title = (_value(_below(element, "name")) or "").lower()
    outline = style.outline
    if outline is None and title.startswith("heading ") and title[8:].isdecimal():
        outline = int(title[8:]) - 1
    return Style(outline, style.list_id, style.list_level, _value(_below(element, "basedOn")))


def _style(element: Element) -> Style:
    outline = _number(_value(_below(element, "pPr", "outlineLvl")))
    return Style(
        outline,
        _value(_below(element, "pPr", "numPr", "numId")),
        _number(_value(_below(element, "pPr", "numPr", "ilvl"))),
    )


def _levels(element: Element) -> Iterator[tuple[int, ListLevel]]:
    for level in element.iter(W + "lvl"):
        place = _number(level.get(W + "ilvl"))
        if place is not None and place < _DEEPEST:
            start = _number(_value(_below(level, "start")))
            yield (
                place,
                ListLevel(
                    1 if start is None else start,
                    _value(_below(level, "numFmt")) or "decimal",
                    _value(_below(level, "lvlText")) or "",
                    _value(_below(level, "pStyle")),
                ),
            )


def _below(element: Element, *steps: str) -> Element | None:
    found: Element | None = element
    for step in steps:
        found = found.find(W + step) if found is not None else None
    return found


def _value(element: Element | None) -> str | None:
    value = element.get(W + "val") if element is not None else None
    return str(value) if value is not None else None


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 7 else None
