"""The value of a FHIRPath Patch operation as content of an element (https://hl7.org/fhir/R4/fhirpatch.html).

Data types are given as `value[x]`, elements without a named type by parts that are their children.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.definitions.model import Field, Model, TypeSchema
from fhir_kernel.resource import Resource
from fhir_server.patch.element_tree import Content
from fhir_server.patch.refusal import inapplicable, listed, malformed, shown

_TEXTS = ("string", "uri", "xhtml")
"""Types that, with what is derived from them, are written as any text."""
_ALIKE = {"date": ("dateTime",), "instant": ("dateTime",), "decimal": ("integer",), "integer": ("decimal",)}


class ElementValues:
    """Makes contents along the types of a model; `where` in its methods begins what a refusal says."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def fields(self, owner: str, name: str, where: str) -> Sequence[Field]:
        """The fields that an element name stands for: one, or each type of a choice. Raises RequestRefused."""
        schema = self._model.types.get(owner)
        if schema is not None:
            if name in schema.choices:
                return schema.choices[name]
            if name in schema.fields:
                return (schema.fields[name],)
        raise inapplicable(where, f"{owner} has no element '{name}'; it has {_names(schema)}")

    def content(self, row: Resource, fields: Sequence[Field], where: str) -> tuple[Field, Content]:
        """The content that a parameter gives, and the field among `fields` that takes it.

        Raises RequestRefused where it has another type than any of them.
        """
        if "part" in row:
            return self._of_parts(row["part"], fields, where)
        if "resource" in row:
            return self._of_resource(row["resource"], fields, where)
        key = next((each for each in row if each.startswith("value")), None)
        companion_key = next((each for each in row if each.startswith("_value")), None)
        if key is None and companion_key is None:
            raise malformed(where, "the part 'value' has neither a value nor parts", code="required")
        found = (key or str(companion_key)[1:]).removeprefix("value")
        field = self._taking(found, fields)
        if field is None:
            expected = listed([self._described(each) for each in fields])
            raise inapplicable(where, f"the value is a value{found}; '{fields[0].element}' takes {expected}")
        value = row.get(key) if key is not None else None
        _check_shape(value, field, where)
        companion = row.get("_value" + found)
        return field, Content(value, companion if isinstance(companion, dict) else None)

    def _taking(self, found: str, fields: Sequence[Field]) -> Field | None:
        exact = [each for each in fields if each.type == found or each.type == found[:1].lower() + found[1:]]
        return next((each for each in (exact or fields) if exact or self._takes(each.type, found)), None)

    def _takes(self, wanted: str, found: str) -> bool:
        """Whether a value that says it is one type can be one of another: either derived from the other, or alike."""
        is_a = self._model.is_a
        if found not in self._model.types:
            found = found[:1].lower() + found[1:]
        if is_a(wanted, found) or is_a(found, wanted) or wanted in _ALIKE.get(found, ()):
            return True
        return all(any(is_a(each, text) for text in _TEXTS) for each in (wanted, found))

    def _of_resource(self, resource: Any, fields: Sequence[Field], where: str) -> tuple[Field, Content]:
        for field in fields:
            if field.type == "Resource" and isinstance(resource, dict):
                return field, Content(resource)
        raise inapplicable(where, f"the value is a resource; '{fields[0].element}' takes {fields[0].type}")

    def _of_parts(self, parts: Any, fields: Sequence[Field], where: str) -> tuple[Field, Content]:
        field = fields[0]
        if len(fields) > 1 or field.is_primitive or field.type == "Resource":
            expected = listed([self._described(each) for each in fields])
            raise inapplicable(where, f"the value is made of parts; '{field.element}' takes {expected}")
        made: Resource = {}
        for part in parts if isinstance(parts, list) else ():
            name = part.get("name") if isinstance(part, dict) else None
            if not isinstance(name, str):
                raise malformed(where, f"a part of the value is named {shown(name)}; expected the name of an element")
            inner, content = self.content(part, self.fields(field.type, name, where), where)
            _put(made, inner, content, where)
        return field, Content(made)

    def _described(self, field: Field) -> str:
        if field.type == "Resource":
            return "a resource"
        if "." in field.type:
            return f"parts, as {field.type} is no data type"
        return "value" + field.type[:1].upper() + field.type[1:]


def _put(holder: Resource, field: Field, content: Content, where: str) -> None:
    key = field.name
    if not field.is_list:
        if key in holder or "_" + key in holder:
            raise malformed(where, f"the part '{key}' of the value is there more than once; {field.element} is no list")
        if content.value is not None:
            holder[key] = content.value
        if content.companion:
            holder["_" + key] = content.companion
        return
    holder.setdefault(key, []).append(content.value)
    if field.is_primitive:
        companions = holder.setdefault("_" + key, [])
        companions.extend([None] * (len(holder[key]) - 1 - len(companions)))
        companions.append(content.companion)


def _check_shape(value: Any, field: Field, where: str) -> None:
    if value is not None and isinstance(value, dict | list) == field.is_primitive:
        raise malformed(where, f"the value is {shown(value)}; expected a {field.type}", code="value")


def _names(schema: TypeSchema | None) -> str:
    if schema is None:
        return "none"
    return listed(list(dict.fromkeys(each.element for each in schema.fields.values())), 40)
