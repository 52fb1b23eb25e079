"""The shape of a value of the domain as the API gives it, derived from its fields."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from registry.http.shapes import Choice, Day, Flag, Instant, Shape, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.model.codec import name_of
from registry.people.shapes import SENTENCE
from registry.sentence import Sentence

MOST = 100_000
"""Entries of a list and characters of a text that is given."""
SAID = Text(MOST, lines=True)
_PLAIN: Mapping[Any, Shape] = {
    str: SAID,
    int: Whole(),
    bool: Flag(),
    datetime: Instant(),
    date: Day(),
    Sentence: SENTENCE,
}


@cache
def shape_of(kind: type) -> Thing:
    """An object with a member for each field; those that may be None may be left out."""
    hints = get_type_hints(kind)
    required: dict[str, Shape] = {}
    optional: dict[str, Shape] = {}
    for each in fields(kind):
        hint = hints[each.name]
        is_optional = types.NoneType in get_args(hint)
        (optional if is_optional else required)[name_of(each)] = _shape(hint)
    return Thing(kind.__name__, required, optional)


def with_more(thing: Thing, name: str, required: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Thing:
    """A thing with further members, under a name of its own."""
    return Thing(name, {**thing.required, **required}, {**thing.optional, **optional})


def _shape(hint: Any) -> Shape:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _shape(next(each for each in parts if each is not types.NoneType))
    if origin is Literal:
        return Choice(tuple(map(str, parts)))
    if origin is tuple:
        return Many(_shape(parts[0]), most=MOST)
    if origin is not None and issubclass(origin, Mapping):
        return Table(_shape(parts[1]))
    if is_dataclass(hint) and hint is not Sentence:
        return shape_of(hint)  # type: ignore[arg-type]
    return _PLAIN[hint]
