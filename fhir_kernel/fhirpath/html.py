"""The rules for narrative XHTML (https://hl7.org/fhir/R4/narrative.html#xhtml), as `htmlChecks()` asks them."""

from __future__ import annotations

import re
from xml.parsers import expat

_ELEMENTS = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "ul",
        "var",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "abbr",
        "accesskey",
        "align",
        "alt",
        "axis",
        "bgcolor",
        "border",
        "cellhalign",
        "cellpadding",
        "cellspacing",
        "cellvalign",
        "char",
        "charoff",
        "charset",
        "cite",
        "class",
        "colspan",
        "compact",
        "coords",
        "dir",
        "frame",
        "headers",
        "height",
        "href",
        "hreflang",
        "hspace",
        "id",
        "lang",
        "longdesc",
        "name",
        "nowrap",
        "rel",
        "rev",
        "rowspan",
        "rules",
        "scope",
        "shape",
        "span",
        "src",
        "start",
        "style",
        "summary",
        "tabindex",
        "title",
        "type",
        "valign",
        "value",
        "vspace",
        "width",
        "xml:lang",
        "xmlns",
        "xml:space",
    ]
)
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z][A-Za-z0-9]*;")


class _Refused(Exception):
    """The text breaks a rule."""


def is_good_html(text: str) -> bool:
    """Whether `text` is one `div` of allowed elements and attributes with something to read in it."""
    parser = expat.ParserCreate()
    seen: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        is_allowed = name in _ELEMENTS and (seen or name == "div") and all(a in _ATTRIBUTES for a in attributes)
        if not is_allowed:
            raise _Refused
        seen.append("" if name != "img" else "img")

    def characters(data: str) -> None:
        if data.strip():
            seen.append("text")

    def refuse(*_: object) -> None:
        raise _Refused

    parser.StartElementHandler, parser.CharacterDataHandler = start, characters
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(_ENTITY.sub(" ", text), True)
    except (_Refused, expat.ExpatError):
        return False
    return "text" in seen or "img" in seen
