"""Reading parts of a resource that may be malformed: what has not the expected shape counts as absent.

https://hl7.org/fhir/R4/json.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from fhir_kernel.resource import Resource

_PRIMITIVES = {
    name[0].upper() + name[1:]: name
    for name in (
        "base64Binary",
        "boolean",
        "canonical",
        "code",
        "date",
        "dateTime",
        "decimal",
        "id",
        "instant",
        "integer",
        "markdown",
        "oid",
        "positiveInt",
        "string",
        "time",
        "unsignedInt",
        "uri",
        "url",
        "uuid",
    )
}


class Typed(NamedTuple):
    """The value of a choice element and its FHIR type: `("string", "x")`, `("Coding", {…})`."""

    type: str
    value: Any


def rows(element: Any, name: str) -> Sequence[tuple[int, Resource]]:
    """The objects in the list `name` of `element`, each with its position."""
    found = element.get(name) if isinstance(element, dict) else None
    if not isinstance(found, list):
        return ()
    return [(at, row) for at, row in enumerate(found) if isinstance(row, dict)]


def objects(element: Any, name: str) -> list[Resource]:
    """The objects in the list `name` of `element`."""
    return [row for _, row in rows(element, name)]


def text(element: Any, name: str) -> str | None:
    """The string `name` of `element`; None where it is absent or empty."""
    found = element.get(name) if isinstance(element, dict) else None
    return found if isinstance(found, str) and found else None


def part(element: Any, name: str) -> Resource:
    """The object `name` of `element`; empty where it is absent."""
    found = element.get(name) if isinstance(element, dict) else None
    return found if isinstance(found, dict) else {}


def choice(element: Any, name: str = "value") -> Typed | None:
    """The value of the choice element `name`: of `valueString` for `value`."""
    if not isinstance(element, dict):
        return None
    width = len(name)
    for key, value in element.items():
        if key.startswith(name) and key[width : width + 1].isupper() and value is not None:
            return Typed(_PRIMITIVES.get(key[width:], key[width:]), value)
    return None


def extensions(element: Any, url: str) -> Iterator[Resource]:
    """The extensions of `element` with this URL."""
    return (row for _, row in rows(element, "extension") if row.get("url") == url)


def extension(element: Any, url: str) -> Typed | None:
    """The value of the first extension of `element` with this URL."""
    if not isinstance(element, dict) or "extension" not in element:
        return None
    return next((choice(row) for row in extensions(element, url)), None)


def number(value: Any) -> Decimal | None:
    """The number that a JSON value is, with its digits; None where it is none."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        made = Decimal(str(value))
    except InvalidOperation:
        return None
    return made if made.is_finite() else None


def integer(value: Any) -> int | None:
    """The whole number that a JSON value is; None where it is none."""
    made = number(value)
    return int(made) if made is not None and made == made.to_integral_value() else None


def concept_codings(concept: Any) -> list[tuple[str | None, str]]:
    """System and code of each coding of a CodeableConcept that has a code."""
    found: list[tuple[str | None, str]] = []
    for _, coding in rows(concept, "coding"):
        code = text(coding, "code")
        if code is not None:
            found.append((text(coding, "system"), code))
    return found


def concept_label(concept: Any) -> str:
    """A CodeableConcept in one line: its text, or its codes."""
    return text(concept, "text") or ", ".join(f"{system or ''}#{code}" for system, code in concept_codings(concept))
