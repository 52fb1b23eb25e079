"""Whether a resource has the JSON shape that its type asks for (https://hl7.org/fhir/R4/json.html).

Rules that hand a resource to code made for sound definitions ask this first; what is unsound is reported elsewhere.
"""

from __future__ import annotations

from typing import Any

from fhir_kernel.definitions.model import Field, Model
from fhir_kernel.resource import Resource

_NUMBERS = frozenset({"integer", "positiveInt", "unsignedInt"})
_DEEPEST = 100


def is_sound(value: Resource, type_name: str, model: Model, depth: int = 0) -> bool:
    """Whether all known parts of `value` are lists, objects, numbers and strings where the type has them."""
    schema = model.types.get(type_name)
    if schema is None or depth > _DEEPEST:
        return schema is None
    for name, part in value.items():
        field = schema.fields.get(name)
        if field is None:
            continue
        if isinstance(part, list) is not field.is_list:
            return False
        if not all(_fits(item, field, model, depth) for item in (part if field.is_list else (part,))):
            return False
    return True


def _fits(item: Any, field: Field, model: Model, depth: int) -> bool:
    if not field.is_primitive:
        return isinstance(item, dict) and is_sound(item, field.type, model, depth + 1)
    if field.type == "boolean":
        return isinstance(item, bool)
    if field.type in _NUMBERS:
        return isinstance(item, int) and not isinstance(item, bool)
    return field.type == "decimal" or isinstance(item, str)
