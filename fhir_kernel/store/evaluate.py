"""Whether a resource's values meet a criterion, read straight from https://hl7.org/fhir/R4/search.html.

Pure functions: the oracle of every store, and what a store in memory searches with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import asin, cos, radians, sin, sqrt
from typing import Any, Protocol

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Criterion, DateTest, NumberTest, QuantityTest, SortKey, Test, TokenTest
from fhir_kernel.store.records import Key
from fhir_kernel.store.values import (
    CompositeValue,
    DateValue,
    NumberValue,
    PositionValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TextValue,
    TokenValue,
    UriValue,
    Value,
)

EARTH_RADIUS = 6_371_008.8
"""Metres; the mean radius, as for all distances on a sphere here."""

Values = Mapping[str, Sequence[Value]]


class Candidate(Protocol):
    """A current resource, as it is found."""

    @property
    def key(self) -> Key: ...
    @property
    def updated(self) -> int:
        """Microseconds since 1970."""
        ...

    @property
    def values(self) -> Values: ...


class World(Protocol):
    """The current resources that references lead to and come from."""

    def get(self, key: Key) -> Candidate | None: ...
    def of_type(self, resource_type: str) -> Iterable[Candidate]: ...


def meets(candidate: Candidate, criterion: Criterion, world: World) -> bool:
    """Whether a current resource meets the criterion."""
    match criterion:
        case asked.Match(parameter, tests):
            return any(passes(value, test) for value in candidate.values.get(parameter, ()) for test in tests)
        case asked.Missing(parameter):
            return not candidate.values.get(parameter)
        case asked.Chain(parameter, types, inner):
            return any(meets(target, inner, world) for target in _targets(candidate, parameter, types, world))
        case asked.Has(source, parameter, inner):
            sources = (each for each in world.of_type(source) if _refers(each, parameter, candidate.key))
            return any(meets(each, inner, world) for each in sources)
        case asked.WithId(ids):
            return candidate.key.id in ids
        case asked.Updated(test):
            return date_passes(DateValue(candidate.updated, candidate.updated + 1), test)
        case asked.All(parts):
            return all(meets(candidate, part, world) for part in parts)
        case asked.Some(parts):
            return any(meets(candidate, part, world) for part in parts)
        case asked.Not(part):
            return not meets(candidate, part, world)
        case asked.OfTypes(types, inner):
            return candidate.key.type in types and meets(candidate, inner, world)


def _targets(candidate: Candidate, parameter: str, types: Sequence[str], world: World) -> Iterable[Candidate]:
    for value in candidate.values.get(parameter, ()):
        if isinstance(value, ReferenceValue) and value.id and value.type in types:
            target = world.get(Key(value.type, value.id))
            if target is not None:
                yield target


def _refers(candidate: Candidate, parameter: str, key: Key) -> bool:
    values = candidate.values.get(parameter, ())
    return any(isinstance(value, ReferenceValue) and (value.type, value.id) == key for value in values)


def passes(value: Value, test: Test) -> bool:
    """Whether one value passes one test; a test of another type of value is not passed."""
    of_value, compare = _COMPARISONS[type(test)]
    return isinstance(value, of_value) and compare(value, test)


def token_passes(value: TokenValue, test: TokenTest) -> bool:
    """https://hl7.org/fhir/R4/search.html#token"""
    return (
        (test.system is None or value.system == test.system)
        and (test.code is None or value.code == test.code)
        and (test.type is None or value.type == test.type)
    )


def _text_begins(value: TokenValue, test: asked.TokenTextTest) -> bool:
    return value.text.startswith(test.text)


def _reference_passes(value: ReferenceValue, test: asked.ReferenceTest) -> bool:
    same = value.url == test.url if test.url else value.id == test.id != "" and test.type in ("", value.type)
    return same and test.version in ("", value.version)


def _identifier_passes(value: ReferenceValue, test: asked.ReferenceIdentifierTest) -> bool:
    return value.identifier is not None and token_passes(value.identifier, test.token)


def _string_passes(value: StringValue, test: asked.StringTest) -> bool:
    match test.mode:
        case "exact":
            return value.exact == test.text
        case "equal":
            return value.folded == test.text
        case "starts":
            return value.folded.startswith(test.text)
        case "ends":
            return value.folded.endswith(test.text)
        case "contains":
            return test.text in value.folded


def _uri_passes(value: UriValue, test: asked.UriTest) -> bool:
    match test.mode:
        case "equal":
            return value.uri == test.uri
        case "below":
            return _is_below(value.uri, test.uri)
        case "above":
            return _is_below(test.uri, value.uri)
        case "contains":
            return test.uri in value.uri
        case "starts":
            return value.uri.startswith(test.uri)


def _is_below(uri: str, root: str) -> bool:
    return uri == root or uri.startswith(root if root.endswith("/") else root + "/")


