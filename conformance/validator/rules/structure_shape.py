"""Whether a resource has the JSON shape that its type asks for (https://hl7.org/fhir/R4/json.html).

Rules that hand a resource to code made for sound definitions ask this first; what is unsound is reported elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource

_CLASSES: Mapping[str, type] = MappingProxyType(
    {"boolean": bool, "integer": int, "positiveInt": int, "unsignedInt": int}
)
"""By primitive type, the class of its values where that is not `str`; a decimal may be of several."""
_DEEPEST = 100


def is_sound(value: Resource, type_name: str, model: Model, depth: int = 0) -> bool:
    """Whether all known parts of `value` are lists, objects, numbers and strings where the type has them."""
    schema = model.types.get(type_name)
    if schema is None or depth > _DEEPEST:
        return schema is None
    fields = schema.fields
    for name, part in value.items():
        field = fields.get(name)
        if field is None:
            continue
        if (part.__class__ is list) is not field.is_list:
            return False
        items = part if field.is_list else (part,)
        if not field.is_primitive:
            for item in items:
                if item.__class__ is not dict or not is_sound(item, field.type, model, depth + 1):
                    return False
        elif field.type != "decimal":
            wanted = _CLASSES.get(field.type, str)
            for item in items:
                if item.__class__ is not wanted:
                    return False
    return True
