"""Values as documents of the store and back: fields in camelCase, instants and days in ISO 8601, sequences as lists."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from fhir_kernel.store.records import Document
from registry.sentence import Sentence

Value = TypeVar("Value")
Reading = Callable[[Any], Any]


class Kept:
    """A dataclass that is kept as a document, by its `id` where it has one."""

    __slots__ = ()

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it; the id is the name of the document and not in it."""
        return {name: _written(getattr(self, field)) for field, name in _names(_of(type(self))) if field != "id"}


def read(kind: type[Value], document: Document, **besides: object) -> Value:
    """The value that was kept; `besides` are fields that are not in the document, such as the id.

    A field that the document does not have takes its default. Raises TypeError where it has none.
    """
    known = {field: reading(document[name]) for field, name, reading in _readings(_of(kind)) if name in document}
    return kind(**{**known, **besides})


def _of(value: object) -> Any:
    return cast(Any, value)


def name_of(field: Any) -> str:
    """What a field is called in a document."""
    if "name" in field.metadata:
        return str(field.metadata["name"])
    first, *others = str(field.name).split("_")
    return first + "".join(each.capitalize() for each in others)


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, name_of(each)) for each in fields(_of(kind)))


def _written(value: object) -> object:
    if isinstance(value, (Kept, Sentence)):
        return value.document()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [_written(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: _written(each) for name, each in value.items()}
    return value


@cache
def _readings(kind: type) -> tuple[tuple[str, str, Reading], ...]:
    hints = get_type_hints(kind)
    return tuple((each.name, name_of(each), _reading(hints[each.name])) for each in fields(_of(kind)))


def _reading(hint: Any) -> Reading:
    """How a value of this type is read from JSON."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = _reading(next(each for each in parts if each is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        each_of = _reading(parts[0])
        return lambda value: tuple(each_of(each) for each in value)
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        value_of = _reading(parts[1])
        return lambda value: {name: value_of(each) for name, each in value.items()}
    if hint is datetime or hint is date:
        return _of(hint).fromisoformat  # type: ignore[no-any-return]
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: read(hint, value)
    return lambda value: value
