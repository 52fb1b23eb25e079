"""FHIR JSON to and from a resource; decimals keep their digits (https://hl7.org/fhir/R4/json.html)."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

from fhir_kernel.codec.json_tolerant import read_tolerantly
from fhir_kernel.codec.limits import DEFAULT_LIMITS, WRITABLE_DEPTH, Limits
from fhir_kernel.codec.numbers import MAX_EXPONENT, MAX_INTEGER_DIGITS, decimal_text, whole_number
from fhir_kernel.codec.reading import Reading
from fhir_kernel.codec.text import decode_json, json_bytes
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.resource import Resource

_BLANK = b" \t\r\n-["
_BARE = bytes.maketrans(b"123456789E", b"000000000e")
_LONG_OR_DECIMAL = rb"(?:0*[.e]|0{%d})" % MAX_INTEGER_DIGITS
_VALUE_BEFORE = rb'(?:(?<=["}\]0],0)|(?<=null,0)|(?<=true,0)|(?<=false,0))'
_DECIMAL_MEMBER = re.compile(rb'":0' + _LONG_OR_DECIMAL)
_DECIMAL_ITEM = re.compile(rb",0" + _VALUE_BEFORE + _LONG_OR_DECIMAL)
_ESCAPED = (b"\\u0022", b"\\u003a", b"\\u003A")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_BIG_EXPONENT = re.compile(rb"[0-9][eE][+-]?0*[1-9][0-9]{2}")


def parse_json(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS) -> Resource:
    """The object that `data` holds.

    Of a key that stands twice the last value is taken; see `has_duplicate_keys`. Raises CodecError (line, column) where
    `data` is not JSON in UTF-8 or not an object, LimitExceeded where it is larger or deeper than `limits`.
    """
    raw = json_bytes(data, limits)
    value = _load(raw, _bare(raw), limits)
    if _may_be_deep(raw, limits):
        _write_shallow(value)
        _refuse_deep(value, limits.max_depth)
    return value


def read_json(data: bytes | str, *, limits: Limits = DEFAULT_LIMITS, allow_comments: bool = False) -> Reading:
    """As much of the resource in `data` as can be made, with an issue for everything that is bad JSON.

    Costs little more than `parse_json` where nothing is wrong. Raises CodecError where no object can be made of `data`,
    LimitExceeded.
    """
    raw = json_bytes(data, limits)
    bare = _bare(raw)
    try:
        resource = _load(raw, bare, limits)
    except CodecError:
        return read_tolerantly(raw, limits, allow_comments=allow_comments)
    written = _write_shallow(resource)
    if _may_be_deep(raw, limits):
        _refuse_deep(resource, limits.max_depth)
    if written != raw and _may_repeat_keys(raw, bare, written):
        return read_tolerantly(raw, limits, allow_comments=allow_comments)
    return Reading(resource, ())


def has_duplicate_keys(data: bytes | str, resource: Resource) -> bool:
    """Whether `data`, of which `resource` was parsed, may hold a key twice in one object.

    True can be a false alarm (`read_json` looks again), False cannot.
    """
    raw = data.encode() if isinstance(data, str) else data
    written = write_json(resource)
    return written != raw and _may_repeat_keys(raw, _bare(raw), written)


def write_json(resource: Resource, *, pretty: bool = False) -> bytes:
    """`resource` as UTF-8 JSON, decimals with all their digits. Raises CodecError where it holds what JSON cannot."""
    try:
        return orjson.dumps(resource, default=_write_decimal, option=orjson.OPT_INDENT_2 if pretty else None)
    except orjson.JSONEncodeError as error:
        raise CodecError(f"the resource cannot be written as JSON: {error.__cause__ or error}") from None


def write_sorted(resource: Resource) -> bytes:
    """The same with the keys of every object in order, so that equal resources have equal bytes."""
    return orjson.dumps(resource, default=_write_decimal, option=orjson.OPT_SORT_KEYS)


def _bare(raw: bytes) -> bytes:
    """`raw` for searching: every digit a 0, without white space, signs and the beginnings of arrays."""
    return raw.translate(_BARE, _BLANK)


def _load(raw: bytes, bare: bytes, limits: Limits) -> Resource:
    try:
        value = _load_decimals(raw) if _needs_decimal(bare) else orjson.loads(raw)
    except (ValueError, RecursionError, InvalidOperation):
        raise _reason(raw, limits) from None
    if type(value) is not dict:
        raise CodecError(f"the JSON is {_kind(value)}; expected an object", line=1, column=1)
    return value


def _needs_decimal(bare: bytes) -> bool:
    """Whether a number in `bare` may have a fraction, an exponent or more digits than an integer holds."""
    return _DECIMAL_MEMBER.search(bare) is not None or _DECIMAL_ITEM.search(bare) is not None


def _may_repeat_keys(raw: bytes, bare: bytes, written: bytes) -> bool:
    """Whether a key may stand twice in `raw`, of which `written` is what was read.

    Every key ends in `":` once white space is gone, and of those the written text has one fewer for each duplicate.
    Within strings it has none more, unless quotes or colons were escaped by their numbers.
    """
    escaped = b"\\u00" in raw and any(each in raw for each in _ESCAPED)
    return escaped or bare.count(b'":') != written.count(b'":')


def _load_decimals(raw: bytes) -> Any:
    if _SURROGATE.search(raw):
        orjson.loads(raw)
    value = json.loads(raw.decode(), parse_float=Decimal, parse_int=whole_number, parse_constant=_refuse_constant)
    if _BIG_EXPONENT.search(raw):
        _refuse_big_exponents(value)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _write_decimal(value: object) -> orjson.Fragment:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not JSON")
    if not value.is_finite():
        raise TypeError(f"{value} is not a JSON number")
    return orjson.Fragment(decimal_text(value))


def _reason(raw: bytes, limits: Limits) -> CodecError | LimitExceeded:
    """Why `raw` did not parse."""
    text = decode_json(raw)
    if not text.strip():
        return CodecError("the text is empty; expected a JSON object", line=1, column=1)
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if "depth limit" in error.msg:
            return LimitExceeded(f"the JSON is nested deeper than {limits.max_depth}")
        if "infinity" not in error.msg:
            return CodecError(f"the text is not JSON: {error.msg}", line=error.lineno, column=error.colno)
    return CodecError(f"the JSON holds a number beyond 1E{MAX_EXPONENT}", line=1, column=1)


def _refuse_big_exponents(value: Any) -> None:
    level = [value]
    while level:
        inner: list[Any] = []
        for each in level:
            if isinstance(each, Decimal) and abs(each.adjusted()) > MAX_EXPONENT:
                raise ValueError("exponent too large")
            inner.extend(_items(each))
        level = inner


def _may_be_deep(raw: bytes, limits: Limits) -> bool:
    return raw.count(b"{") + raw.count(b"[") > limits.max_depth


def _write_shallow(value: Resource) -> bytes:
    """`value` written anew. Raises LimitExceeded where it is nested too deep for that: the quickest way to tell."""
    try:
        return orjson.dumps(value, default=_write_decimal)
    except orjson.JSONEncodeError:
        raise LimitExceeded(f"the JSON is nested deeper than {WRITABLE_DEPTH}") from None


def _refuse_deep(value: Any, max_depth: int) -> None:
    if max_depth >= WRITABLE_DEPTH:
        return
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > max_depth:
            raise LimitExceeded(f"the JSON is nested deeper than {max_depth}")
        level = [inner for each in level for inner in _items(each) if type(inner) is dict or type(inner) is list]


def _items(value: Any) -> Any:
    if type(value) is dict:
        return value.values()
    return value if type(value) is list else ()


def _kind(value: Any) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
