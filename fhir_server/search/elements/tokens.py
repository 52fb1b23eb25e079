"""Codes, identifiers, contacts and flags to tokens (https://hl7.org/fhir/R4/search.html#token)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fhir_kernel.store.values import TokenValue, Value
from fhir_server.search.elements.fold import fold

FLAGS = "http://hl7.org/fhir/special-values"
"""The system of true and false."""


def of_coding(element: Any, out: list[Value]) -> None:
    """A Coding."""
    if element.__class__ is not dict:
        return
    system, code, display = element.get("system"), element.get("code"), element.get("display")
    if code.__class__ is str or display.__class__ is str:
        out.append(TokenValue(_text(system), _text(code), fold(display) if display.__class__ is str else ""))


def of_codeable_concept(element: Any, out: list[Value]) -> None:
    """Each coding of a CodeableConcept, and its text as a token without a code."""
    if element.__class__ is not dict:
        return
    codings = element.get("coding")
    if codings.__class__ is list:
        for each in codings:
            of_coding(each, out)
    text = element.get("text")
    if text.__class__ is str:
        out.append(TokenValue("", "", fold(text)))


def of_identifier(element: Any, out: list[Value]) -> None:
    """An Identifier, once for each code of its type."""
    token = identifier_token(element)
    if token is None:
        return
    kind = element.get("type")
    codings = kind.get("coding") if kind.__class__ is dict else None
    types = [_type(each) for each in codings if each.__class__ is dict] if codings.__class__ is list else []
    if types:
        out.extend(TokenValue(token.system, token.code, token.text, each) for each in types)
    else:
        out.append(token)


def identifier_token(element: Any) -> TokenValue | None:
    """The system and value of an Identifier with the text of its type; None where it has no value."""
    if element.__class__ is not dict or element.get("value").__class__ is not str:
        return None
    kind = element.get("type")
    text = kind.get("text") if kind.__class__ is dict else None
    return TokenValue(_text(element.get("system")), element["value"], fold(text) if text.__class__ is str else "")


def _type(coding: dict[str, Any]) -> str:
    return f"{_text(coding.get('system'))}|{_text(coding.get('code'))}"


def of_contact_point(element: Any, out: list[Value]) -> None:
    """A ContactPoint; its system (`phone`) serves as the system of the token."""
    if element.__class__ is dict and element.get("value").__class__ is str:
        out.append(TokenValue(_text(element.get("system")), element["value"]))


def of_boolean(element: Any, out: list[Value]) -> None:
    """A flag."""
    if element.__class__ is bool:
        out.append(TokenValue(FLAGS, "true" if element else "false"))


def of_code(system: str) -> Callable[[Any, list[Value]], None]:
    """A code, string, id or URI; `system` is that of the codes that the element is bound to, empty where unknown."""

    def extract(element: Any, out: list[Value]) -> None:
        if element.__class__ is str:
            out.append(TokenValue(system, element))

    return extract


def of_integer(element: Any, out: list[Value]) -> None:
    """A number that is searched for as a code."""
    if element.__class__ is int:
        out.append(TokenValue("", str(element)))


def _text(element: Any) -> str:
    return element if element.__class__ is str else ""
