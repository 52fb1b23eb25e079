"""JSON Patch: operations on the JSON of a resource, in order, all or none (RFC 6902).

Values that are copied are shared, not duplicated; what they would come to when written is counted, so that a patch of a
few copies of copies is refused before it costs anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fhir_server.patch.json_pointer import (
    Pointer,
    array_index,
    edited,
    found_at,
    no_holder,
    no_member,
    parse_pointer,
)
from fhir_server.patch.limits import PatchLimits
from fhir_server.patch.refusal import beyond, inapplicable, kind, listed, malformed, shown

_WEIGHT = 8


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, its members checked."""

    where: str
    op: str
    path: Pointer
    source: Pointer | None = None
    """`from`."""
    value: Any = None


class Budget:
    """What a patch has left to spend."""

    def __init__(self, limits: PatchLimits) -> None:
        self._left, self._max_depth = limits.max_size, limits.max_depth

    def spend(self, value: Any, depth: int, where: str) -> None:
        """Count a value that is put, or looked for, inside `depth` others. Raises RequestRefused."""
        level = [value]
        while level:
            inner: list[Any] = []
            for each in level:
                self._left -= _WEIGHT + (len(each) if isinstance(each, str) else 0)
                if isinstance(each, dict):
                    inner.extend(each.values())
                elif isinstance(each, list):
                    inner.extend(each)
            if self._left < 0:
                raise beyond(where, "the operations of the patch come to more than is allowed; send fewer or the whole")
            depth += bool(inner)
            if depth > self._max_depth:
                raise beyond(where, f"the outcome would be nested deeper than {self._max_depth}")
            level = inner


def apply_json_patch(document: Any, patch: Any, limits: PatchLimits) -> Any:
    """The document after all operations. Raises RequestRefused, naming the operation and its pointer."""
    if not isinstance(patch, list):
        raise malformed("The JSON Patch", f"it is {kind(patch)}; expected an array of operations")
    if len(patch) > limits.max_operations:
        raise beyond("The JSON Patch", f"it has {len(patch)} operations; at most {limits.max_operations} are allowed")
    operations = [_operation(row, number) for number, row in enumerate(patch, 1)]
    budget = Budget(limits)
    for operation in operations:
        document = _APPLY[operation.op](document, operation, budget)
    return document


def _operation(row: Any, number: int) -> Operation:
    where = f"Operation {number}"
    if not isinstance(row, dict):
        raise malformed(where, f"it is {kind(row)}; expected an object with 'op' and 'path'")
    op = row.get("op")
    if not isinstance(op, str) or op not in _APPLY:
        raise malformed(where, f"'op' is {shown(op)}; expected one of {', '.join(_APPLY)}", code="value")
    where = f"Operation {number} ({op})"
    missing = [name for name in ("path", *_NEEDS[op]) if name not in row]
    if missing:
        raise malformed(where, f"'{missing[0]}' is missing; it has {listed(list(row))}", code="required")
    path = parse_pointer(row["path"], where, "path")
    source = parse_pointer(row["from"], where, "from") if "from" in _NEEDS[op] else None
    return Operation(where, op, path, source, row.get("value"))


def _add(document: Any, operation: Operation, budget: Budget) -> Any:
    return _added(document, operation.path, operation.value, budget)


def _remove(document: Any, operation: Operation, _budget: Budget) -> Any:
    return _removed(document, operation.path)


def _replace(document: Any, operation: Operation, budget: Budget) -> Any:
    path, value = operation.path, operation.value
    budget.spend(value, len(path.steps), operation.where)
    if not path.steps:
        return value

    def edit(holder: Any, step: str, pointer: Pointer) -> Any:
        if isinstance(holder, list):
            index = array_index(holder, step, pointer)
            return [*holder[:index], value, *holder[index + 1 :]]
        _require_member(holder, step, pointer)
        return {**holder, step: value}

    return edited(document, path, edit)


def _move(document: Any, operation: Operation, budget: Budget) -> Any:
    source = _source(operation)
    if source.begins(operation.path):
        text = f"'{source.text}' cannot be moved into itself, to '{operation.path.text}'"
        raise inapplicable(operation.where, text)
    value = found_at(document, source)
    if source.steps == operation.path.steps:
        return document
    return _added(_removed(document, source), operation.path, value, budget)


def _copy(document: Any, operation: Operation, budget: Budget) -> Any:
    return _added(document, operation.path, found_at(document, _source(operation)), budget)


def _test(document: Any, operation: Operation, budget: Budget) -> Any:
    budget.spend(operation.value, 0, operation.where)
    found = found_at(document, operation.path)
    if not _equal(found, operation.value):
        text = f"'{operation.path.text}' is {shown(found)}; expected {shown(operation.value)}"
        raise inapplicable(operation.where, text, code="conflict")
    return document


def _added(document: Any, path: Pointer, value: Any, budget: Budget) -> Any:
    budget.spend(value, len(path.steps), path.where)
    if not path.steps:
        return value

    def edit(holder: Any, step: str, pointer: Pointer) -> Any:
        if isinstance(holder, dict):
            return {**holder, step: value}
        if not isinstance(holder, list):
            raise no_holder(holder, pointer, len(pointer.steps) - 1)
        index = array_index(holder, step, pointer, may_end=True)
        return [*holder[:index], value, *holder[index:]]

    return edited(document, path, edit)


def _removed(document: Any, path: Pointer) -> Any:
    if not path.steps:
        raise inapplicable(path.where, "the whole resource cannot be taken away by a patch; delete it instead")

    def edit(holder: Any, step: str, pointer: Pointer) -> Any:
        if isinstance(holder, list):
            index = array_index(holder, step, pointer)
            return [*holder[:index], *holder[index + 1 :]]
        _require_member(holder, step, pointer)
        return {key: value for key, value in holder.items() if key != step}

    return edited(document, path, edit)


def _require_member(holder: Any, step: str, pointer: Pointer) -> None:
    if not isinstance(holder, dict):
        raise no_holder(holder, pointer, len(pointer.steps) - 1)
    if step not in holder:
        raise no_member(holder, step, pointer, len(pointer.steps) - 1)


def _source(operation: Operation) -> Pointer:
    assert operation.source is not None
    return operation.source


def _equal(one: Any, other: Any) -> bool:
    """As section 4.6 says: numbers by their value, everything else by type and content; true is not 1."""
    if isinstance(one, dict):
        same_keys = isinstance(other, dict) and one.keys() == other.keys()
        return same_keys and all(_equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list):
        same_length = isinstance(other, list) and len(one) == len(other)
        return same_length and all(map(_equal, one, other))
    if _is_number(one):
        return _is_number(other) and bool(one == other)
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal | float) and not isinstance(value, bool)


_APPLY: Mapping[str, Callable[[Any, Operation, Budget], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "add": ("value",),
    "remove": (),
    "replace": ("value",),
    "move": ("from",),
    "copy": ("from",),
    "test": ("value",),
}
