"""Discriminator paths: a restricted FHIRPath (https://hl7.org/fhir/R4/profiling.html#discriminator)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from conformance.validator.facets.references import target_of
from conformance.validator.run import Item, Run
from conformance.validator.walk import enter_target, place_of

_STEP = re.compile(
    r"(?:\$this|(?P<call>resolve|ofType|as|extension)\(\s*(?P<argument>[^)]*?)\s*\)|(?P<name>[A-Za-z_][\w-]*)(?:\[x\])?)(?:\.|$)"
)


class Step(NamedTuple):
    """One step: a child, or a function with its argument."""

    kind: str
    """`child`, `resolve`, `ofType`, `as` or `extension`."""
    argument: str


class UnusablePath(ValueError):
    """The path is not of the restricted FHIRPath."""


@lru_cache(maxsize=2048)
def parse_path(path: str) -> tuple[Step, ...]:
    """The steps of a discriminator path; `$this` is none at all. Raises UnusablePath."""
    steps: list[Step] = []
    offset = 0
    while offset < len(path):
        found = _STEP.match(path, offset)
        if found is None:
            raise UnusablePath(path)
        if found["call"]:
            steps.append(Step(found["call"], found["argument"].strip("'\"")))
        elif found["name"]:
            steps.append(Step("child", found["name"]))
        offset = found.end()
    return tuple(steps)


def values_at(item: Item, path: str, run: Run) -> list[Item]:
    """The values at `path` from `item`."""
    found = [item]
    for step in parse_path(path):
        found = [below for each in found for below in _take(each, step, run)]
    return found


def _take(item: Item, step: Step, run: Run) -> Iterator[Item]:
    if step.kind == "child":
        yield from children(item, step.argument, run)
    elif step.kind == "extension":
        rows = item.holder.get("extension", ())
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict) and row.get("url") == step.argument:
                yield Item(row, "Extension", (item.at, "extension", index))
    elif step.kind in ("ofType", "as"):
        if run.shared.model.is_a(item.type, step.argument.rpartition(".")[2]):
            yield item
    else:
        yield from _resolved(item, run)


def _resolved(item: Item, run: Run) -> Iterator[Item]:
    text = item.holder.get("reference") if isinstance(item.value, dict) else item.value
    found = target_of(text, run) if isinstance(text, str) else None
    if found is not None:
        enter_target(found, item.at, run)
        kind = str(found.resource.get("resourceType"))
        yield Item(found.resource, kind, place_of(found, item.at, run))


def children(item: Item, name: str, run: Run) -> Iterator[Item]:
    """The children `name` (a choice without `[x]`) of `item`, each with its type."""
    schema = run.shared.model.types.get(item.type)
    if schema is None:
        return
    field = schema.fields.get(name)
    fields = (field,) if field is not None and not field.is_choice else schema.choices.get(name, ())
    for each in fields:
        yield from items_of(item, each.name, each.element, each.type, each.is_primitive)


def items_of(item: Item, name: str, element: str, type_name: str, is_primitive: bool) -> Iterator[Item]:
    """The values of one JSON property of `item`."""
    holder = item.holder
    value = holder.get(name)
    sibling = holder.get(f"_{name}") if is_primitive else None
    if value is None and sibling is None:
        return
    if not isinstance(value, list) and not isinstance(sibling, list):
        yield _item(value, type_name, (item.at, element, -1), sibling)
        return
    values = value if isinstance(value, list) else []
    siblings = sibling if isinstance(sibling, list) else []
    for index in range(max(len(values), len(siblings))):
        one = values[index] if index < len(values) else None
        beside = siblings[index] if index < len(siblings) else None
        if one is not None or beside is not None:
            yield _item(one, type_name, (item.at, element, index), beside)


def _item(value: object, type_name: str, at: tuple[object, ...], sibling: object) -> Item:
    if type_name == "Resource" and isinstance(value, dict):
        type_name = str(value.get("resourceType", type_name))
    return Item(value, type_name, at, sibling)
