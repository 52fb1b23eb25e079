"""A quick look at a narrative that proves most of them harmless without a full parse.

It accepts a subset of what https://hl7.org/fhir/R4/narrative.html allows: whoever passes is right, whoever does not is
looked at properly.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

_HEAD = '<div xmlns="http://www.w3.org/1999/xhtml">'
_SIGNS = r"\w;?@=+$.,/%\-~!*"
_URL = rf"[{_SIGNS}:#]*+"
_DATA = r"data:[\w/;+.=:\- ]*;base64,(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?+"
_RELATIVE = rf"[{_SIGNS}][{_SIGNS}#]*+"
_ENTITY = "&(?:amp|lt|gt|quot|apos|nbsp);"
_ATTRIBUTE = (
    r"(?:class|title|align|valign|border|cellpadding|cellspacing|colspan|rowspan|width|height|alt)"
    rf"=\"[^\"<&]*+(?:{_ENTITY}[^\"<&]*+)*+\""
    r"|style=\"(?:[^\"<>&(@\\]++|(?<=[ :]url)\(data:[^\"<>&()@\\]*+\))*+\""
    rf"|href=\"(?:(?:https?:|mailto:){_URL}|{_RELATIVE})\""
    rf"|src=\"(?:https?:{_URL}|{_DATA}|{_RELATIVE})\""
)
_START = re.compile(rf"([a-z]++[1-6]?)(?:\s++(?:{_ATTRIBUTE}))*+\s*+(/?)")
_END = re.compile(r"/([a-z]++[1-6]?)\s*+")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT = re.compile(rf"[^&>]*+(?:{_ENTITY}[^&>]*+)*+")
_FLOW = frozenset(("div", "td", "th", "li", "blockquote"))
_TEXTUAL = _FLOW | frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "pre"))
_ROWS = frozenset(("table", "tbody", "thead", "tfoot"))
_ACTIVE = ("javascript:", "behavio", "-moz-binding")
_LISTS = frozenset(("ul", "ol"))
_INLINE = frozenset(("a", "b", "i", "em", "strong", "small", "code", "tt", "sub", "sup"))
"""Not to be found inside themselves at any depth."""
_WITHOUT_TEXT = _ROWS | _LISTS | frozenset(("tr",))
_PLACES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "div", "pre", "blockquote"), _FLOW
        ),
        **dict.fromkeys((*_INLINE, "span", "br", "img"), _TEXTUAL | _INLINE),
        "hr": _TEXTUAL,
        "tr": _ROWS,
        **dict.fromkeys(("tbody", "thead", "tfoot"), frozenset(("table",))),
        **dict.fromkeys(("td", "th"), frozenset(("tr",))),
        "li": _LISTS,
    }
)
"""Where each element may stand; stricter than HTML."""
_VOID = frozenset(("br", "hr", "img"))
_MAX_DEPTH = 60
_SHORT = 200
"""Longer tags are read anew each time."""


class _Tag(NamedTuple):
    """What stands between `<` and `>`."""

    name: str
    is_end: bool
    is_empty: bool
    places: Collection[str]
    """In which elements it may stand."""
    is_inline: bool


def is_plainly_harmless(div: str) -> bool:
    """Whether `div` is well-formed, of known elements in their usual places, and has some text; in linear time."""
    if not div.startswith(_HEAD):
        return False
    _, first, *parts = div.split("<")
    text = first[len(_HEAD) - 1 :]
    return _is_fine(text) and _is_nested_well(parts, has_text=_is_text(text))


def _is_nested_well(parts: list[str], *, has_text: bool) -> bool:
    """`parts` are the tags after the first, without their `<`, each with the text that follows it."""
    stack = ["div"]
    for part in parts:
        inside, closing, text = part.partition(">")
        tag = _known_tag(inside) if len(inside) < _SHORT else _read_tag(inside)
        if tag is None or not closing or not stack:
            return False
        name, is_end, is_empty, places, is_inline = tag
        if is_end:
            if stack.pop() != name:
                return False
        elif stack[-1] not in places or (is_inline and name in stack) or len(stack) > _MAX_DEPTH:
            return False
        elif not is_empty:
            stack.append(name)
        if not text:
            continue
        if text.isspace():
            if text.strip(" \n\r\t") and not _is_fine(text):
                return False
        elif not stack or stack[-1] in _WITHOUT_TEXT or not _is_fine(text):
            return False
        else:
            has_text = has_text or _is_text(text)
    return has_text and not stack


def _read_tag(inside: str) -> _Tag | None:
    start = _START.fullmatch(inside)
    if start is not None:
        name, is_empty = start[1], bool(start[2])
        is_sound = (is_empty or name not in _VOID) and _are_fine_attributes(inside)
        return _Tag(name, False, is_empty, _PLACES.get(name, ()), name in _INLINE) if is_sound else None
    end = _END.fullmatch(inside)
    return _Tag(end[1], True, False, (), False) if end is not None else None


_known_tag = lru_cache(maxsize=4096)(_read_tag)
"""The same few tags make up all narratives."""


def _are_fine_attributes(inside: str) -> bool:
    """Whether no attribute stands twice, which is not well-formed, and no style runs anything."""
    before_values = inside.split('="')[:-1]
    names = {each.split()[-1] for each in before_values}
    if len(names) < len(before_values) or not (inside.isprintable() or _NO_XML.search(inside) is None):
        return False
    lowered = inside.lower() if "style" in names else ""
    return not any(word in lowered for word in _ACTIVE)


def _is_fine(text: str) -> bool:
    if not text.isprintable() and _NO_XML.search(text):
        return False
    return ("&" not in text and ">" not in text) or _TEXT.fullmatch(text) is not None


def _is_text(text: str) -> bool:
    return bool(text.replace("&nbsp;", " ").strip())
