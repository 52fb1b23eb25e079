"""From an element to its children, by the types of a model (https://hl7.org/fhir/R4/fhirpath.html#polymorphism)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_kernel.definitions.model import Field, Model, TypeSchema
from fhir_kernel.fhirpath.values import Items, Node

Extend = Callable[[Node, Items], None]
Has = Callable[[Node], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """How to take one element name from one type: a choice element has one step for all its types."""

    extend: Extend
    """Appends the children to a list."""
    has: Has
    """Whether there are any."""
    type: str | None
    """Their type, None where the data decide."""
    is_list: bool
    is_primitive: bool
    key: str
    """The JSON property; empty for a choice."""


class Navigation:
    """The steps of every type of a model, made when first asked for."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._steps: dict[str, Mapping[str, Step]] = {}
        self._all_fields: dict[str, _Fields] = {}

    def steps(self, type_name: str) -> Mapping[str, Step]:
        """By element name; empty for an unknown type."""
        known = self._steps.get(type_name)
        if known is None:
            schema = self.model.types.get(type_name)
            known = self._steps.setdefault(type_name, _steps_of(schema) if schema else {})
        return known

    def children(self, node: Node) -> Items:
        """All child elements, in the order of the data."""
        out: Items = []
        fields = self._fields(node.type)
        holder = node.value if fields and fields.are_own else node.sibling
        if fields is None or holder.__class__ is not dict:
            return out
        parent = node if fields.are_own else Node(holder, node.type)
        for key in holder:
            step = fields.by_key.get(key)
            if step is not None and (key[0] != "_" or key[1:] not in holder):
                step.extend(parent, out)
        return out

    def count_children(self, node: Node) -> int:
        """How many child elements there are."""
        fields = self._fields(node.type)
        holder = node.value if fields and fields.are_own else node.sibling
        if fields is None or holder.__class__ is not dict:
            return 0
        count, by_key = 0, fields.by_key
        for key, value in holder.items():
            if key not in by_key or (key[0] == "_" and key[1:] in holder):
                continue
            if value.__class__ is not list:
                count += value is not None
            elif None in value or "_" + key in holder:
                return len(self.children(node))
            else:
                count += len(value)
        return count

    def _fields(self, type_name: str) -> _Fields | None:
        known = self._all_fields.get(type_name)
        schema = self.model.types.get(type_name)
        if known is None and schema is not None:
            known = self._all_fields.setdefault(type_name, _fields_of(schema))
        return known


@dataclass(frozen=True, slots=True)
class _Fields:
    """The steps of one type by JSON property, `_name` included."""

    by_key: Mapping[str, Step]
    are_own: bool
    """False for a primitive, whose children stand in its sibling."""


def _fields_of(schema: TypeSchema) -> _Fields:
    is_primitive = schema.kind == "primitive-type"
    by_key: dict[str, Step] = {}
    for field in schema.fields.values():
        if is_primitive and field.name == "value":
            continue
        by_key[field.name] = step = _single_key(field)
        if field.is_primitive:
            by_key["_" + field.name] = step
    return _Fields(by_key, not is_primitive)


def root_node(resource: Mapping[str, Any]) -> Node:
    """The node of a whole resource."""
    return Node(resource, str(resource.get("resourceType", "")))


def _steps_of(schema: TypeSchema) -> Mapping[str, Step]:
    is_primitive = schema.kind == "primitive-type"
    steps: dict[str, Step] = {}
    for field in schema.fields.values():
        if field.is_choice:
            continue
        if is_primitive and field.name == "value":
            steps["value"] = _own_value()
        else:
            steps[field.element] = _from_sibling(field) if is_primitive else _single_key(field)
    for element, fields in schema.choices.items():
        steps[element] = _choice(fields)
    return steps


