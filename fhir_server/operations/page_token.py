"""Where the next page of $everything begins, as text in a link: nothing is kept on the server between pages.

It says only from where to go on within what its request may see, so that nothing is gained by forging one.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from fhir_kernel.store.criteria import Position
from fhir_kernel.store.records import Key
from fhir_server.outcomes import RequestRefused, refused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class PageToken:
    """`as_of` is the instant of the first page: what is made later is on none. `group` is a part of the search."""

    as_of: datetime
    group: int = 0
    after: Position | None = None


def written(token: PageToken) -> str:
    """The token as it stands in a link."""
    after = None if token.after is None else [list(token.after.values), *token.after.key]
    row = [(token.as_of - _EPOCH) // _MICROSECOND, token.group, after]
    return base64.urlsafe_b64encode(orjson.dumps(row)).decode().rstrip("=")


def read_token(text: str, groups: int) -> PageToken:
    """The token that `text` writes, for a search in so many groups. Raises RequestRefused."""
    try:
        if len(text) > _LONGEST:
            raise ValueError(len(text))
        instant, group, after = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        if type(instant) is not int or type(group) is not int or not 0 <= group < groups:
            raise ValueError(group)
        return PageToken(_EPOCH + timedelta(microseconds=instant), group, None if after is None else _position(*after))
    except (ValueError, TypeError, OverflowError, binascii.Error):
        raise _no_token(text) from None


def _position(values: Any, type_: Any, id_: Any) -> Position:
    fits = isinstance(values, list) and all(isinstance(each, str | int | float | None) for each in values)
    if not fits or not isinstance(type_, str) or not isinstance(id_, str):
        raise ValueError(values)
    return Position(tuple(values), Key(type_, id_))


def _no_token(text: str) -> RequestRefused:
    return refused("value", f"'_page' is '{text[:80]}'; expected what stands in the 'next' link of a page before")
