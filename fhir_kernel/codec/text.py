"""The bytes of a document as text, and places within it."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Sequence

from fhir_kernel.codec.limits import Limits
from fhir_kernel.errors import CodecError, LimitExceeded

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def json_bytes(data: bytes | str, limits: Limits) -> bytes:
    """`data` as UTF-8 without a byte order mark. Raises LimitExceeded, CodecError (surrogates in a str)."""
    try:
        raw = data.encode() if isinstance(data, str) else data
    except UnicodeEncodeError as error:
        raise CodecError(f"the text holds a lone surrogate at character {error.start + 1}") from None
    if len(raw) > limits.max_bytes:
        raise LimitExceeded(f"the JSON text has {len(raw)} bytes; at most {limits.max_bytes} are allowed")
    return raw.removeprefix(codecs.BOM_UTF8)


def decode_json(raw: bytes) -> str:
    """`raw` as text. Raises CodecError that names the encoding where it is not UTF-8."""
    wide = _wide_encoding(raw)
    if wide:
        raise CodecError(f"the text is {wide}; FHIR JSON is UTF-8", line=1, column=1)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        found = f"byte 0x{raw[error.start]:02X}"
        raise CodecError(f"the text is not UTF-8: {found} cannot stand here", line=line, column=column) from None


def line_starts(text: str) -> list[int]:
    """The offsets at which the lines of `text` begin."""
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def place(offset: int, starts: Sequence[int]) -> tuple[int, int]:
    """Line and column, both from 1, of the character at `offset`."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def _wide_encoding(raw: bytes) -> str:
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    head = raw[:4]
    if len(head) >= 2 and 0 in head:
        return "UTF-32" if head.count(0) > 2 else "UTF-16"
    return ""
