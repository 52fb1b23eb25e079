"""Line and column in JSON, found by looking only where something is asked (https://hl7.org/fhir/R4/json.html).

A text that is JSON is not read anew: whole values are stepped over, and only those on the way to a location are opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence

import orjson

from fhir_kernel.codec.json_tolerant import tolerant_positions
from fhir_kernel.codec.limits import DEFAULT_LIMITS, Limits
from fhir_kernel.codec.positions import Place, Positions
from fhir_kernel.codec.text import decode_json, json_bytes, line_starts, place

_NESTED = 6
"""Objects and arrays inside one another that one match steps over; what is deeper is stepped into."""


def _flat(nested: str) -> str:
    """What may stand between two brackets, any of `nested` included; possessive, so that no match is tried twice."""
    return rf'[^"{{}}\[\]]*+(?:{nested}[^"{{}}\[\]]*+)*+'


def _container(depth: int) -> str:
    inner = rf"(?:{_STRING}|{_container(depth - 1)})" if depth > 1 else _STRING
    return rf"[{{\[]{_flat(inner)}[}}\]]"


_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_VALUE = rf"(?:{_STRING}|{_container(_NESTED)}|[^ \t\r\n,{{}}\[\]]++)"
_GAP = r"[ \t\r\n,]*+"
_MEMBER = re.compile(rf'{_GAP}"([^"\\]*+(?:\\.[^"\\]*+)*+)"[ \t\r\n]*+:[ \t\r\n]*+(){_VALUE}?+')
_ITEM = re.compile(rf"{_GAP}(?=[^\]])(){_VALUE}?+")
_TO_BRACKET = re.compile(rf"{_flat(rf'(?:{_STRING}|{_container(_NESTED)})')}([{{}}\[\]])")


def json_positions(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, parsed: bool = False) -> Positions:
    """Where the values in `data` start; `parsed` where it is known to be JSON, since `parse_json` took it.

    What is not JSON is read tolerantly. Raises CodecError where no object can be made of it, LimitExceeded.
    """
    raw = json_bytes(data, limits)
    if not (parsed or _is_object(raw)):
        return tolerant_positions(raw, limits)
    source = _Source(decode_json(raw))
    return Positions(_JsonElement(source, source.text.index("{")))


def _is_object(raw: bytes) -> bool:
    try:
        return type(orjson.loads(raw)) is dict
    except orjson.JSONDecodeError:
        return False


class _Source:
    """The text and, once a place is asked, where its lines begin."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] = []

    def place(self, offset: int) -> Place:
        if not self._starts:
            self._starts = line_starts(self.text)
        return place(offset, self._starts)


class _JsonElement:
    """The value that starts at `start`; its members are sought when they are first asked for."""

    __slots__ = ("_members", "_rows", "_source", "_start")

    def __init__(self, source: _Source, start: int) -> None:
        self._source, self._start = source, start
        self._members: dict[str, int] | None = None
        self._rows: dict[str, list[_JsonElement]] = {}

    @property
    def place(self) -> Place:
        return self._source.place(self._start)

    @property
    def names(self) -> Collection[str]:
        if self._members is None:
            self._members = _members(self._source.text, self._start)
        return self._members.keys()

    def rows(self, name: str) -> Sequence[_JsonElement]:
        if self._members is None or name not in self._members:
            return ()
        rows = self._rows.get(name)
        if rows is None:
            starts = _items(self._source.text, self._members[name])
            rows = self._rows[name] = [_JsonElement(self._source, start) for start in starts]
        return rows


def _members(text: str, at: int) -> dict[str, int]:
    """Where the value of each property of the object at `at` starts; of one that stands twice, the last."""
    out: dict[str, int] = {}
    if text[at] != "{":
        return out
    found = _MEMBER.match(text, at + 1)
    while found:
        name, start, end = found[1], found.end(2), found.end()
        out[_unescape(name) if "\\" in name else name] = start
        found = _MEMBER.match(text, _past(text, start) if end == start else end)
    return out


def _items(text: str, at: int) -> list[int]:
    """Where the items of the array at `at` start, or `at` alone where no array stands there."""
    if text[at] != "[":
        return [at]
    out: list[int] = []
    found = _ITEM.match(text, at + 1)
    while found:
        start, end = found.end(1), found.end()
        out.append(start)
        found = _ITEM.match(text, _past(text, start) if end == start else end)
    return out


def _past(text: str, at: int) -> int:
    """The end of the value at `at`, which is nested deeper than one match steps over."""
    depth = 0
    while found := _TO_BRACKET.match(text, at):
        depth += 1 if found[1] in "{[" else -1
        at = found.end()
        if not depth:
            return at
    return len(text)


def _unescape(name: str) -> str:
    value: str = json.loads(f'"{name}"')
    return value
