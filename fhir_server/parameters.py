"""The input parameters of an operation, checked against its table (https://hl7.org/fhir/R4/operations.html#executing).

Names that the table does not have are let through: clients send parameters of other versions. A parameter of a known
name has the right type, or the request is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from fhir_kernel.resource import Resource
from fhir_server.exchange import Pairs
from fhir_server.outcomes import RequestRefused, refused
from terminology.operations import Parameter

ParameterTable = Mapping[str, Parameter]
"""The parameters of an operation by name."""
GENERAL = frozenset(("_format", "_pretty", "_summary", "_elements"))
"""Parameters of every request, which are not the operation's (https://hl7.org/fhir/R4/http.html#parameters)."""
_NAMES = ("code", "id", "uri", "url", "canonical", "oid", "uuid")
_TEXTS = frozenset(("string", "markdown", *_NAMES, "date", "dateTime", "instant", "time"))
_WHOLE = frozenset(("integer", "positiveInt", "unsignedInt"))
_PARTS = frozenset(("", "part", "BackboneElement"))
_INTEGER = re.compile(r"-?[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?\Z")
_ANY = frozenset(("*", "Element"))
_BARE = {"ValueSet": "valueSet", "CodeSystem": "codeSystem", "ConceptMap": "conceptMap"}


def from_query(pairs: Pairs, known: ParameterTable) -> tuple[Resource, ...]:
    """The parameters that a query or a form states; a value that is empty states nothing.

    Raises RequestRefused where a known one has a type that a query cannot carry or a value that is not of its type.
    """
    made = [_from_text(name, value, known.get(name)) for name, value in pairs if value and name not in GENERAL]
    _refuse_repeats(made, known)
    return tuple(made)


def from_resource(resource: Resource, known: ParameterTable) -> tuple[Resource, ...]:
    """The parameters in a body: Parameters, or the ValueSet, CodeSystem or ConceptMap that the operation is about.

    Raises RequestRefused where the body is neither or a known parameter is repeated or of another type.
    """
    kind = resource.get("resourceType")
    if kind != "Parameters":
        name = _BARE.get(str(kind), "")
        if name not in known:
            raise refused("invalid", f"The body is {_described(kind)}; expected Parameters")
        return ({"name": name, "resource": resource},)
    rows = resource.get("parameter", [])
    if not isinstance(rows, list):
        raise refused("structure", "Parameters.parameter is not a list", expression="Parameters.parameter")
    checked = tuple(_checked(row, place, known) for place, row in enumerate(rows))
    _refuse_repeats(checked, known)
    return checked


def _described(kind: object) -> str:
    return f"a {kind}" if isinstance(kind, str) else "without resourceType"


def _refuse_repeats(rows: Iterable[Resource], known: ParameterTable) -> None:
    seen: set[str] = set()
    for row in rows:
        name = row["name"]
        if name in seen:
            row_of = known.get(name)
            if row_of is not None and not row_of.repeats:
                raise refused("invalid", f"The parameter '{name}' is there more than once; expected once")
        seen.add(name)


def _checked(row: Any, place: int, known: ParameterTable) -> Resource:
    name = row.get("name") if isinstance(row, dict) else None
    if not isinstance(name, str) or not name:
        where = f"Parameters.parameter[{place}]"
        raise refused("required", f"{where} has no name", expression=f"{where}.name")
    parameter = known.get(name)
    if parameter is None or parameter.type in _ANY:
        return dict(row)
    if parameter.type == "resource" or parameter.type in _PARTS:
        held = "resource" if parameter.type == "resource" else "part"
        if not isinstance(row.get(held), dict if held == "resource" else list):
            raise _wrong_type(name, _held(row), held, place)
        return dict(row)
    return _checked_value(row, parameter, place)


def _checked_value(row: Resource, known: Parameter, place: int) -> Resource:
    held = _held(row)
    if not held.startswith("value") or not _fits(held[5:], known.type):
        raise _wrong_type(known.name, held, _key(known.type), place)
    value = row[held]
    if known.type == "boolean" and value in ("true", "false"):
        return {**row, held: value == "true"}
    if not _is_of(value, known.type):
        expected = f"a {_shape(known.type)}"
        text = f"The parameter '{known.name}' has the value {_short(value)} in {held}; expected {expected}"
        raise refused("value", text, expression=f"Parameters.parameter[{place}].{held}")
    return row


def _held(row: Resource) -> str:
    """The key that holds the value of a parameter: `valueCode`, `resource` or `part`; empty where there is none."""
    return next((key for key in row if key.startswith("value") or key in ("resource", "part")), "")


def _key(kind: str) -> str:
    return "value" + kind[:1].upper() + kind[1:]


def _fits(found: str, expected: str) -> bool:
    """Whether a value written as one type serves for another: all texts do for one another, so do all integers."""
    found = found[:1].lower() + found[1:]
    if found == expected[:1].lower() + expected[1:]:
        return True
    return any(found in family and expected in family for family in (_TEXTS, _WHOLE))


def _is_of(value: Any, kind: str) -> bool:
    if kind in _TEXTS:
        return isinstance(value, str) and value != ""
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "decimal":
        return isinstance(value, int | Decimal) and not isinstance(value, bool)
    return isinstance(value, dict) if kind[:1].isupper() else True


def _shape(kind: str) -> str:
    if kind in _TEXTS:
        return f"text that is not empty ({kind})"
    return f"whole number ({kind})" if kind in _WHOLE else kind


def _wrong_type(name: str, found: str, expected: str, place: int) -> RequestRefused:
    text = f"The parameter '{name}' has {found or 'no value'}; expected {expected}"
    where = f"Parameters.parameter[{place}]"
    return refused("value", text, expression=f"{where}.{found}" if found else where)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _from_text(name: str, text: str, known: Parameter | None) -> Resource:
    if known is None or known.type in _ANY:
        return {"name": name, "valueString": text}
    kind = known.type
    if kind in _TEXTS:
        return {"name": name, _key(kind): text}
    if kind not in _FROM_TEXT:
        what = {"resource": "a resource"}.get(kind, f"a {kind}" if kind not in _PARTS else "made of parts")
        raise refused("value", f"The parameter '{name}' is {what}, which a URL cannot carry; send Parameters by POST")
    convert, expected = _FROM_TEXT[kind]
    try:
        return {"name": name, _key(kind): convert(text)}
    except (KeyError, ValueError):
        raise refused("value", f"The parameter '{name}' is {_short(text)}; expected {expected}") from None


def _whole_number(text: str) -> int:
    if not _INTEGER.match(text):
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.match(text):
        raise ValueError(text)
    return Decimal(text)


_FROM_TEXT: Mapping[str, tuple[Callable[[str], Any], str]] = {
    "boolean": ({"true": True, "false": False}.__getitem__, "true or false"),
    "decimal": (_decimal, "a number"),
    **dict.fromkeys(_WHOLE, (_whole_number, "a whole number")),
}
