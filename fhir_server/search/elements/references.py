"""References and canonicals (https://hl7.org/fhir/R4/search.html#reference)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from fhir_kernel.store.values import ANY, ReferenceValue, Value
from fhir_server.search.elements.tokens import identifier_token

Read = Callable[[str], ReferenceValue]

_LOCAL = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/([A-Za-z0-9\-.]{1,64}))?(?:#.*)?", re.ASCII)
_VERSIONED = re.compile(r"(.*)/_history/([A-Za-z0-9\-.]{1,64})", re.ASCII)


def reference_reader(bases: Sequence[str]) -> Read:
    """Reads what stands in `Reference.reference`; what begins with one of `bases` is as local as a relative one."""
    prefixes = tuple(base.rstrip("/") + "/" for base in bases)

    def read(text: str) -> ReferenceValue:
        if text.startswith(prefixes):
            text = next(text[len(each) :] for each in prefixes if text.startswith(each))
        found = _LOCAL.fullmatch(text)
        if found is not None:
            return ReferenceValue(found[1], found[2], "", found[3] or "")
        versioned = _VERSIONED.fullmatch(text)
        return ReferenceValue("", "", versioned[1], versioned[2]) if versioned else ReferenceValue("", "", text)

    return read


def canonical_reader(read: Read) -> Read:
    """Reads a canonical: `url|version#fragment`; one of this server's own addresses is local besides."""

    def read_canonical(text: str) -> ReferenceValue:
        url, _, version = text.partition("#")[0].partition("|")
        found = read(url)
        named = url if found.id and not url.startswith(found.type) else found.url
        return ReferenceValue(found.type, found.id, named, version or found.version)

    return read_canonical


def of_reference(read: Read) -> Callable[[Any, list[Value]], None]:
    """A Reference: where it leads, or the identifier of what it means, or both."""

    def extract(element: Any, out: list[Value]) -> None:
        if element.__class__ is not dict:
            return
        target = element.get("reference")
        identifier = identifier_token(element["identifier"]) if "identifier" in element else None
        if target.__class__ is str:
            found = read(target)
            if identifier is not None:
                found = ReferenceValue(found.type, found.id, found.url, found.version, identifier)
            out.append(found)
        elif identifier is not None:
            out.append(ReferenceValue(identifier=identifier))

    return extract


def of_canonical(read: Read) -> Callable[[Any, list[Value]], None]:
    """A canonical or another URI; what names no version is told apart from what names one."""
    read_canonical = canonical_reader(read)

    def extract(element: Any, out: list[Value]) -> None:
        if element.__class__ is str:
            found = read_canonical(element)
            out.append(replace(found, version=ANY) if found.url and not found.version else found)

    return extract


def of_resource(element: Any, out: list[Value]) -> None:
    """A resource that stands in another, such as the first of a Bundle."""
    if element.__class__ is dict and isinstance(element.get("resourceType"), str):
        identity = element.get("id")
        out.append(ReferenceValue(element["resourceType"], identity if isinstance(identity, str) else ""))


def type_of_reference(element: Any, read: Read) -> str:
    """The type of resource that a Reference leads to, as far as it says so itself; else empty."""
    if element.__class__ is not dict:
        return ""
    target = element.get("reference")
    if target.__class__ is str:
        found = read(target)
        if found.type:
            return found.type
        elsewhere = _LOCAL.search(found.url) if "/" in found.url else None
        if elsewhere is not None and elsewhere.end() == len(found.url):
            return elsewhere[1]
    stated = element.get("type")
    return stated.rpartition("/")[2] if stated.__class__ is str else ""
