"""The formats of primitive types (https://hl7.org/fhir/R4/datatypes.html#primitive).

`QUICK` holds a Python expression per type that is true of most good values and of no bad one; the generated code puts
it inline. Whatever it does not settle goes to `fault`, which knows all of the rule and says what is wrong.
"""

from __future__ import annotations

import binascii
import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from fhir_kernel.echo import echoed

_MAX_STRING = 1024 * 1024
_MAX_SHOWN = 80
_YEARS = range(1800, 2101)


class Fault(NamedTuple):
    """An issue id of the catalogue and its parameters."""

    issue_id: str
    params: Mapping[str, Any]


_DATE = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_QUICK_PATTERNS = {
    "CODE": r"[!-~]+",
    "ID": r"[A-Za-z0-9.-]{1,64}",
    "URI": r"(?!urn:(?:uuid|oid):)[!-~]{1,65535}+|urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|urn:oid:[0-2](?:\.(?:0|[1-9][0-9]{0,99}+)){1,99}+",
    "DATE": _DATE,
    "DATETIME": f"{_DATE}T{_TIME}{_ZONE}",
}
QUICK_NAMES: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {f"is_{name}": re.compile(pattern).fullmatch for name, pattern in _QUICK_PATTERNS.items()}
)
"""Names that the expressions of `QUICK` use."""

_STRING = "type({x}) is str and {x}.isprintable() and {x}.strip() == {x} and 0 < len({x}) < 65536"
_TEXT = "type({x}) is str and {x}.isprintable() and {x}[:1] > ' ' and len({x}) < 65536"
_URI = "type({x}) is str and is_URI({x})"
QUICK: Mapping[str, str] = MappingProxyType(
    {
        "boolean": "{x} is True or {x} is False",
        "integer": "type({x}) is int and -2147483648 <= {x} <= 2147483647",
        "unsignedInt": "type({x}) is int and 0 <= {x} <= 2147483647",
        "positiveInt": "type({x}) is int and 1 <= {x} <= 2147483647",
        "decimal": "type({x}) is int or type({x}) is Decimal",
        "string": _STRING,
        "markdown": _TEXT,
        "code": "type({x}) is str and is_CODE({x})",
        "id": "type({x}) is str and is_ID({x})",
        "uri": _URI,
        "url": _URI,
        "canonical": _URI,
        "date": "type({x}) is str and is_DATE({x})",
        "dateTime": "type({x}) is str and (is_DATETIME({x}) or is_DATE({x}))",
        "instant": "type({x}) is str and is_DATETIME({x})",
    }
)
"""By primitive type, an expression over `{x}`; types that are not here always go to `fault`."""


def is_plain_text(text: str) -> bool:
    """Whether a string is good as it is, without white space at its ends: what the quick test of `string` says."""
    return text.isprintable() and text.strip() == text and 0 < len(text) < 65536


def fault(type_name: str, value: Any) -> Fault | None:
    """What is wrong with `value` as a primitive of `type_name`, None if nothing is."""
    check = _CHECKS.get(type_name)
    return check(type_name, value) if check else None


def shown(value: Any) -> Any:
    """`value` as a message shows it: long texts are cut."""
    return value[:_MAX_SHOWN] + "…" if isinstance(value, str) and len(value) > _MAX_SHOWN else value


_JSON_TYPES: Mapping[type, str] = MappingProxyType({str: "string", list: "array", dict: "object"})