def date_passes(value: DateValue, test: DateTest) -> bool:
    """The table of https://hl7.org/fhir/R4/search.html#prefix for two intervals that leave their upper bound out."""
    equal = test.low <= value.low and value.high <= test.high
    match test.prefix:
        case "eq":
            return equal
        case "ne":
            return not equal
        case "gt":
            return value.high > test.high
        case "lt":
            return value.low < test.low
        case "ge":
            return value.high > test.high or equal
        case "le":
            return value.low < test.low or equal
        case "sa":
            return value.low >= test.high
        case "eb":
            return value.high <= test.low
        case "ap":
            return value.low < test.high and test.low < value.high


def number_passes(value: NumberValue, test: NumberTest) -> bool:
    """The same for numbers: what was asked has a precision for eq, ne and ap alone, what is found has none.

    https://hl7.org/fhir/R4/search.html#number
    """
    equal = test.low <= value.low and value.high < test.high
    match test.prefix:
        case "eq":
            return equal
        case "ne":
            return not equal
        case "gt":
            return value.high > test.value
        case "lt":
            return value.low < test.value
        case "ge":
            return value.high >= test.value
        case "le":
            return value.low <= test.value
        case "sa":
            return value.low > test.value
        case "eb":
            return value.high < test.value
        case "ap":
            return value.low < test.high and test.low <= value.high


def _quantity_passes(value: QuantityValue, test: QuantityTest) -> bool:
    """By canonical units where both have the same, else by the unit as it is written.

    https://hl7.org/fhir/R4/search.html#quantity: without a system, the unit is the code or what people read.
    """
    if test.canonical is not None and value.canonical is not None and value.canonical_code == test.canonical_code:
        return number_passes(value.canonical, test.canonical)
    if test.code is not None:
        codes = (value.code,) if test.system is not None else (value.code, value.unit)
        if test.code not in codes:
            return False
    return test.system in (None, value.system) and number_passes(value.number, test.number)


def _composite_passes(value: CompositeValue, test: asked.CompositeTest) -> bool:
    pairs = zip(value.components, test.components, strict=True)
    return all(any(passes(each, part) for each in values) for values, part in pairs)


def _near_passes(value: PositionValue, test: asked.NearTest) -> bool:
    return distance(value.latitude, value.longitude, test.latitude, test.longitude) <= test.metres


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two places in degrees, by the haversine formula."""
    here, there = radians(latitude), radians(other_latitude)
    across = sin((there - here) / 2) ** 2
    along = sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(across + cos(here) * cos(there) * along)))


def _words_stand(value: TextValue, test: asked.TextTest) -> bool:
    return all(word in value.folded for word in test.words)


_COMPARISONS: Mapping[type, tuple[type, Callable[[Any, Any], bool]]] = {
    asked.TokenTest: (TokenValue, token_passes),
    asked.TokenTextTest: (TokenValue, _text_begins),
    asked.ReferenceTest: (ReferenceValue, _reference_passes),
    asked.ReferenceIdentifierTest: (ReferenceValue, _identifier_passes),
    asked.StringTest: (StringValue, _string_passes),
    asked.UriTest: (UriValue, _uri_passes),
    asked.DateTest: (DateValue, date_passes),
    asked.NumberTest: (NumberValue, number_passes),
    asked.QuantityTest: (QuantityValue, _quantity_passes),
    asked.CompositeTest: (CompositeValue, _composite_passes),
    asked.NearTest: (PositionValue, _near_passes),
    asked.TextTest: (TextValue, _words_stand),
}

SortValue = str | int | float | None


def sort_value(candidate: Candidate, key: SortKey) -> SortValue:
    """What a resource is put in order by: the least value, or the greatest for descending order; None without any."""
    if key.parameter == "_id":
        return candidate.key.id
    if key.parameter == "_lastUpdated":
        return candidate.updated
    found = [each for value in candidate.values.get(key.parameter, ()) if (each := order_of(value)) is not None]
    if not found:
        return None
    return max(found, key=_rank) if key.descending else min(found, key=_rank)


def order_of(value: Value) -> SortValue:
    """What one value is put in order by: an interval by its beginning, a quantity by canonical units if it has any."""
    match value:
        case TokenValue():
            return value.code or None
        case ReferenceValue():
            return f"{value.type}/{value.id}" if value.id else value.url
        case StringValue():
            return value.folded
        case UriValue():
            return value.uri
        case DateValue():
            return value.low
        case NumberValue():
            return float(value.value)
        case QuantityValue():
            return float((value.canonical or value.number).value)
        case CompositeValue() | PositionValue() | TextValue():
            return None


def _rank(value: SortValue) -> tuple[bool, Any]:
    """Numbers before texts, should one parameter have both."""
    return isinstance(value, str), value


def compare_sorted(
    left: tuple[Sequence[SortValue], Key], right: tuple[Sequence[SortValue], Key], keys: Sequence[SortKey]
) -> int:
    """Less than 0 where `left` comes first: key by key, none last in either direction, ties by type and id."""
    for key, one, other in zip(keys, left[0], right[0], strict=True):
        if one == other:
            continue
        if one is None or other is None:
            return 1 if one is None else -1
        return -1 if (_rank(one) < _rank(other)) != key.descending else 1
    return (left[1] > right[1]) - (left[1] < right[1])
