"""The XHTML of a narrative between JSON, where it is a string, and XML (https://hl7.org/fhir/R4/narrative.html)."""

from __future__ import annotations

import re
from copy import deepcopy
from html.entities import html5

from lxml import etree

from fhir_kernel.codec.limits import DEFAULT_LIMITS
from fhir_kernel.codec.xml_tree import Element, parse_tree
from fhir_kernel.errors import CodecError

FHIR_NS = "http://hl7.org/fhir"
XHTML_NS = "http://www.w3.org/1999/xhtml"

_VOID = frozenset(f"{{{XHTML_NS}}}{name}" for name in ("br", "col", "hr", "img"))
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>\s*")


def serialise(div: Element) -> str:
    """`div` as one string whose root declares the XHTML namespace; only `br`, `col`, `hr`, `img` close themselves."""
    if div.nsmap != {None: XHTML_NS}:
        div = _without_prefixes(div)
    for node in div.iter("*"):
        if node.text is None and not len(node) and node.tag not in _VOID:
            node.text = ""
    return etree.tostring(div, encoding="unicode", with_tail=False)


def embed(div: str) -> str:
    """`div` as it can stand inside an XML document. Raises CodecError where it is no well-formed `div`."""
    text = _as_xml(div)
    root = _parse(text)
    if root.tag == f"{{{XHTML_NS}}}div":
        return text
    if root.tag == "div":
        return f'<div xmlns="{XHTML_NS}"' + text.removeprefix("<div")
    raise CodecError(f"the narrative's root is '{root.tag}'; expected 'div' in the namespace {XHTML_NS}")


def parse_div(div: str) -> Element:
    """The root element that the string `div` holds; entities that HTML names are allowed.

    Raises CodecError where it is not well-formed or has a DOCTYPE, LimitExceeded.
    """
    return _parse(_as_xml(div))


def numeric_entities(text: str) -> str:
    """`text` with the entities that HTML names (`&nbsp;`), but XML does not, as numbers."""
    return _NAMED.sub(_numeric, text) if "&" in text else text


def _numeric(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_ENTITIES or name not in html5:
        return match[0]
    return "".join(f"&#{ord(character)};" for character in html5[name])


def _as_xml(div: str) -> str:
    bare = _DECLARATION.sub("", div, count=1) if div.lstrip().startswith("<?") else div.strip()
    return numeric_entities(bare)


def _parse(text: str) -> Element:
    try:
        return parse_tree(text.encode(), DEFAULT_LIMITS)
    except UnicodeEncodeError:
        raise CodecError("the narrative holds a lone surrogate") from None


def _without_prefixes(node: Element) -> Element:
    clean = etree.fromstring(f'<div xmlns="{XHTML_NS}"/>')
    _copy(node, clean)
    return clean


def _copy(source: Element, target: Element) -> None:
    for key, value in source.attrib.items():
        target.set(key, value)
    target.text = source.text
    for child in source:
        if isinstance(child.tag, str):
            copied = etree.SubElement(target, child.tag)
            _copy(child, copied)
            copied.tail = child.tail
        else:
            target.append(deepcopy(child))
