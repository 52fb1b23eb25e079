"""The operations of a FHIRPath Patch, read from Parameters (https://hl7.org/fhir/R4/fhirpatch.html)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_kernel.resource import Resource
from fhir_server.patch.limits import PatchLimits
from fhir_server.patch.refusal import beyond, listed, malformed, shown

TYPES: Mapping[str, tuple[str, ...]] = {
    "add": ("path", "name", "value"),
    "insert": ("path", "value", "index"),
    "delete": ("path",),
    "replace": ("path", "value"),
    "move": ("path", "source", "destination"),
}
"""The parts that each type of operation needs besides `type`."""
_PARTS = frozenset(("type", "path", "name", "value", "index", "source", "destination"))
_NUMBERS = ("valueInteger", "valueUnsignedInt", "valuePositiveInt")
_TEXTS = ("valueString", "valueCode")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; of its parts, those that its type does not need are at their defaults."""

    where: str
    """How messages begin that are about it."""
    expression: str
    """Its place in the Parameters."""
    type: str
    path: str
    name: str = ""
    value: Resource | None = None
    """The part `value` as a whole, with its value, resource or parts."""
    index: int = 0
    source: int = 0
    destination: int = 0


def read_operations(parameters: Resource, limits: PatchLimits) -> Sequence[Operation]:
    """The operations in order. Raises RequestRefused where the Parameters are no FHIRPath Patch."""
    rows = parameters.get("parameter", [])
    if parameters.get("resourceType") != "Parameters" or not isinstance(rows, list):
        found = shown(parameters.get("resourceType"))
        raise malformed("The FHIRPath Patch", f"its resourceType is {found}; expected Parameters with operations")
    if len(rows) > limits.max_operations:
        text = f"it has {len(rows)} operations; at most {limits.max_operations} are allowed"
        raise beyond("The FHIRPath Patch", text)
    return [_operation(row, place) for place, row in enumerate(rows)]


def _operation(row: Any, place: int) -> Operation:
    where, expression = f"Operation {place + 1}", f"Parameters.parameter[{place}]"
    name = row.get("name") if isinstance(row, dict) else None
    if name != "operation":
        raise malformed(where, f"the parameter is named {shown(name)}; expected 'operation'", expression=expression)
    parts = _parts(row, where, expression)
    kind = _text(parts, "type", where, expression)
    if kind not in TYPES:
        text = f"its type is {shown(kind)}; expected one of {listed(TYPES)}"
        raise malformed(where, text, code="value", expression=expression)
    where = f"Operation {place + 1} ({kind})"
    needs = TYPES[kind]

    def words(name: str) -> str:
        return _text(parts, name, where, expression) if name in needs else ""

    def number(name: str) -> int:
        return _number(parts, name, where, expression) if name in needs else 0

    value = _part(parts, "value", where, expression) if "value" in needs else None
    numbers = (number("index"), number("source"), number("destination"))
    return Operation(where, expression, kind, _path(words("path")), words("name"), value, *numbers)


def _path(text: str) -> str:
    """The specification's own examples end in `text.div`, though `div` is a keyword of FHIRPath."""
    return text.removesuffix("div") + "`div`" if text.endswith(".div") else text


def _parts(row: Resource, where: str, expression: str) -> dict[str, Resource]:
    parts: dict[str, Resource] = {}
    rows = row.get("part")
    for part in rows if isinstance(rows, list) else ():
        name = part.get("name") if isinstance(part, dict) else None
        if name not in _PARTS:
            raise malformed(where, f"it has the part {shown(name)}; expected {listed(sorted(_PARTS))}")
        if name in parts:
            raise malformed(where, f"it has the part '{name}' more than once", expression=expression)
        parts[name] = part
    return parts


def _part(parts: Mapping[str, Resource], name: str, where: str, expression: str) -> Resource:
    part = parts.get(name)
    if part is None:
        text = f"the part '{name}' is missing; it has {listed(list(parts))}"
        raise malformed(where, text, code="required", expression=expression)
    return part


def _text(parts: Mapping[str, Resource], name: str, where: str, expression: str) -> str:
    part = _part(parts, name, where, expression)
    for key in _TEXTS:
        if isinstance(part.get(key), str) and part[key]:
            return str(part[key])
    raise _wrong(part, name, "text, as valueCode" if name == "type" else "text, as valueString", where, expression)


def _number(parts: Mapping[str, Resource], name: str, where: str, expression: str) -> int:
    part = _part(parts, name, where, expression)
    for key in _NUMBERS:
        value = part.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
    raise _wrong(part, name, "a whole number from 0 on, as valueInteger", where, expression)


def _wrong(part: Resource, name: str, expected: str, where: str, expression: str) -> Exception:
    held = {key: value for key, value in part.items() if key != "name"}
    text = f"the part '{name}' holds {shown(held)}; expected {expected}"
    return malformed(where, text, code="value", expression=expression)
