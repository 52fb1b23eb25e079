"""Reads large XML documents that are not FHIR element by element: no entities, no network, nothing fetched.

A DOCTYPE may name an external definition, which is never read; one with definitions of its own is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from fhir_kernel.codec.xml_tree import Element
from fhir_kernel.errors import CodecError, LimitExceeded

_CHUNK = 1 << 16
_OWN_DEFINITIONS = "the DOCTYPE has definitions of its own; expected none"
_INTERNAL_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY", re.IGNORECASE)
MAX_DEPTH = 64


def read_elements(
    stream: IO[bytes], names: frozenset[str], *, max_depth: int = MAX_DEPTH, max_within: int | None = None
) -> Iterator[Element]:
    """The root element as it begins, then the outermost elements with these local names, in order, when they end.

    Each is emptied when the next is asked for; `max_within` is how many elements there may be in one, all of which are
    in memory at a time. Raises CodecError, LimitExceeded.
    """
    depth = inside = within = 0
    for event, element in _events(stream):
        is_wanted = depth > (event == "end") and local_name(element) in names
        if event == "start":
            if depth == 0:
                _check_doctype(element)
                yield element
            depth += 1
            inside += is_wanted
            within = within + 1 if inside > is_wanted else inside
            if max_within is not None and within > max_within:
                raise LimitExceeded(f"an XML element has more than {max_within} others in it")
            if depth > max_depth:
                raise LimitExceeded(f"the XML elements are nested deeper than {max_depth}")
            continue
        depth -= 1
        inside -= is_wanted
        if not inside:
            if is_wanted:
                yield element
            _forget(element)


def local_name(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Element) -> str:
    """All text inside an element, runs of white space as one blank."""
    return " ".join("".join(str(part) for part in element.itertext()).split())


def line_of(element: Element) -> int:
    """The line of the text on which an element begins; 0 where the parser does not know."""
    line: Any = element.sourceline
    return line or 0


def _events(stream: IO[bytes]) -> Iterator[tuple[str, Element]]:
    chunk = stream.read(_CHUNK)
    if _INTERNAL_SUBSET.search(chunk):
        raise CodecError(_OWN_DEFINITIONS)
    parser: Any = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        while chunk:
            parser.feed(chunk)
            yield from parser.read_events()
            chunk = stream.read(_CHUNK)
        parser.close()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise CodecError(f"the text is not well-formed XML: {error.msg}", line=line, column=column) from None


def _check_doctype(root: Element) -> None:
    """What the look at the bytes missed, as in UTF-16."""
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise CodecError(_OWN_DEFINITIONS)


def _forget(element: Element) -> None:
    """Empties an element that was read, and lets go of those before it; the parser still needs the element itself."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
