"""Paths compiled: `target.name`, with the step found in advance where the target's type is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fhir_kernel.fhirpath.code import NO_VALUE, Code, One, Some, Value, as_one, constant_code, is_node_type
from fhir_kernel.fhirpath.convert import exact_decimal, system_value
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.navigation import Navigation, Step
from fhir_kernel.fhirpath.values import Item, Items, Node, Quantity, TypeInfo


def member(target: Code, name: str, navigation: Navigation) -> Code:
    """`target.name`."""
    if not is_node_type(target.type):
        return _dynamic(target, name, navigation)
    step = navigation.steps(str(target.type)).get(name)
    if step is None:
        return constant_code([], None)
    is_single = target.is_single and not step.is_list
    one = _one(target, step) if is_single else None
    value = _value(as_one(target), step) if is_single and step.is_primitive and step.key else None
    return Code(_items(target, step), step.type, is_single, one, value, some=_some(target, step))


def root_type(name: str, this: Code, navigation: Navigation) -> Code:
    """`Patient` at the start of a path: `$this` if it is one, else nothing."""
    model = navigation.model
    if this.type is not None:
        return this if is_node_type(this.type) and model.is_a(this.type, name) else constant_code([], None)

    def items(this: Any, _env: Environment) -> Items:
        return [this] if this.__class__ is Node and model.is_a(this.type, name) else []

    return Code(items, None, True)


def children(one: One, navigation: Navigation) -> Code:
    """`one.children()`."""

    def items(this: Any, env: Environment) -> Items:
        node = one(this, env)
        found = [] if node is None else navigation.children(node)
        env.spend(len(found))
        return found

    def size(this: Any, env: Environment) -> int:
        node = one(this, env)
        return 0 if node is None else navigation.count_children(node)

    return Code(items, None, size=size)


def _items(target: Code, step: Step) -> Callable[[Any, Environment], Items]:
    extend = step.extend
    if target.is_this:

        def of_this(this: Any, env: Environment) -> Items:
            out: Items = []
            extend(this, out)
            env.steps_left -= len(out)
            if env.steps_left < 0:
                env.spend(0)
            return out

        return of_this
    source = target.items

    def of_items(this: Any, env: Environment) -> Items:
        out: Items = []
        for node in source(this, env):
            extend(node, out)
        env.steps_left -= len(out)
        if env.steps_left < 0:
            env.spend(0)
        return out

    return of_items


def _some(target: Code, step: Step) -> Some:
    has = step.has
    if target.is_this:
        return lambda this, _env: has(this)
    if target.one is not None:
        one = target.one

        def of_one(this: Any, env: Environment) -> bool:
            node = one(this, env)
            return node is not None and has(node)

        return of_one
    source = target.items

    def of_items(this: Any, env: Environment) -> bool:
        return any(has(node) for node in source(this, env))

    return of_items


def _one(target: Code, step: Step) -> One | None:
    """The only child; None also where wrong data hold a list, so that the list's errors come from `items`."""
    if target.one is None or step.is_list:
        return None
    one, extend = target.one, step.extend

    def child(this: Any, env: Environment) -> Item:
        node = one(this, env)
        if node is None:
            return None
        out: Items = []
        extend(node, out)
        return out[0] if out else None

    return child


def _value(one: One, step: Step) -> Value:
    key, sibling_key = step.key, "_" + step.key
    convert = _converter(str(step.type))

    def value(this: Any, env: Environment) -> Item:
        node = one(this, env)
        if node is None:
            return None
        holder = node.value
        if holder.__class__ is not dict:
            return None
        found = holder.get(key)
        if found is None:
            return NO_VALUE if sibling_key in holder else None
        return found if convert is None else convert(found)

    return value


def _converter(type_name: str) -> Callable[[Any], Item] | None:
    """None where the JSON value is the System value."""
    if type_name == "decimal":
        return lambda value: exact_decimal(value) if value.__class__ is float else value
    if type_name in ("date", "dateTime", "instant", "time"):
        return lambda value: system_value(Node(value, type_name))
    return None


def _dynamic(target: Code, name: str, navigation: Navigation) -> Code:
    source, steps_of = target.items, navigation.steps

    def items(this: Any, env: Environment) -> Items:
        out: Items = []
        for item in source(this, env):
            if item.__class__ is Node:
                step = steps_of(item.type).get(name)
                if step is not None:
                    step.extend(item, out)
            else:
                out += _property(item, name)
        env.steps_left -= len(out)
        if env.steps_left < 0:
            env.spend(0)
        return out

    return Code(items)


def _property(item: Item, name: str) -> Items:
    """The properties of the System types that have some."""
    if isinstance(item, Quantity) and name in ("value", "unit"):
        return [getattr(item, name)]
    if isinstance(item, TypeInfo) and name in ("namespace", "name"):
        return [getattr(item, name)]
    return []
