"""Names, addresses and texts to strings, and URIs (https://hl7.org/fhir/R4/search.html#string, #uri)."""

from __future__ import annotations

from typing import Any

from fhir_kernel.store.values import StringValue, UriValue, Value
from fhir_server.search.elements.fold import fold

_NAME = ("text", "family", "given", "prefix", "suffix")
_ADDRESS = ("text", "line", "city", "district", "state", "postalCode", "country")


def of_string(element: Any, out: list[Value]) -> None:
    """A text."""
    if element.__class__ is str:
        out.append(StringValue(fold(element), element))


def of_human_name(element: Any, out: list[Value]) -> None:
    """Each part of a HumanName."""
    _parts(element, _NAME, out)


def of_address(element: Any, out: list[Value]) -> None:
    """Each part of an Address."""
    _parts(element, _ADDRESS, out)


def of_codeable_concept(element: Any, out: list[Value]) -> None:
    """The text of a CodeableConcept and the displays of its codings."""
    _parts(element, ("text",), out)
    if element.__class__ is dict:
        for coding in _listed(element.get("coding")):
            _parts(coding, ("display",), out)


def of_contact_point(element: Any, out: list[Value]) -> None:
    """The number or address of a ContactPoint, or the value of an Identifier."""
    _parts(element, ("value",), out)


def of_annotation(element: Any, out: list[Value]) -> None:
    """The text of an Annotation."""
    _parts(element, ("text",), out)


def of_uri(element: Any, out: list[Value]) -> None:
    """A URI."""
    if element.__class__ is str:
        out.append(UriValue(element))


def of_canonical_as_uri(element: Any, out: list[Value]) -> None:
    """A canonical, as it is and without its version: whoever asks for a profile means any version of it."""
    if element.__class__ is str:
        out.append(UriValue(element))
        url, bar, _ = element.partition("|")
        if bar:
            out.append(UriValue(url))


def _parts(element: Any, names: tuple[str, ...], out: list[Value]) -> None:
    if element.__class__ is not dict:
        return
    for name in names:
        part = element.get(name)
        if part.__class__ is str:
            out.append(StringValue(fold(part), part))
        elif part.__class__ is list:
            for each in part:
                of_string(each, out)


def _listed(element: Any) -> list[Any]:
    return element if isinstance(element, list) else []
