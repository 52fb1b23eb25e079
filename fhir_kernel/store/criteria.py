"""What is searched for, as data: a tree that each store translates and that an evaluator in memory understands too.

https://hl7.org/fhir/R4/search.html; text has been parsed, units and times converted, and code sets resolved before a
query gets here, so that a store compares values and knows no FHIR.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from fhir_kernel.store.records import Key

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"]
"""https://hl7.org/fhir/R4/search.html#prefix; of `ap` the bounds are widened by whoever makes the test."""


@dataclass(frozen=True, slots=True)
class TokenTest:
    """`system` None: any; empty: none. `code` None: any. `type` is asked of an identifier by `:of-type`."""

    system: str | None
    code: str | None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class TokenTextTest:
    """The folded text of a token begins with `text` (`:text`)."""

    text: str


@dataclass(frozen=True, slots=True)
class ReferenceTest:
    """A local reference (`type` may be empty where any will do), or one by `url`, with `version` where asked."""

    type: str = ""
    id: str = ""
    url: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceIdentifierTest:
    """A reference by identifier (`:identifier`)."""

    token: TokenTest


@dataclass(frozen=True, slots=True)
class StringTest:
    """`mode`: all compare folded text but exact, which compares as written; equal and ends come from `_filter`."""

    mode: Literal["starts", "contains", "exact", "equal", "ends"]
    text: str


@dataclass(frozen=True, slots=True)
class UriTest:
    """`below`: the value is the URI or lies below it; `above`: the other way round; `contains`, `starts`: of text."""

    mode: Literal["equal", "below", "above", "contains", "starts"]
    uri: str


@dataclass(frozen=True, slots=True)
class DateTest:
    """Compares intervals as FHIR says for each prefix; bounds as in DateValue."""

    prefix: Prefix
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class NumberTest:
    """Compares with the interval that the precision of the asked number implies; gt, lt, ge, le with its `value`."""

    prefix: Prefix
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class QuantityTest:
    """A number with a unit: none asked (`code` None), as written, or, where `canonical` is set, by canonical units."""

    number: NumberTest
    system: str | None = None
    code: str | None = None
    canonical: NumberTest | None = None
    canonical_code: str = ""


@dataclass(frozen=True, slots=True)
class CompositeTest:
    """A test for each component; all must hold for one instance."""

    components: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class NearTest:
    """Within `metres` of a place in degrees."""

    latitude: float
    longitude: float
    metres: float


@dataclass(frozen=True, slots=True)
class TextTest:
    """Every folded word stands in the text (`_text`, `_content`)."""

    words: tuple[str, ...]


Test = (
    TokenTest
    | TokenTextTest
    | ReferenceTest
    | ReferenceIdentifierTest
    | StringTest
    | UriTest
    | DateTest
    | NumberTest
    | QuantityTest
    | CompositeTest
    | NearTest
    | TextTest
)


@dataclass(frozen=True, slots=True)
class Match:
    """Some value of the parameter passes one of the tests."""

    parameter: str
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The resource has no value of the parameter (`:missing=true`)."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A reference of the parameter leads to a current resource of one of `types` that meets the criterion."""

    parameter: str
    types: tuple[str, ...]
    criterion: Criterion


@dataclass(frozen=True, slots=True)
class Has:
    """A current resource of `type` refers here by `parameter` and meets the criterion (`_has`)."""

    type: str
    parameter: str
    criterion: Criterion


@dataclass(frozen=True, slots=True)
class WithId:
    """Its id is one of these (`_id`)."""

    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Updated:
    """`_lastUpdated`, compared as an instant."""

    test: DateTest


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; none: always."""

    parts: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """One part holds; none: never."""

    parts: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Criterion


@dataclass(frozen=True, slots=True)
class OfTypes:
    """It is of one of these types and meets the criterion, as where types belong to a compartment in different ways."""

    types: tuple[str, ...]
    criterion: Criterion


Criterion = Match | Missing | Chain | Has | WithId | Updated | All | Some | Not | OfTypes


@dataclass(frozen=True, slots=True)
class SortKey:
    """By the least value of a parameter (the greatest, if descending); `_id` and `_lastUpdated` too. None come last."""

    parameter: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Current resources of `types` that meet the criterion, in order; ties are settled by type and id."""

    types: tuple[str, ...]
    criterion: Criterion = field(default_factory=All)
    sort: tuple[SortKey, ...] = ()
    count: int = 50
    after: Position | None = None
    """Where the page before ended."""
    as_of: datetime | None = None
    """Only what was made by this instant and not deleted since, however it was changed later: pages hold still."""
    total: bool = False
    """Whether all that fit are to be counted."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the order of a query: the sort values of the last resource, as the store wrote them, and its key."""

    values: tuple[str | int | float | None, ...]
    key: Key


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `last` is where the next one begins, None where this is the end."""

    keys: Sequence[Key]
    last: Position | None
    total: int | None = None
