"""Reading of an XML tree into a resource, along the model (https://hl7.org/fhir/R4/xml.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fhir_kernel.codec.xhtml import FHIR_NS, XHTML_NS, serialise
from fhir_kernel.codec.xml_location import XmlLocator, local_name, split_tag
from fhir_kernel.codec.xml_tree import Element
from fhir_kernel.definitions.model import Field, Model, TypeSchema
from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource

_PREFIX = f"{{{FHIR_NS}}}"
_PREFIX_LENGTH = len(_PREFIX)
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_DIV = f"{{{XHTML_NS}}}div"
_INTEGERS = ("integer", "positiveInt", "unsignedInt")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)


class XmlReader:
    """One reading: the problems met on the way are kept beside their elements until their places are asked for."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._problems: list[tuple[Element, str, dict[str, Any]]] = []

    def issues(self) -> Iterator[Issue]:
        """The problems met so far, with their FHIRPath locations and lines."""
        locator = XmlLocator(self._model)
        for node, issue_id, params in self._problems:
            yield issue(issue_id, locator.location(node), **params)

    def resource(self, node: Element, schema: TypeSchema) -> Resource:
        """The resource in `node`, whose type is `schema`."""
        out: Resource = {"resourceType": schema.name}
        if node.attrib:
            self._attributes(node, schema, out)
        self._children(node, schema, out)
        return out

    def _attributes(self, node: Element, schema: TypeSchema, out: Resource) -> None:
        for key, value in node.attrib.items():
            name = str(key)
            field = schema.fields.get(name)
            if field is not None and field.is_xml_attribute:
                out[name] = value
            elif name.startswith(_XSI):
                self._report(node, "xml.schema-location", found="xsi:" + name.removeprefix(_XSI), name=local_name(node))
            else:
                allowed = ", ".join(f.name for f in schema.fields.values() if f.is_xml_attribute)
                self._report(node, "xml.unknown-attribute", name=local_name(node), found=name, expected=allowed or "–")

    def _children(self, node: Element, schema: TypeSchema, out: Resource) -> None:
        fields = schema.fields
        last, last_order = None, -1
        if node.text is not None:
            self._text(node, node.text)
        for child in node:
            if child.tail is not None:
                self._text(node, child.tail)
            tag = child.tag
            if not isinstance(tag, str):
                continue
            name = tag[_PREFIX_LENGTH:] if tag.startswith(_PREFIX) else "div" if tag == _DIV else ""
            field = fields.get(name)
            if field is None or field.is_xml_attribute or (tag == _DIV) != (field.type == "xhtml"):
                self._unknown(child, schema)
                continue
            if field.order < last_order:
                self._report(child, "xml.out-of-order", found=name, expected=last)
            else:
                last, last_order = name, field.order
            if field.is_primitive:
                self._primitive(child, field, out)
            else:
                self._value(child, field, out)

    def _value(self, node: Element, field: Field, out: Resource) -> None:
        value: Resource | None
        if field.type == "Resource":
            value = self._inner_resource(node)
            if value is None:
                return
        else:
            value, schema = {}, self._model.types[field.type]
            if node.attrib:
                self._attributes(node, schema, value)
            self._children(node, schema, value)
        if field.is_list:
            out.setdefault(field.name, []).append(value)
        elif field.name in out:
            self._report(node, "xml.repeated", found=field.name)
        else:
            out[field.name] = value

    def _inner_resource(self, node: Element) -> Resource | None:
        if node.attrib:
            self._attributes(node, self._model.types["Resource"], {})
        if node.text is not None:
            self._text(node, node.text)
        children = list(node.iterchildren("*"))
        if len(children) != 1:
            self._report(node, "xml.one-resource", name=local_name(node), found=len(children))
            return None
        child = children[0]
        name = child.tag.removeprefix(_PREFIX)
        if not self._model.is_resource(name):
            self._report(child, "xml.unknown-resource", found=name)
            return None
        return self.resource(child, self._model.types[name])

    def _primitive(self, node: Element, field: Field, out: Resource) -> None:
        name = field.name
        if field.type == "xhtml":
            value: Any = serialise(node)
            extra: Resource = {}
        else:
            value, extra = self._primitive_parts(node, field)
        if value is None and not extra:
            self._report(node, "xml.no-value", found=name)
        elif field.is_list:
            _append(out, name, value, extra)
        elif name in out or "_" + name in out:
            self._report(node, "xml.repeated", found=name)
        else:
            if value is not None:
                out[name] = value
            if extra:
                out["_" + name] = extra

    def _primitive_parts(self, node: Element, field: Field) -> tuple[Any, Resource]:
        attributes = node.attrib
        value = attributes.get("value")
        extra: Resource = {}
        if len(attributes) > (value is not None):
            self._attributes(node, self._model.types[field.type], extra)
            extra.pop("value", None)
        if len(node):
            self._children(node, self._model.types[field.type], extra)
        elif node.text is not None:
            self._text(node, node.text)
        return (None if value is None else _typed(value, field.type)), extra

    def _text(self, node: Element, text: str) -> None:
        if text.strip():
            self._report(node, "xml.text", name=local_name(node), found=_short(text.strip()))

    def _unknown(self, node: Element, schema: TypeSchema) -> None:
        namespace, name = split_tag(node.tag)
        field = schema.fields.get(name)
        wanted = XHTML_NS if field is not None and field.type == "xhtml" else FHIR_NS
        if namespace != wanted:
            self._report(node, "xml.wrong-namespace", name=name, found=namespace, expected=wanted)
        else:
            known = ", ".join(f.name for f in schema.fields.values() if not f.is_xml_attribute)
            self._report(node, "xml.unknown-element", found=name, type=schema.name, expected=_short(known, 400))

    def _report(self, node: Element, issue_id: str, **params: Any) -> None:
        self._problems.append((node, issue_id, params))


def _append(out: Resource, name: str, value: Any, extra: Resource) -> None:
    """Keep the values and their `_name` companions in step; lists of nothing but null are left out."""
    side = "_" + name
    values, extras = out.get(name), out.get(side)
    count = len(values) if values is not None else len(extras) if extras is not None else 0
    if value is not None and values is None:
        values = out[name] = [None] * count
    if values is not None:
        values.append(value)
    if extra and extras is None:
        extras = out[side] = [None] * count
    if extras is not None:
        extras.append(extra or None)


def _typed(value: str, type_name: str) -> Any:
    """`value` as JSON would hold it; what does not fit its type stays text, for the validator to report."""
    if type_name == "boolean":
        return {"true": True, "false": False}.get(value, value)
    if type_name in _INTEGERS:
        return int(value) if _INTEGER.fullmatch(value) else value
    if type_name == "decimal" and _DECIMAL.fullmatch(value):
        return int(value) if _INTEGER.fullmatch(value) and value != "-0" else Decimal(value)
    return value


def _short(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
