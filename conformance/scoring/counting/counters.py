"""The counters of one rule list on one day, and the text that they are kept as.

They stand in the order of FIELDS: those of all rules for `passed`, then for `failed` and so on.

Most counters are small, and those of records never have a use for all four bytes: kept are the lowest bytes of all
counters, then the second ones if any is not zero, and so on. Of long lists they are compressed: a day then fits into a
page of SQLite, which gives a row that does not a page of its own (https://www.sqlite.org/withoutrowid.html). Of short
ones that saves little, and costs more time than all the rest.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Sequence

from conformance.scoring.sheet import FIELDS
from fhir_kernel.errors import StoreError

_BYTES = 4
_LONG = 256
"""Bytes that are worth compressing."""
_PLAIN, _COMPRESSED = "-", "z"
"""What stands after the number of planes."""
_FORMS = {f"{planes}{form}": (planes, form) for planes in range(1, _BYTES + 1) for form in (_PLAIN, _COMPRESSED)}
"""What a text can begin with."""


def packed(counters: array[int]) -> str:
    """As they are kept."""
    raw, many = _little_endian(counters).tobytes(), len(counters)
    planes = [raw[place::_BYTES] for place in range(_BYTES)]
    while len(planes) > 1 and planes[-1].count(0) == many:
        planes.pop()
    data, form = b"".join(planes), _PLAIN
    if len(data) > _LONG:
        data, form = zlib.compress(data, 1), _COMPRESSED
    return f"{len(planes)}{form}{b2a_base64(data, newline=False).decode()}"


def unpacked(text: str) -> array[int]:
    """The other way round. Raises StoreError for what is no such text."""
    return whole(planes_of(text))


def planes_of(text: str) -> Sequence[bytes]:
    """The bytes of all counters by their place, the lowest first. Raises StoreError for what is no such text."""
    try:
        (planes, form), data = _FORMS[text[:2]], a2b_base64(text[2:])
        if form == _COMPRESSED:
            data = zlib.decompress(data)
    except (ValueError, KeyError, Error, zlib.error) as error:
        raise _damaged(text) from error
    if planes == 1:
        return (data,)
    many, rest = divmod(len(data), planes)
    if rest:
        raise _damaged(text)
    return [data[at * many : (at + 1) * many] for at in range(planes)]


def whole(planes: Sequence[bytes | bytearray]) -> array[int]:
    """The counters whose bytes these are."""
    raw = bytearray(_BYTES * len(planes[0]))
    for place, each in enumerate(planes):
        raw[place::_BYTES] = each
    return _little_endian(array("I", raw))


def added(text: str, more: array[int]) -> str:
    """What is kept once signed numbers are added to it; `text` is empty where nothing was kept. Raises StoreError."""
    counters = unpacked(text) if text else array("I", bytes(_BYTES * len(more)))
    try:
        for at, each in enumerate(more):
            if each:
                counters[at] += each
    except OverflowError as error:
        text = f"found a counter of {counters[at]} to which {each} is to be added; expected a sum from 0 to {2**32 - 1}"
        raise StoreError(text) from error
    return packed(counters)


def by_field(counters: array[int]) -> Sequence[array[int]]:
    """The counters of each of FIELDS, one for each rule."""
    rules = len(counters) // len(FIELDS)
    return tuple(counters[at * rules : (at + 1) * rules] for at in range(len(FIELDS)))


def _little_endian(counters: array[int]) -> array[int]:
    if sys.byteorder == "big":
        counters = counters[:]
        counters.byteswap()
    return counters


def _damaged(text: str) -> StoreError:
    return StoreError(f"found counters that are damaged: '{text[:20]}…'; expected planes of bytes")
