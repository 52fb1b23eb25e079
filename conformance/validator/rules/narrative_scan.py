"""A quick look at a narrative that proves most of them harmless without a full parse.

It accepts a subset of what https://hl7.org/fhir/R4/narrative.html allows: whoever passes is right, whoever does not is
looked at properly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_HEAD = '<div xmlns="http://www.w3.org/1999/xhtml">'
_SIGNS = r"\w;?@=+$.,/%\-~!*"
_URL = rf"[{_SIGNS}:#]*+"
_DATA = r"data:[\w/;+.=:\- ]*;base64,(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?+"
_RELATIVE = rf"[{_SIGNS}][{_SIGNS}#]*+"
_NO_XML = r"\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_ENTITY = "&(?:amp|lt|gt|quot|apos|nbsp);"
_ATTRIBUTE = (
    r"(?:class|title|align|valign|border|cellpadding|cellspacing|colspan|rowspan|width|height|alt)"
    rf"=\"(?:[^\"<&{_NO_XML}]++|{_ENTITY})*+\""
    r"|style=\"(?![^\"]*(?i:javascript:|behavio|-moz-binding))"
    rf"(?:[^\"<>&(@\\{_NO_XML}]++|(?<=[ :]url)\(data:[^\"<>&()@\\{_NO_XML}]*+\))*+\""
    rf"|href=\"(?:(?:https?:|mailto:){_URL}|{_RELATIVE})\""
    rf"|src=\"(?:https?:{_URL}|{_DATA}|{_RELATIVE})\""
)
_TEXT = rf"(?:[^<&>{_NO_XML}]++|{_ENTITY})*+"
_LEADING = re.compile(rf"{re.escape(_HEAD)}({_TEXT})")
_TAG = re.compile(rf"<(?:([a-z]++[1-6]?)(?:\s++(?:{_ATTRIBUTE}))*+\s*+(/?)|/([a-z]++[1-6]?)\s*+)>({_TEXT})")
_FLOW = frozenset(("div", "td", "th", "li", "blockquote"))
_TEXTUAL = _FLOW | frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "pre"))
_ROWS = frozenset(("table", "tbody", "thead", "tfoot"))
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


def is_plainly_harmless(div: str) -> bool:
    """Whether `div` is well-formed, of known elements in their usual places, and has some text; in linear time."""
    head = _LEADING.match(div)
    return head is not None and _is_nested_well(div, head.end(), bool(head[1].strip()))


def _is_nested_well(div: str, at: int, has_text: bool) -> bool:
    stack = ["div"]
    match_tag = _TAG.match
    while stack:
        match = match_tag(div, at)
        if match is None:
            return False
        name, closed, end, text = match.groups()
        if end:
            if stack.pop() != end:
                return False
        elif stack[-1] not in _PLACES.get(name, ()):
            return False
        elif not closed:
            if name in _VOID or (name in _INLINE and name in stack):
                return False
            stack.append(name)
            if len(stack) > _MAX_DEPTH:
                return False
        if text and not text.isspace():
            if not stack or stack[-1] in _WITHOUT_TEXT:
                return False
            has_text = True
        at = match.end()
    return has_text and not div[at:].strip()
