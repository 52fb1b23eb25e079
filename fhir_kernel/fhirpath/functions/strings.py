"""Strings (https://hl7.org/fhirpath/N1/index.html#string-manipulation and the later build's additions)."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from urllib.parse import quote, unquote

from fhir_kernel.errors import FhirPathEvaluationError, FhirPathLimitExceeded
from fhir_kernel.fhirpath import regex
from fhir_kernel.fhirpath.convert import system_value, type_of
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, function, scalar
from fhir_kernel.fhirpath.values import Items

MAX_STRING = 1_100_000
"""Characters that a string made by an expression may have."""

_JSON_ESCAPE = re.compile(r'\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])')


def checked(text: str) -> str:
    """`text`. Raises FhirPathLimitExceeded where it is too long."""
    if len(text) > MAX_STRING:
        raise FhirPathLimitExceeded(f"the expression makes a string of more than {MAX_STRING} characters")
    return text


def _substring(text: str, start: int, length: int | None) -> str | None:
    if not 0 <= start < len(text):
        return None
    return text[start:] if length is None else text[start : start + max(length, 0)]


def _replace(text: str, pattern: str, replacement: str) -> str:
    if text.count(pattern) * len(replacement) > MAX_STRING:
        raise FhirPathLimitExceeded(f"the expression makes a string of more than {MAX_STRING} characters")
    return checked(text.replace(pattern, replacement))


def _to_chars(items: Items, env: Environment) -> Items:
    characters = [character for item in items for character in _text(item)]
    env.spend(len(characters))
    return characters


def _split(items: Items, env: Environment, separator: Items) -> Items:
    texts = [_text(item) for item in items]
    if not texts or not separator:
        return []
    by = _text(separator[0])
    parts = [part for text in texts for part in (text.split(by) if by else text)]
    env.spend(len(parts))
    return parts


def _join(items: Items, env: Environment, separator: Items | None) -> Items:
    env.spend(len(items))
    by = _text(separator[0]) if separator else ""
    return [checked(by.join(_text(item) for item in items))] if items else []


def _text(item: object) -> str:
    value = system_value(item)
    if not isinstance(value, str):
        raise FhirPathEvaluationError(f"a String is needed, found {type_of(item)}")
    return value


def _encode(text: str, how: str) -> str | None:
    data = text.encode()
    match how:
        case "hex":
            return data.hex()
        case "base64":
            return base64.b64encode(data).decode()
        case "urlbase64":
            return base64.urlsafe_b64encode(data).decode()
        case "url":
            return quote(text, safe="")
    return None


def _decode(text: str, how: str) -> str | None:
    try:
        match how:
            case "hex":
                return bytes.fromhex(text).decode()
            case "base64":
                return base64.b64decode(text, validate=True).decode()
            case "urlbase64":
                return base64.urlsafe_b64decode(text).decode()
            case "url":
                return unquote(text, errors="strict")
    except (ValueError, binascii.Error):
        raise FhirPathEvaluationError(f"the text is not encoded as {how}") from None
    return None


def _escape(text: str, target: str) -> str | None:
    match target:
        case "html":
            return html.escape(text, quote=True).replace("&#x27;", "&#39;")
        case "json":
            return json.dumps(text, ensure_ascii=False)[1:-1]
    return None


def _unescape(text: str, target: str) -> str | None:
    match target:
        case "html":
            return html.unescape(text)
        case "json":
            return _JSON_ESCAPE.sub(lambda found: str(json.loads(f'"{found[0]}"')), text)
    return None


_BOOLEAN, _STRING, _INTEGER = "System.Boolean", "System.String", "System.Integer"

FUNCTIONS: dict[str, Function] = {
    "indexOf": scalar("String", str.find, "String", returns=_INTEGER),
    "lastIndexOf": scalar("String", str.rfind, "String", returns=_INTEGER),
    "substring": scalar("String", _substring, "Integer | Integer", returns=_STRING),
    "startsWith": scalar("String", str.startswith, "String", returns=_BOOLEAN),
    "endsWith": scalar("String", str.endswith, "String", returns=_BOOLEAN),
    "contains": scalar("String", str.__contains__, "String", returns=_BOOLEAN),
    "upper": scalar("String", str.upper, returns=_STRING),
    "lower": scalar("String", str.lower, returns=_STRING),
    "trim": scalar("String", str.strip, returns=_STRING),
    "length": scalar("String", len, returns=_INTEGER),
    "replace": scalar("String", _replace, "String String", returns=_STRING),
    "matches": scalar("String", regex.matches, "String | String", returns=_BOOLEAN),
    "matchesFull": scalar("String", regex.matches_full, "String | String", returns=_BOOLEAN),
    "replaceMatches": scalar("String", regex.replace_matches, "String String", returns=_STRING),
    "encode": scalar("String", _encode, "String", returns=_STRING),
    "decode": scalar("String", _decode, "String", returns=_STRING),
    "escape": scalar("String", _escape, "String", returns=_STRING),
    "unescape": scalar("String", _unescape, "String", returns=_STRING),
    "toChars": function(_to_chars, returns=_STRING),
    "split": function(_split, "items", returns=_STRING),
    "join": function(_join, "| items", returns=_STRING, single=True),
}
