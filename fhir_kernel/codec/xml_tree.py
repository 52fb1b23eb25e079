"""Secure parsing of XML: no DOCTYPE, no entities, no network, bounded size and depth."""

from __future__ import annotations

import re
from typing import TypeAlias

from lxml import etree

from fhir_kernel.codec.limits import Limits
from fhir_kernel.errors import CodecError, LimitExceeded

Element: TypeAlias = etree._Element

_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def parse_tree(data: bytes, limits: Limits) -> Element:
    """The root element of `data`.

    Raises CodecError (line, column) where `data` is not well-formed XML or has a DOCTYPE, LimitExceeded where it is
    larger or deeper than `limits`.
    """
    if len(data) > limits.max_bytes:
        raise LimitExceeded(f"the XML text has {len(data)} bytes; at most {limits.max_bytes} are allowed")
    if not data.strip():
        raise CodecError("the text is empty; expected an XML document", line=1, column=1)
    root = _parse(data, limits)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(data)
    if data.count(b"<") > limits.max_xml_depth:
        _refuse_deep(root, limits.max_xml_depth)
    return root


def _parse(data: bytes, limits: Limits) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if _DOCTYPE.search(data):
            raise _doctype(data) from None
        reason = (error.msg or "not well-formed").rpartition(", line")[0] or error.msg
        if "Excessive depth" in str(error):
            raise LimitExceeded(f"the XML elements are nested deeper than {limits.max_xml_depth}") from None
        if "too long" in reason or "too big" in reason or "huge" in reason.lower():
            raise LimitExceeded(f"a part of the XML text is too large: {reason}") from None
        line, column = error.position
        raise CodecError(f"the text is not well-formed XML: {reason}", line=line, column=column) from None
    return root


def _doctype(data: bytes) -> CodecError:
    found = _DOCTYPE.search(data)
    start = found.start() if found else 0
    line = data.count(b"\n", 0, start) + 1
    column = start - (data.rfind(b"\n", 0, start) + 1) + 1
    return CodecError("the XML has a DOCTYPE; FHIR allows none", line=line, column=column)


def _refuse_deep(root: Element, max_depth: int) -> None:
    if root.xpath(f"boolean({'/*' * (max_depth + 1)})"):
        raise LimitExceeded(f"the XML elements are nested deeper than {max_depth}")
