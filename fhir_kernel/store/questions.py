"""How a store carried out a search: what it asked of its database, for operators, without anything of any record."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from fhir_kernel.store.criteria import Query

WITHHELD = "?"
"""In the place of a value that did not come with the search."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its text, the values that are bound in it, and the plan by which it was answered, line by line."""

    text: str
    plan: tuple[str, ...]
    values: tuple[Any, ...] = ()


def sent_with(query: Query) -> Set[Any]:
    """The texts and numbers that the criterion of a query holds, which its client knows; not where a page begins."""
    return frozenset((query.count, query.count + 1, *_leaves(query.criterion)))


def shown(value: Any, sent: Set[Any]) -> Any:
    """A value with all that was not sent withheld; of an object the names, of a list each that differs, once."""
    if isinstance(value, dict):
        return {name: shown(each, sent) for name, each in value.items()}
    if isinstance(value, list | tuple):
        parts = [shown(each, sent) for each in value]
        return [each for at, each in enumerate(parts) if each not in parts[:at]]
    return value if isinstance(value, str | int | float) and value in sent else WITHHELD


def _leaves(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        for each in fields(value):
            yield from _leaves(getattr(value, each.name))
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from _leaves(part)
    elif isinstance(value, str | int | float):
        yield value