def _single_key(field: Field) -> Step:
    key, type_name = field.name, field.type
    fixed_type = None if type_name == "Resource" else type_name
    extend: Extend
    if field.is_primitive:
        extend, has = _primitive(key, type_name), _has_primitive(key)
    else:
        extend, has = (_resource(key) if fixed_type is None else _complex(key, type_name)), _has_complex(key)
    return Step(extend, has, fixed_type, field.is_list, field.is_primitive, key)


def _complex(key: str, type_name: str) -> Extend:
    def extend(node: Node, out: Items) -> None:
        value = node.value
        if value.__class__ is not dict:
            return
        child = value.get(key)
        if child is None:
            return
        if child.__class__ is list:
            out += [Node(each, type_name) for each in child if each is not None]
        else:
            out.append(Node(child, type_name))

    return extend


def _resource(key: str) -> Extend:
    def extend(node: Node, out: Items) -> None:
        child = node.value.get(key) if node.value.__class__ is dict else None
        for each in child if child.__class__ is list else (child,):
            if each.__class__ is dict:
                out.append(root_node(each))

    return extend


def _primitive(key: str, type_name: str) -> Extend:
    sibling_key = "_" + key

    def extend(node: Node, out: Items) -> None:
        value = node.value
        if value.__class__ is not dict:
            return
        child = value.get(key)
        sibling = value.get(sibling_key)
        if child.__class__ is list or sibling.__class__ is list:
            _primitive_list(child, sibling, type_name, out)
        elif child is not None or sibling is not None:
            out.append(Node(child, type_name, sibling))

    return extend


def _primitive_list(values: Any, siblings: Any, type_name: str, out: Items) -> None:
    values = values if values.__class__ is list else [] if values is None else [values]
    siblings = siblings if siblings.__class__ is list else [] if siblings is None else [siblings]
    if not siblings:
        out += [Node(each, type_name) for each in values if each is not None]
        return
    for index in range(max(len(values), len(siblings))):
        value = values[index] if index < len(values) else None
        sibling = siblings[index] if index < len(siblings) else None
        if value is not None or sibling is not None:
            out.append(Node(value, type_name, sibling))


def _from_sibling(field: Field) -> Step:
    """The id and extensions of a primitive stand in its sibling."""
    inner = _single_key(field)

    def extend(node: Node, out: Items) -> None:
        if node.sibling is not None:
            inner.extend(Node(node.sibling, node.type), out)

    def has(node: Node) -> bool:
        return node.sibling is not None and inner.has(Node(node.sibling, node.type))

    return Step(extend, has, inner.type, field.is_list, False, "")


def _own_value() -> Step:
    """`value` of a primitive: the same value without id and extensions."""

    def extend(node: Node, out: Items) -> None:
        if node.value is not None:
            out.append(Node(node.value, node.type))

    return Step(extend, lambda node: node.value is not None, None, False, False, "")


def _choice(fields: tuple[Field, ...]) -> Step:
    by_key: dict[str, Step] = {}
    for field in fields:
        by_key[field.name] = step = _single_key(field)
        if field.is_primitive:
            by_key["_" + field.name] = step
    keys = frozenset(by_key)

    def extend(node: Node, out: Items) -> None:
        value = node.value
        if value.__class__ is not dict or keys.isdisjoint(value):
            return
        for key in value:
            if key in by_key and (key[0] != "_" or key[1:] not in value):
                by_key[key].extend(node, out)

    def has(node: Node) -> bool:
        return node.value.__class__ is dict and not keys.isdisjoint(node.value)

    return Step(extend, has, None, False, False, "")


def _has_complex(key: str) -> Has:
    def has(node: Node) -> bool:
        value = node.value
        return value.__class__ is dict and bool(value.get(key))

    return has


def _has_primitive(key: str) -> Has:
    sibling_key = "_" + key

    def has(node: Node) -> bool:
        value = node.value
        if value.__class__ is not dict:
            return False
        child = value.get(key)
        return child != [] if child is not None else bool(value.get(sibling_key))

    return has
