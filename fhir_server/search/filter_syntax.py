"""The grammar of `_filter` (https://hl7.org/fhir/R4/search_filter.html)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import orjson

from fhir_server.search.context import SearchLimits, too_much, wrong_value

OPERATORS = (
    *("eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le", "ap"),
    *("sa", "eb", "pr", "po", "ss", "sb", "in", "ni", "re"),
)

_NAME = re.compile(r"\s*(?P<name>[A-Za-z_][A-Za-z0-9_:\-]*)")
_VALUE = re.compile(r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<token>[^\s)\]"][^\s)\]]*))', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path operator value`."""

    path: tuple[Name, ...]
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """One step of a path; `narrowed` stands in brackets behind it."""

    name: str
    narrowed: Filter | None = None


@dataclass(frozen=True, slots=True)
class Logical:
    """Filters joined by `and` or `or`."""

    operator: str
    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """`not (filter)`."""

    part: Filter


Filter = Comparison | Logical | Negation


def parse_filter(text: str, limits: SearchLimits) -> Filter:
    """The tree of a filter; `and` binds closer than `or`. Raises RequestRefused."""
    if len(text) > limits.filter_length:
        raise too_much("_filter", f"'_filter' has {len(text)} characters; at most {limits.filter_length} are allowed")
    reader = _Reader(text, limits.filter_depth)
    found = reader.any_of(0)
    if reader.rest():
        raise reader.wrong("'and', 'or' or the end")
    return found


class _Reader:
    """Reads from left to right."""

    def __init__(self, text: str, deepest: int) -> None:
        self._text, self._place, self._deepest = text, 0, deepest

    def any_of(self, depth: int) -> Filter:
        parts = [self._all_of(depth)]
        while self._takes_word("or"):
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Logical("or", tuple(parts))

    def rest(self) -> str:
        return self._text[self._place :].strip()

    def wrong(self, expected: str) -> Exception:
        found = self.rest()[:20] or "the end"
        return wrong_value("_filter", f"'_filter', character {self._place + 1}: found {found}; expected {expected}")

    def _all_of(self, depth: int) -> Filter:
        parts = [self._one(depth)]
        while self._takes_word("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Logical("and", tuple(parts))

    def _one(self, depth: int) -> Filter:
        if depth > self._deepest:
            raise too_much("_filter", f"'_filter' is nested more than {self._deepest} levels deep")
        start = self._place
        negated = self._takes_word("not")
        if self._takes("("):
            inner = self.any_of(depth + 1)
            self._expect(")")
            return Negation(inner) if negated else inner
        self._place = start  # a parameter may be called "not"
        return self._comparison(depth)

    def _comparison(self, depth: int) -> Filter:
        path = [self._step(depth)]
        while self._takes("."):
            path.append(self._step(depth))
        operator = self._match(_NAME)
        if operator is None or operator["name"] not in OPERATORS:
            self._place = operator.start() if operator is not None else self._place
            raise self.wrong(f"one of {', '.join(OPERATORS)}")
        value = self._match(_VALUE)
        if value is None:
            raise self.wrong("a value")
        return Comparison(tuple(path), operator["name"], self._value(value))

    def _step(self, depth: int) -> Name:
        found = self._match(_NAME)
        if found is None:
            raise self.wrong("the name of a parameter")
        if not self._takes("["):
            return Name(found["name"])
        narrowed = self.any_of(depth + 1)
        self._expect("]")
        return Name(found["name"], narrowed)

    def _value(self, found: re.Match[str]) -> str:
        if found["string"] is None:
            return found["token"]
        try:
            return str(orjson.loads(found["string"]))
        except orjson.JSONDecodeError as error:
            self._place = found.start()
            raise self.wrong("a string as JSON writes it") from error

    def _match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        found = form.match(self._text, self._place)
        if found is not None:
            self._place = found.end()
        return found

    def _takes(self, sign: str) -> bool:
        place = self._place + len(self._text[self._place :]) - len(self._text[self._place :].lstrip())
        if not self._text.startswith(sign, place):
            return False
        self._place = place + len(sign)
        return True

    def _takes_word(self, word: str) -> bool:
        found = _NAME.match(self._text, self._place)
        if found is None or found["name"] != word:
            return False
        self._place = found.end()
        return True

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise self.wrong(f"'{sign}'")
