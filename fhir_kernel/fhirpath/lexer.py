"""Text of an expression to tokens (https://hl7.org/fhirpath/N1/index.html#lexical-elements)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from fhir_kernel.errors import FhirPathSyntaxError
from fhir_kernel.fhirpath.temporal import parse_date, parse_datetime, parse_time
from fhir_kernel.fhirpath.values import Item


class Token(NamedTuple):
    """`kind` is `literal`, `name`, `special`, `variable`, `symbol` or `end`; `value` that of a literal."""

    kind: str
    text: str
    offset: int
    value: Item = None
    is_quoted: bool = False


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, with `end` last. Raises FhirPathSyntaxError."""
    return [*_tokens(text), Token("end", "", len(text))]


_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\r\n]*|/\*.*?\*/)
    |(?P<open>/\*)
    |@T(?P<time>\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)
    |@(?P<datetime>\d{4}(?:-\d\d(?:-\d\d)?)?T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)
    |@(?P<date>\d{4}(?:-\d\d(?:-\d\d)?)?)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |\$(?P<special>this|index|total)\b
    |%(?P<fixedvariable>(?:vs|ext)-[A-Za-z0-9-]+)
    |(?P<variable>%(?=[A-Za-z_`'"]))
    |`(?P<quotedname>(?:[^`\\]|\\.)*)`
    |'(?P<string>(?:[^'\\]|\\.)*)'
    |"(?P<doublestring>(?:[^"\\]|\\.)*)"
    |(?P<symbol><=|>=|!=|!~|[-+*/&|=~<>.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_MAX_LITERAL = 1000
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", **{c: c for c in "\\'\"`/"}}


def _tokens(text: str) -> Iterator[Token]:
    position, variable_at = 0, -1
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found or found.lastgroup == "open":
            raise FhirPathSyntaxError(_complaint(text, position), expression=text, offset=position)
        kind, content = str(found.lastgroup), str(found[str(found.lastgroup)])
        if kind == "variable":
            variable_at = found.end()
        elif kind != "space":
            yield _token(text, kind, content, position, is_variable=variable_at == position)
        position = found.end()


def _token(text: str, kind: str, content: str, offset: int, *, is_variable: bool) -> Token:
    if is_variable:
        name = content if kind == "name" else _unescaped(text, content, offset)
        return Token("variable", name, offset)
    match kind:
        case "name" | "special" | "symbol":
            return Token(kind, content, offset)
        case "quotedname":
            return Token("name", _unescaped(text, content, offset), offset, is_quoted=True)
        case "string" | "doublestring":
            return Token("literal", content, offset, _unescaped(text, content, offset))
        case "fixedvariable":
            return Token("variable", content, offset)
    value = _PARSERS[kind](content) if len(content) <= _MAX_LITERAL else None
    if value is None:
        raise FhirPathSyntaxError(f"'{content}' is not a {kind} that exists", expression=text, offset=offset)
    return Token("literal", content, offset, value)


def _parse_datetime_literal(text: str) -> Item:
    """`2015T` is the literal of a DateTime whose value is written `2015`."""
    return parse_datetime(text.removesuffix("T"))


_PARSERS: dict[str, Callable[[str], Item]] = {
    "time": parse_time,
    "date": parse_date,
    "datetime": _parse_datetime_literal,
    "number": lambda text: Decimal(text) if "." in text else int(text),
}


def _unescaped(text: str, content: str, offset: int) -> str:
    def replacement(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) == 5:
            return chr(int(code[1:], 16))  # half of a pair, perhaps
        if code not in _ESCAPED:
            raise FhirPathSyntaxError(f"unknown escape '\\{code}' in a string", expression=text, offset=offset)
        return _ESCAPED[code]

    if "\\" not in content:
        return content
    return _ESCAPE.sub(replacement, content).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _complaint(text: str, position: int) -> str:
    if text.startswith("/*", position):
        return "comment without its end '*/'"
    character = text[position]
    if character in "'\"`":
        return f"text without its closing {character}"
    return f"unexpected character '{character}'"
