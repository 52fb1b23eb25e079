"""What a resource can be found by: the values of its search parameters, ready to be compared.

https://hl7.org/fhir/R4/search.html; one class a type of parameter. They are made by the search engine from FHIRPath and
kept by stores; whatever text is compared without case and accents is folded before it gets here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class TokenValue:
    """A code, identifier, flag or contact. `system` is empty where there is none, `code` where there is but a text."""

    system: str
    code: str
    text: str = ""
    """The folded display or text, for `:text`."""
    type: str = ""
    """Of an Identifier, `system|code` of its type, for `:of-type`."""


ANY = "*"
"""As the version of a canonical that has none: it names every version."""


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """A reference. Local ones have `type` and `id`; others `url`; a canonical has its version apart, or ANY."""

    type: str = ""
    id: str = ""
    url: str = ""
    version: str = ""
    identifier: TokenValue | None = None
    """Of a logical reference, for `:identifier`."""


@dataclass(frozen=True, slots=True)
class StringValue:
    """A text: folded for comparing from its beginning and for `:contains`, and as it is written for `:exact`."""

    folded: str
    exact: str


@dataclass(frozen=True, slots=True)
class UriValue:
    """A URI, compared as it is."""

    uri: str


@dataclass(frozen=True, slots=True)
class DateValue:
    """An interval, `low` inclusive to `high` exclusive, in microseconds since 1970 in UTC; open ends are extreme."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class NumberValue:
    """A number, or a range of them with both bounds inclusive. Of a single number `low` and `high` are `value`.

    What a resource states has no precision in a search: https://hl7.org/fhir/R4/search.html#number. An open end of a
    range is LEAST or GREATEST; then `value` is the end that is there.
    """

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """A quantity as it is written, and in canonical units of UCUM where its unit has any (else `canonical` is None)."""

    number: NumberValue
    system: str = ""
    code: str = ""
    unit: str = ""
    canonical: NumberValue | None = None
    canonical_code: str = ""


@dataclass(frozen=True, slots=True)
class CompositeValue:
    """One instance of a composite parameter: the values of each component."""

    components: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class PositionValue:
    """A place on earth in degrees, for `near`."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class TextValue:
    """All text of a resource (`_content`) or of its narrative (`_text`), folded."""

    folded: str


Value = (
    TokenValue
    | ReferenceValue
    | StringValue
    | UriValue
    | DateValue
    | NumberValue
    | QuantityValue
    | CompositeValue
    | PositionValue
    | TextValue
)

EARLIEST = -(2**62)
LATEST = 2**62
"""Open ends of a DateValue."""

LEAST = Decimal("-1E300")
GREATEST = Decimal("1E300")
"""Open ends of a NumberValue; they fit a double."""
