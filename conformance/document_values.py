"""Values in a document that a person wrote, read with messages that say where, what was found, what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from difflib import get_close_matches
from typing import Any, TypeVar

from fhir_kernel.errors import SettingsError

Read = TypeVar("Read")
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[01][0-9]):(?P<minutes>[0-5][0-9])\Z")


class Unexpected(SettingsError):
    """A value is of another kind; the message says what was expected."""


class Row:
    """A table of a document, without keys that are not known. Whatever is wrong raises SettingsError with its place."""

    def __init__(self, values: Any, where: str, known: Sequence[str]) -> None:
        if not isinstance(values, Mapping):
            raise SettingsError(f"{where} is {shown(values)}; expected a table")
        for name in values:
            if name not in known:
                raise SettingsError(f"{where}: there is no key '{name}'; expected {', '.join(known)}")
        self._values, self.where = values, where

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def read(self, name: str, convert: Callable[[Any], Read], default: Read) -> Read:
        """The value of a key that may be missing."""
        return self.within("", name, self._values[name], convert) if name in self._values else default

    def need(self, name: str, convert: Callable[[Any], Read]) -> Read:
        """The value of a key that must be there."""
        if name not in self._values:
            raise SettingsError(f"{self.where}: '{name}' is missing")
        return self.within("", name, self._values[name], convert)

    def within(self, table: str, name: str, value: Any, convert: Callable[[Any], Read]) -> Read:
        """A value that stands at `name` in `table`, converted."""
        try:
            return convert(value)
        except Unexpected as error:
            key = f"{table}.{name}" if table else name
            raise SettingsError(f"{self.where}: {key} is {shown(value)}; expected {error}") from None

    def table(self, name: str) -> Sequence[tuple[str, Any]]:
        """The keys and values of an inner table; none where it is missing."""
        return tuple(self.need(name, mapping).items()) if name in self else ()

    def rows(self, name: str, known: Sequence[str]) -> list[Row]:
        """The tables of a list; none where it is missing."""
        values = self.need(name, rows) if name in self else ()
        return [Row(each, f"{self.where}: {name}[{at}]", known) for at, each in enumerate(values)]


def one_of(allowed: Sequence[str]) -> Callable[[Any], str]:
    """A converter that lets pass what is allowed."""

    def convert(value: Any) -> str:
        if value not in allowed:
            raise Unexpected(" | ".join(allowed))
        return str(value)

    return convert


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value:
        raise Unexpected("a text")
    return value


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each for each in value):
        raise Unexpected("a list of texts")
    return tuple(value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Unexpected("true or false")
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    """A table."""
    if not isinstance(value, Mapping):
        raise Unexpected("a table")
    return value


def rows(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise Unexpected("a list of tables")
    return value


def offset(value: Any) -> tzinfo:
    """A distance from UTC, `+08:00`."""
    found = _OFFSET.match(value) if isinstance(value, str) else None
    if found is None:
        raise Unexpected("an offset such as '+08:00'")
    distance = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return timezone(-distance if found["sign"] == "-" else distance)


def instant(value: Any, zone: tzinfo) -> datetime:
    """An instant; a date is its first moment in `zone`."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise Unexpected("a date or an instant such as 2025-04-01") from None
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), zone)
    raise Unexpected("a date or an instant such as 2025-04-01")


def nearest(name: str, known: Sequence[str]) -> str:
    """A question that names the known name that is most like this one; empty where none is."""
    near = get_close_matches(name, known, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def shown(value: Any) -> str:
    """What was found, cut short."""
    found = repr(value)
    return found if len(found) <= 60 else found[:57] + "..."
