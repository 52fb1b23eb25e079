"""Links to other pages: opaque, signed, and with everything that such a page needs, so that nothing is kept.

https://hl7.org/fhir/R4/http.html#paging. A link tells where its page begins and where the pages before it did, as far
back as there is room for, so that each page leads back to the one before.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as WrongBase64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import orjson

from fhir_kernel.store.criteria import Position, Query
from fhir_kernel.store.records import Key
from fhir_server.outcomes import RequestRefused
from fhir_server.search.context import wrong_value
from fhir_server.search.elements.intervals import microseconds
from fhir_server.search.parse import PAGE_PARAMETER

_SIGNATURE = 16
"""Bytes."""

_ROOM = 1_000
"""Bytes of a link that the beginnings of earlier pages may take up."""

_FORM = b"2"
"""Which form the signed text has: links of another are no longer understood."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, and the instant as of which pages are shown."""

    after: Position | None
    """None: it is the first."""
    as_of: datetime
    before: tuple[Position | None, ...] = ()
    """Where the pages before it begin, in order; the first of them may have been left out."""

    def of(self, query: Query) -> Query:
        """The query for this page."""
        return replace(query, after=self.after, as_of=self.as_of)

    def first(self) -> Place:
        """The first page."""
        return Place(None, self.as_of)

    def previous(self) -> Place | None:
        """The page before; None where there is none, or where it begins is no longer known."""
        return Place(self.before[-1], self.as_of, self.before[:-1]) if self.before else None

    def following(self, last: Position) -> Place:
        """The page after, which begins where this one ends."""
        return Place(last, self.as_of, (*self.before, self.after))


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Writes and reads the values of `_page`. Whoever has the key, at least 16 bytes, can read what others wrote."""

    key: bytes

    def write(self, place: Place, path: str, pairs: Sequence[tuple[str, str]]) -> str:
        """The value for a search at `path` (`Patient`) with these parameters."""
        moment, start, before = microseconds(place.as_of), _written(place.after), list(map(_written, place.before))
        while len(orjson.dumps(before)) > _ROOM:
            before = before[1:]
        body = orjson.dumps([moment, start, before])
        return urlsafe_b64encode(self._signature(body, path, pairs) + body).decode().rstrip("=")

    def read(self, text: str, path: str, pairs: Sequence[tuple[str, str]]) -> Place:
        """The place that `write` wrote for the same search. Raises RequestRefused (400) for anything else."""
        try:
            data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (WrongBase64, ValueError) as error:
            raise _no_link() from error
        signature, body = data[:_SIGNATURE], data[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._signature(body, path, pairs)):
            raise _no_link()
        moment, start, before = orjson.loads(body)
        as_of = datetime.fromtimestamp(moment // 1_000_000, UTC).replace(microsecond=moment % 1_000_000)
        return Place(_read(start), as_of, tuple(map(_read, before)))

    def _signature(self, body: bytes, path: str, pairs: Sequence[tuple[str, str]]) -> bytes:
        search = orjson.dumps([path, [list(each) for each in pairs if each[0] != PAGE_PARAMETER]])
        signed = len(body).to_bytes(4) + body + search
        return blake2b(signed, key=self.key[:64], digest_size=_SIGNATURE, person=_FORM).digest()


def _written(position: Position | None) -> list[Any] | None:
    return None if position is None else [position.values, *position.key]


def _read(written: list[Any] | None) -> Position | None:
    return None if written is None else Position(tuple(written[0]), Key(*written[1:]))


def _no_link() -> RequestRefused:
    return wrong_value(
        PAGE_PARAMETER, "the link to a page is not one that this server gave for this search; start anew"
    )
