"""Pieces of SQL with what is bound in them."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol


class Asked(Protocol):
    """What a search needs of a connection."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> sqlite3.Cursor:
        """Run a statement."""

    def set_progress_handler(self, progress_handler: Callable[[], int] | None, /, n: int) -> None:
        """Have something called every `n` instructions of SQLite's machine."""


class Sql(NamedTuple):
    """Text with `?` in it, and the values of those."""

    text: str
    values: tuple[Any, ...] = ()


class Source(NamedTuple):
    """A SELECT of `res`: resources that may meet a criterion, some perhaps twice; `exact`: all of them do."""

    sql: Sql
    exact: bool = False


ALWAYS = Sql("1")
NEVER = Sql("0")
NOTHING = Source(Sql("SELECT NULL AS res WHERE 0"), exact=True)

_MOST_ARMS = 100
"""SQLite takes at most 500 arms of a UNION."""


def one_of(values: Sequence[Any]) -> Sql:
    """`= ?` or `IN (?, …)`."""
    if len(values) == 1:
        return Sql("= ?", (values[0],))
    return Sql(f"IN ({', '.join('?' * len(values))})", tuple(values))


def joined(parts: Sequence[Sql], word: str, none: Sql) -> Sql:
    """Parts with AND or OR between them, as a tree that is not deep: SQLite allows a depth of 1,000."""
    if len(parts) <= 1:
        return parts[0] if parts else none
    middle = len(parts) // 2
    left, right = joined(parts[:middle], word, none), joined(parts[middle:], word, none)
    return Sql(f"({left.text} {word} {right.text})", left.values + right.values)


def all_of(parts: Sequence[Sql]) -> Sql:
    """Every part holds; always, if there is none."""
    return joined([each for each in parts if each != ALWAYS], "AND", ALWAYS)


def any_of(parts: Sequence[Sql]) -> Sql:
    """A part holds; never, if there is none."""
    return joined([each for each in parts if each != NEVER], "OR", NEVER)


def union(sources: Iterable[Source]) -> Source:
    """What any of the sources finds."""
    arms = list(dict.fromkeys(sources))
    if len(arms) <= 1:
        return arms[0] if arms else NOTHING
    if len(arms) > _MOST_ARMS:
        return union(union(arms[at : at + _MOST_ARMS]) for at in range(0, len(arms), _MOST_ARMS))
    text = " UNION ALL ".join(f"SELECT res FROM ({each.sql.text})" for each in arms)
    return Source(
        Sql(text, tuple(value for each in arms for value in each.sql.values)), all(each.exact for each in arms)
    )