def json_type(value: Any) -> str:
    """How JSON calls the type of `value`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    return _JSON_TYPES.get(type(value), type(value).__name__)


def _wrong(type_name: str, value: Any, expected: str) -> Fault:
    params = {"type": type_name, "found": _kind(value), "expected": expected}
    return Fault("primitive.json-type", params)


def _kind(value: Any) -> str:
    """The type of a value in JSON, and the value where it is but one."""
    if value is None or isinstance(value, dict | list):
        return json_type(value)
    return f"{json_type(value)} " + (f"'{value}'" if isinstance(value, str) else echoed(value))


def _format(type_name: str, value: Any, expected: str) -> Fault:
    return Fault("primitive.format", {"type": type_name, "found": value, "expected": expected})


def _boolean(type_name: str, value: Any) -> Fault | None:
    return None if isinstance(value, bool) else _wrong(type_name, value, "boolean")


_RANGES = {"integer": (-(2**31), 2**31 - 1), "unsignedInt": (0, 2**31 - 1), "positiveInt": (1, 2**31 - 1)}


def _integer(type_name: str, value: Any) -> Fault | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, float)):
        return _wrong(type_name, value, "number")
    if not isinstance(value, int):
        return _format(type_name, value, "a whole number")
    low, high = _RANGES[type_name]
    if low <= value <= high:
        return None
    return Fault("primitive.range", {"type": type_name, "found": value, "expected": f"{low} … {high}"})


def _decimal(type_name: str, value: Any) -> Fault | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, float)):
        return _wrong(type_name, value, "number")
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > 1000:
        return Fault("primitive.range", {"type": type_name, "found": value, "expected": "≤ 1000 digits"})
    return None


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _text(type_name: str, value: Any) -> Fault | None:
    """Rules of string and markdown: some text, no control characters, 1 MB at the most."""
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    if not value or value.isspace():
        return Fault("primitive.empty", {})
    if len(value) > _MAX_STRING:
        return Fault("primitive.too-long", {"found": len(value), "expected": _MAX_STRING})
    found = _CONTROL.search(value)
    return Fault("primitive.control-character", {"found": f"U+{ord(found.group()):04X}"}) if found else None


def _string(type_name: str, value: Any) -> Fault | None:
    wrong = _text(type_name, value)
    if wrong is None and value != value.strip():
        return Fault("primitive.white-space", {"found": value})
    return wrong


_CODE = re.compile(r"[^\s]+([\s][^\s]+)*")


def _code(type_name: str, value: Any) -> Fault | None:
    wrong = _text(type_name, value)
    if wrong is None and not _CODE.fullmatch(value):
        return _format(type_name, value, "no white space at either end and single spaces within")
    return wrong


_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


def _id(type_name: str, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    if not value:
        return Fault("primitive.empty", {})
    return None if _ID.fullmatch(value) else _format(type_name, value, "1 to 64 letters, digits, '-' or '.'")


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")


def _uri(type_name: str, value: Any) -> Fault | None:
    wrong = _text(type_name, value)
    if wrong is not None:
        return wrong
    if re.search(r"\s", value):
        return _format(type_name, value, "no white space")
    return _urn(type_name, value)


def _urn(type_name: str, value: str) -> Fault | None:
    """UUIDs and OIDs among URIs; capital letters in a UUID are a slip, and so is an OID that is only referred to."""
    if value.startswith("urn:uuid:") and not _UUID.fullmatch(value[9:].partition("#")[0].partition("|")[0]):
        is_capital = _UUID.fullmatch(value[9:].lower()) is not None
        return Fault("primitive.uuid-case" if is_capital else "primitive.uuid", {"found": value})
    if value.startswith("urn:oid:") and not _OID.fullmatch(value[8:].partition("|")[0]):
        return Fault("primitive.oid-reference" if type_name == "canonical" else "primitive.oid", {"found": value})
    return None


def _uuid(type_name: str, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    good = value.startswith("urn:uuid:") and _UUID.fullmatch(value[9:])
    return None if good else Fault("primitive.uuid", {"found": value})


def _oid(type_name: str, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    good = value.startswith("urn:oid:") and _OID.fullmatch(value[8:])
    return None if good else Fault("primitive.oid", {"found": value})


_DATE_PARTS = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_TIME_PARTS = re.compile(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?")
_ZONE_PARTS = re.compile(_ZONE)


def _date(type_name: str, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    parts = _DATE_PARTS.fullmatch(value)
    if parts is None:
        return _format(type_name, value, "YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in parts.groups())
    if year == 0 or (month and day and year and day > monthrange(year, month)[1]):
        return Fault("primitive.no-such-date", {"found": value})
    if year not in _YEARS:
        return Fault("primitive.implausible-year", {"found": value, "expected": f"{_YEARS[0]} … {_YEARS[-1]}"})
    return None


def _date_time(type_name: str, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    date, separator, rest = value.partition("T")
    if not separator and type_name == "dateTime":
        wrong = _date("dateTime", date)
        expected = "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss±hh:mm"
        return _format(type_name, value, expected) if wrong and wrong.issue_id == "primitive.format" else wrong
    time = _TIME_PARTS.match(rest)
    if len(date) != 10 or not _DATE_PARTS.fullmatch(date) or time is None:
        return _format(type_name, value, "YYYY-MM-DDThh:mm:ss with optional fractions, then Z or ±hh:mm")
    zone = rest[time.end() :]
    if not zone:
        return Fault("primitive.time-zone", {"found": value})
    if not _ZONE_PARTS.fullmatch(zone):
        return _format(type_name, value, "a time zone Z or ±hh:mm up to ±14:00")
    return _date(type_name, date)


def _time(type_name: str, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    return None if _TIME_PARTS.fullmatch(value) else _format(type_name, value, "hh:mm:ss with optional fractions")


def _base64(type_name: str, value: Any) -> Fault | None:
    if not isinstance(value, str):
        return _wrong(type_name, value, "string")
    if not value:
        return Fault("primitive.empty", {})
    try:
        binascii.a2b_base64("".join(value.split()).encode(), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        return Fault("primitive.base64", {"found": value, "expected": str(error)})
    return None


def _xhtml(type_name: str, value: Any) -> Fault | None:
    return None if isinstance(value, str) else _wrong(type_name, value, "string")


_CHECKS: Mapping[str, Callable[[str, Any], Fault | None]] = MappingProxyType(
    {
        "boolean": _boolean,
        "integer": _integer,
        "unsignedInt": _integer,
        "positiveInt": _integer,
        "decimal": _decimal,
        "string": _string,
        "markdown": _text,
        "code": _code,
        "id": _id,
        "uri": _uri,
        "url": _uri,
        "canonical": _uri,
        "uuid": _uuid,
        "oid": _oid,
        "date": _date,
        "dateTime": _date_time,
        "instant": _date_time,
        "time": _time,
        "base64Binary": _base64,
        "xhtml": _xhtml,
    }
)
