"""One value of a parameter to a test, by the type of the parameter (https://hl7.org/fhir/R4/search.html#ptypes)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import cast, get_args

from fhir_kernel.store.criteria import (
    CompositeTest,
    DateTest,
    NearTest,
    NumberTest,
    Prefix,
    QuantityTest,
    ReferenceTest,
    StringTest,
    Test,
    TextTest,
    TokenTest,
    UriTest,
)
from fhir_kernel.store.values import NumberValue
from fhir_kernel.ucum import convert
from fhir_server.search.context import wrong_value
from fhir_server.search.definitions import SearchDefinition
from fhir_server.search.elements.fold import fold, words
from fhir_server.search.elements.intervals import interval, microseconds
from fhir_server.search.elements.quantities import UCUM, canonical_number
from fhir_server.search.elements.references import Read, canonical_reader
from fhir_server.search.escapes import split, unescape

_PREFIXES = "|".join(get_args(Prefix))
_PREFIXED = re.compile(rf"(?P<prefix>{_PREFIXES})?(?P<rest>.*)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)
_MOST_DIGITS = 290
_DEFAULT_DISTANCE = 50_000.0
"""Metres, where `near` does not say how far."""


@dataclass(frozen=True, slots=True)
class Literals:
    """Reads values. `name` is the parameter as it was written, for messages."""

    now: datetime
    read: Read

    def test(self, definition: SearchDefinition, text: str, name: str) -> Test:
        """The test that a value, still escaped, asks for. Raises RequestRefused."""
        if text == "":
            raise wrong_value(name, f"'{name}' has an empty value among others; expected a value, or a comma less")
        return _READERS[definition.type](self, definition, text, name)

    def token(self, text: str, name: str) -> TokenTest:
        """`code`, `|code`, `system|` or `system|code`."""
        parts = [unescape(part) for part in split(text, "|")]
        if len(parts) == 1:
            return TokenTest(None, parts[0])
        if len(parts) > 2 or parts == ["", ""]:
            raise wrong_value(name, f"'{name}' is '{text}'; expected code, |code, system| or system|code")
        return TokenTest(parts[0], parts[1] or None)

    def token_of_type(self, text: str, name: str) -> TokenTest:
        """`system|code|value`, for `:of-type`."""
        parts = [unescape(part) for part in split(text, "|")]
        if len(parts) != 3 or not all(parts):
            raise wrong_value(name, f"'{name}' is '{text}'; expected the type and the value: system|code|value")
        return TokenTest(None, parts[2], f"{parts[0]}|{parts[1]}")

    def reference(self, text: str, name: str, wanted: str = "") -> ReferenceTest:
        """`id`, `Type/id`, a URL or a canonical; `wanted` is the type that a modifier asks for."""
        plain = unescape(text)
        if _ID.fullmatch(plain):
            return ReferenceTest(wanted, plain)
        found = canonical_reader(self.read)(plain) if "|" in plain else self.read(plain)
        if wanted and found.type and found.type != wanted:
            raise wrong_value(name, f"'{name}' is '{plain}'; expected a {wanted}, as the modifier says")
        return ReferenceTest(found.type, found.id, found.url, found.version)

    def date(self, text: str, name: str) -> DateTest:
        """A date or time with a prefix."""
        prefix, rest = _prefixed(unescape(text))
        found = interval(rest) or interval(f"{rest[:-6]}+{rest[-5:]}" if rest[-6:-5] == " " else "")
        if found is None:
            form = "a date or time such as 2013, 2013-01, 2013-01-14, 2013-01-14T10:00Z"
            raise wrong_value(name, f"'{name}' is '{text}'; expected {form}, with one of {_PREFIXES} before it or none")
        low, high = found
        if prefix == "ap":
            gap = abs(microseconds(self.now) - (low + high) // 2) // 10
            low, high = low - gap, high + gap
        return DateTest(prefix, low, high)

    def number(self, text: str, name: str) -> NumberTest:
        """A number with a prefix; how precisely it is written says what equals it."""
        prefix, rest = _prefixed(text)
        value = Decimal(rest) if _NUMBER.fullmatch(rest) else None
        if value is None or abs(value.adjusted()) > _MOST_DIGITS:
            raise wrong_value(name, f"'{name}' is '{text}'; expected a number such as 100, 5.40 or le1e-3")
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        margin = abs(value) / 10 if prefix == "ap" else Decimal((0, (5,), exponent - 1))
        return NumberTest(prefix, value, value - margin, value + margin)

    def _number(self, _definition: SearchDefinition, text: str, name: str) -> Test:
        return self.number(unescape(text), name)

    def _date(self, _definition: SearchDefinition, text: str, name: str) -> Test:
        return self.date(text, name)

    def _string(self, _definition: SearchDefinition, text: str, _name: str) -> Test:
        return StringTest("starts", fold(unescape(text)))

    def _token(self, _definition: SearchDefinition, text: str, name: str) -> Test:
        return self.token(text, name)

    def _uri(self, _definition: SearchDefinition, text: str, _name: str) -> Test:
        return UriTest("equal", unescape(text))

    def _reference(self, definition: SearchDefinition, text: str, name: str) -> Test:
        found = self.reference(text, name)
        only = definition.targets[0] if len(definition.targets) == 1 else ""
        return replace(found, type=only) if found.id and not found.type else found

    def _quantity(self, _definition: SearchDefinition, text: str, name: str) -> Test:
        parts = [unescape(part) for part in split(text, "|")]
        if len(parts) not in (1, 3):
            raise wrong_value(name, f"'{name}' is '{text}'; expected number, number|system|code or number||unit")
        number = self.number(parts[0], name)
        system, code = (parts[1] or None, parts[2] or None) if len(parts) == 3 else (None, None)
        made = (
            canonical_number(NumberValue(number.value, number.low, number.high), code or "") if system == UCUM else None
        )
        if made is None:
            return QuantityTest(number, system, code)
        canonical = NumberTest(number.prefix, made[0].value, made[0].low, made[0].high)
        return QuantityTest(number, system, code, canonical, made[1])

    def _composite(self, definition: SearchDefinition, text: str, name: str) -> Test:
        parts = split(text, "$")
        codes = [each.definition.code for each in definition.components]
        if len(parts) != len(codes):
            raise wrong_value(name, f"'{name}' is '{text}'; expected {len(codes)} values: {'$'.join(codes)}")
        pairs = zip(definition.components, parts, strict=True)
        return CompositeTest(tuple(self.test(each.definition, part, name) for each, part in pairs))

    def _near(self, _definition: SearchDefinition, text: str, name: str) -> Test:
        """`latitude|longitude|distance|units`; kilometres where no unit is given."""
        parts = [unescape(part) for part in split(text, "|")]
        numbers = [Decimal(part) for part in parts[:3] if _NUMBER.fullmatch(part)]
        unit = parts[3] if len(parts) == 4 and parts[3] else "km"
        metres = convert(numbers[2], unit, "m") if len(numbers) == 3 else None
        fits = len(numbers) == min(len(parts), 3) and 2 <= len(parts) <= 4 and abs(numbers[0]) <= 90
        if not fits or abs(numbers[1]) > 180 or (len(numbers) == 3 and (metres is None or metres < 0)):
            raise wrong_value(
                name, f"'{name}' is '{text}'; expected latitude|longitude|distance|unit, as 39.9|116.4|5|km"
            )
        distance = float(metres) if metres is not None else _DEFAULT_DISTANCE
        return NearTest(float(numbers[0]), float(numbers[1]), distance)


def text_test(text: str, name: str) -> TextTest:
    """The words that must stand in a text, for `_text` and `_content`."""
    found = words(unescape(text))
    if not found:
        raise wrong_value(name, f"'{name}' is '{text}'; expected words")
    return TextTest(found)


def _prefixed(text: str) -> tuple[Prefix, str]:
    found = _PREFIXED.fullmatch(text)
    assert found is not None
    return cast("Prefix", found["prefix"] or "eq"), found["rest"]


_Reader = Callable[[Literals, SearchDefinition, str, str], Test]
_READERS: Mapping[str, _Reader] = MappingProxyType(
    {
        "number": Literals._number,
        "date": Literals._date,
        "string": Literals._string,
        "token": Literals._token,
        "uri": Literals._uri,
        "reference": Literals._reference,
        "quantity": Literals._quantity,
        "composite": Literals._composite,
        "special": Literals._near,
    }
)
