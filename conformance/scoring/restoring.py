"""Values of our model out of the JSON that `canonical` writes: the other way round."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def restored(kind: type[Value], row: Mapping[str, Any]) -> Value:
    """The dataclass whose canonical JSON `row` is."""
    hints = _hints(cast(Any, kind))
    return kind(**{name: _value(hint, row[name]) for name, hint in hints.items()})


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _value(hint: Any, value: Any) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = next(each for each in parts if each is not types.NoneType)
        return None if value is None else _value(inner, value)
    if origin is tuple:
        return tuple(_value(parts[0], each) for each in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {name: _value(parts[1], each) for name, each in value.items()}
    if hint is date:
        return date.fromisoformat(value)
    if hint is Decimal:
        return Decimal(value)
    return restored(cast(Any, hint), value) if is_dataclass(hint) else value
