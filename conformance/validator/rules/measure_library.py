"""What a Library defines, read from the ELM that it carries.

https://hl7.org/fhir/R4/library.html and https://cql.hl7.org/elm.html
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

import orjson

from conformance.validator.rules.knowledge_values import objects, part, text
from fhir_kernel.resource import Resource

_XML, _JSON = "application/elm+xml", "application/elm+json"
_LIBRARY = re.compile(rb"<(?:\w+:)?library\b[^>]*\"urn:hl7-org:elm:r1\"")
_STATEMENTS = re.compile(rb"<(?:\w+:)?statements\b.*?</(?:\w+:)?statements>", re.DOTALL)
_DEF = re.compile(rb"<(?:\w+:)?def\b[^>]*?\bname=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class Definitions:
    """The names that a library's ELM defines."""

    name: str | None
    url: str | None
    names: frozenset[str] | None
    """None where the library carries no ELM."""
    problem: str | None = None
    """Why the ELM cannot be read."""


def read_library(library: Resource) -> Definitions:
    """The definitions in the first ELM among the contents of `library`."""
    name, url = text(library, "name"), text(library, "url")
    for content in objects(library, "content"):
        kind, data = text(content, "contentType"), text(content, "data")
        if kind in (_XML, _JSON) and data is not None:
            return _read(name, url, str(kind), data)
    return Definitions(name, url, None)


def _read(name: str | None, url: str | None, kind: str, data: str) -> Definitions:
    try:
        body = base64.b64decode(data)
        names = _names_in_json(body) if kind == _JSON else _names_in_xml(body)
    except (binascii.Error, orjson.JSONDecodeError) as problem:
        return Definitions(name, url, None, str(problem))
    if names is None:
        return Definitions(name, url, None, "no ELM library")
    return Definitions(name, url, names)


def _names_in_json(body: bytes) -> frozenset[str] | None:
    library = orjson.loads(body)
    if not isinstance(library, dict) or not isinstance(library.get("library"), dict):
        return None
    definitions = objects(part(library["library"], "statements"), "def")
    return frozenset(name for each in definitions if (name := text(each, "name")) is not None)


def _names_in_xml(body: bytes) -> frozenset[str] | None:
    """The names of the top definitions; their inner parts hold no `def` elements."""
    if _LIBRARY.search(body) is None:
        return None
    statements = _STATEMENTS.search(body)
    found = _DEF.findall(statements.group(0)) if statements else []
    return frozenset(name.decode("utf-8", "replace") for name in found)
