"""Links to further pages: opaque, signed, and with everything that the next page needs, so that nothing is kept.

https://hl7.org/fhir/R4/http.html#paging
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as WrongBase64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b

import orjson

from fhir_kernel.store.criteria import Position, Query
from fhir_kernel.store.records import Key
from fhir_server.outcomes import RequestRefused
from fhir_server.search.context import wrong_value
from fhir_server.search.elements.intervals import microseconds
from fhir_server.search.parse import PAGE_PARAMETER

_SIGNATURE = 16
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, and the instant as of which pages are shown."""

    after: Position
    as_of: datetime

    def of(self, query: Query) -> Query:
        """The query for this page."""
        return replace(query, after=self.after, as_of=self.as_of)


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Writes and reads the values of `_page`. Whoever has the key, at least 16 bytes, can read what others wrote."""

    key: bytes

    def write(self, place: Place, path: str, pairs: Sequence[tuple[str, str]]) -> str:
        """The value for a search at `path` (`Patient`) with these parameters."""
        body = orjson.dumps(
            [place.after.values, place.after.key.type, place.after.key.id, microseconds(place.as_of)],
        )
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
        values, resource_type, resource_id, moment = orjson.loads(body)
        as_of = datetime.fromtimestamp(moment // 1_000_000, UTC).replace(microsecond=moment % 1_000_000)
        return Place(Position(tuple(values), Key(resource_type, resource_id)), as_of)

    def _signature(self, body: bytes, path: str, pairs: Sequence[tuple[str, str]]) -> bytes:
        search = orjson.dumps([path, [list(each) for each in pairs if each[0] != PAGE_PARAMETER]])
        return blake2b(len(body).to_bytes(4) + body + search, key=self.key[:64], digest_size=_SIGNATURE).digest()


def _no_link() -> RequestRefused:
    return wrong_value(
        PAGE_PARAMETER, "the link to a page is not one that this server gave for this search; start anew"
    )
