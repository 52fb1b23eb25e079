"""Line and column in JSON, found by looking only where something is asked (https://hl7.org/fhir/R4/json.html).

A text that is JSON is not read anew: whole values are stepped over, and only those on the way to a location are opened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection

import orjson

from fhir_kernel.codec.json_tolerant import tolerant_positions
from fhir_kernel.codec.limits import DEFAULT_LIMITS, Limits
from fhir_kernel.codec.positions import Place, Positions
from fhir_kernel.codec.text import json_bytes, line_starts, place

_NESTED = 6
"""Objects and arrays inside one another that one match steps over; what is deeper is stepped into."""
_STRING = '"[^"]*+"'
_BETWEEN = r'[^"{}\[\]]*+'
_GAP = r"[ \t\r\n,]*+"
_COLON = r"[ \t\r\n]*+:[ \t\r\n]*+"


def _any_of(depth: int) -> str:
    """A string, or brackets with up to `depth` levels in them; possessive, so that nothing is tried twice."""
    return rf"(?:{_STRING}|[{{\[]{_run(depth - 1)}[}}\]])" if depth else _STRING


def _run(depth: int) -> str:
    return rf"{_BETWEEN}(?:{_any_of(depth)}{_BETWEEN})*+"


_VALUE = rf"(?:{_any_of(_NESTED)}|[^ \t\r\n,{{}}\[\]]++)"
_MEMBER = re.compile(rf'{_GAP}"([^"]*+)"{_COLON}(){_VALUE}?+')
_ITEM = re.compile(rf"{_GAP}(?=[^\]])(){_VALUE}?+")
_TO_BRACKET = re.compile(rf"{_run(_NESTED)}([{{}}\[\]])")


def json_positions(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS) -> Positions:
    """Where the values in `data` start; of a property that stands twice, the second.

    What is not JSON is read tolerantly. Raises CodecError where no object can be made of it, LimitExceeded.
    """
    raw = json_bytes(data, limits)
    if not _is_object(raw):
        return tolerant_positions(raw, limits)
    source = _Source(raw.decode())
    return Positions(_JsonElement(source, source.text.index("{")))


def _is_object(raw: bytes) -> bool:
    try:
        return type(orjson.loads(raw)) is dict
    except orjson.JSONDecodeError:
        return False


class _Source:
    """A text, and the same without escaped quotes, in which every quote begins or ends a string."""

    __slots__ = ("_starts", "has_escapes", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = self.plain = text
        self.has_escapes = "\\" in text
        if self.has_escapes:
            self.plain = text.replace("\\\\", "__").replace('\\"', "__")
        self._starts: list[int] = []

    def place(self, offset: int) -> Place:
        if not self._starts:
            self._starts = line_starts(self.text)
        return place(offset, self._starts)

    def name(self, found: re.Match[str]) -> str:
        """The property name that `found` in the plain text."""
        name: str = self.text[found.start(1) : found.end(1)]
        return json.loads(f'"{name}"') if "\\" in name else name


class _JsonElement:
    """The value that starts at `start`; what stands in it is sought when it is first asked for."""

    __slots__ = ("_items", "_members", "_source", "_start")

    def __init__(self, source: _Source, start: int) -> None:
        self._source, self._start = source, start
        self._members: dict[str, int] | None = None
        self._items: dict[str, list[_JsonElement]] = {}

    @property
    def place(self) -> Place:
        return self._source.place(self._start)

    @property
    def names(self) -> Collection[str]:
        return self._starts()

    def child(self, name: str, index: int) -> _JsonElement | None:
        items = self._items.get(name)
        if items is None:
            source = self._source
            starts = _items(source.plain, self._starts()[name])
            items = self._items[name] = [_JsonElement(source, start) for start in starts]
        return items[index] if index < len(items) else None

    def _starts(self) -> dict[str, int]:
        if self._members is None:
            self._members = _members(self._source, self._start)
        return self._members


def _members(source: _Source, at: int) -> dict[str, int]:
    """Where the value of each property of the object at `at` starts; of one that stands twice, the last."""
    out: dict[str, int] = {}
    text = source.plain
    if text[at] != "{":
        return out
    found = _MEMBER.match(text, at + 1)
    while found:
        start, end = found.end(2), found.end()
        out[source.name(found) if source.has_escapes else found[1]] = start
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
    depth, at = 1, at + 1
    while depth and (found := _TO_BRACKET.match(text, at)):
        depth += 1 if found[1] in "{[" else -1
        at = found.end()
    return len(text) if depth else at
