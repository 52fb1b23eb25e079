"""Writing of a resource as XML, along the model (https://hl7.org/fhir/R4/xml.html)."""

from __future__ import annotations

import re
from decimal import Decimal
from operator import attrgetter
from typing import Any

from fhir_kernel.codec.numbers import decimal_text
from fhir_kernel.codec.xhtml import FHIR_NS, embed
from fhir_kernel.definitions.model import Field, Model, TypeSchema
from fhir_kernel.errors import CodecError
from fhir_kernel.resource import Resource

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_SPECIAL = re.compile('[&<>"\\x00-\\x1f\\ud800-\\udfff\\ufffe\\uffff]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_ORDER = attrgetter("order")


class XmlWriter:
    """One writing: the text so far, and the way from the root to the element at hand."""

    def __init__(self, model: Model, *, pretty: bool) -> None:
        self._model = model
        self._parts: list[str] = [_DECLARATION]
        self._step = "  " if pretty else ""
        self._way: list[tuple[Field, int]] = []
        self._root = ""

    def text(self, resource: Resource) -> str:
        """The XML document of `resource`. Raises CodecError (path) where the model has no place for what it holds."""
        self._root = str(resource.get("resourceType", ""))
        self._resource(resource, f' xmlns="{FHIR_NS}"', "\n" if self._step else "")
        if self._step:
            self._parts.append("\n")
        return "".join(self._parts)

    def _resource(self, resource: Resource, attribute: str, indent: str) -> None:
        name = resource.get("resourceType")
        if not isinstance(name, str) or not self._model.is_resource(name):
            raise self._failure(f"{name!r} is not a resource type of FHIR R4")
        self._parts.append(f"{indent}<{name}{attribute}")
        self._content(resource, self._model.types[name], name, indent)

    def _content(self, value: Resource, schema: TypeSchema, tag: str, indent: str) -> None:
        """The rest of the element after `<tag`: attributes, children and end."""
        parts = self._parts
        rows: list[Field] = []
        for key, item in value.items():
            field = self._field(key, value, schema) if item is not None else None
            if field is None:
                continue
            if field.is_xml_attribute:
                parts.append(f' {key}="{self._literal(item)}"')
            else:
                rows.append(field)
        if not rows:
            parts.append("/>")
            return
        parts.append(">")
        rows.sort(key=_ORDER)
        inner = indent + self._step
        for field in rows:
            name = field.name
            if field.is_primitive:
                self._primitives(field, value.get(name), value.get("_" + name), inner)
            else:
                self._complexes(field, value[name], inner)
        parts.append(f"{indent}</{tag}>")

    def _field(self, key: str, value: Resource, schema: TypeSchema) -> Field | None:
        """The field that `key` stands for; None where another key brings it along."""
        field = schema.fields.get(key)
        if field is not None:
            return field
        if key == "resourceType" and schema.kind == "resource":
            return None
        name = key.removeprefix("_")
        field = schema.fields.get(name) if name != key else None
        if field is None or not field.is_primitive or field.is_xml_attribute or field.type == "xhtml":
            raise self._failure(f"{schema.name} has no place for the property '{key}' in XML")
        return field if value.get(name) is None else None

    def _complexes(self, field: Field, value: Any, indent: str) -> None:
        if (type(value) is list) != field.is_list:
            raise self._mismatch(field, value)
        rows = value if field.is_list else (value,)
        for index, each in enumerate(rows):
            self._way.append((field, index))
            if not isinstance(each, dict):
                raise self._failure(f"found {type(each).__name__}; expected an object")
            name = field.name
            if field.type == "Resource":
                self._parts.append(f"{indent}<{name}>")
                self._resource(each, "", indent + self._step)
                self._parts.append(f"{indent}</{name}>")
            else:
                self._parts.append(f"{indent}<{name}")
                self._content(each, self._model.types[field.type], name, indent)
            self._way.pop()

    def _primitives(self, field: Field, value: Any, extra: Any, indent: str) -> None:
        if not field.is_list:
            self._primitive(field, value, extra, 0, indent)
            return
        values, extras = value if value is not None else [], extra if extra is not None else []
        if type(values) is not list or type(extras) is not list:
            raise self._mismatch(field, value)
        for index in range(max(len(values), len(extras))):
            each = values[index] if index < len(values) else None
            beside = extras[index] if index < len(extras) else None
            self._primitive(field, each, beside, index, indent)

    def _primitive(self, field: Field, value: Any, extra: Any, index: int, indent: str) -> None:
        self._way.append((field, index))
        name = field.name
        if field.type == "xhtml":
            self._parts.append(indent + self._div(value))
        else:
            attribute = "" if value is None else f' value="{self._literal(value)}"'
            if extra is None:
                self._parts.append(f"{indent}<{name}{attribute}/>")
            elif not isinstance(extra, dict) or "value" in extra:
                raise self._failure("found something other than id and extensions beside a primitive value")
            else:
                self._parts.append(f"{indent}<{name}{attribute}")
                self._content(extra, self._model.types[field.type], name, indent)
        self._way.pop()

    def _div(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self._failure(f"found {type(value).__name__}; expected XHTML as a string")
        try:
            return embed(value)
        except CodecError as error:
            raise self._failure(error.message) from None

    def _literal(self, value: Any) -> str:
        if isinstance(value, str):
            return _SPECIAL.sub(self._escape, value) if _SPECIAL.search(value) else value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal) and value.is_finite():
            return decimal_text(value)
        if isinstance(value, (int, float)):
            return repr(value)
        raise self._failure(f"found {type(value).__name__}; expected a primitive value")

    def _escape(self, match: re.Match[str]) -> str:
        escaped = _ESCAPES.get(match[0])
        if escaped is None:
            raise self._failure(f"XML cannot hold the character U+{ord(match[0]):04X}")
        return escaped

    def _mismatch(self, field: Field, value: Any) -> CodecError:
        self._way.append((field, 0))
        return self._failure(f"found {type(value).__name__}; expected {'an array' if field.is_list else 'one value'}")

    def _failure(self, message: str) -> CodecError:
        steps = (f".{field.element}" + (f"[{index}]" if field.is_list else "") for field, index in self._way)
        path = self._root + "".join(steps)
        return CodecError(f"{path}: the resource cannot be written as XML: {message}", path=path)
