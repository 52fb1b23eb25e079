"""What a search is understood in: the time, the server's address, limits, and what terminology has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Literal, NamedTuple, Protocol

from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import Criterion, TokenTest
from fhir_kernel.store.records import Key
from fhir_kernel.store.values import TokenValue
from fhir_server.outcomes import RequestRefused
from terminology.failures import operation_issue


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """What a search may ask for. What goes beyond is refused, never cut."""

    page: int = 50
    """Resources on a page where `_count` is not given."""
    largest_page: int = 1_000
    """The greatest `_count`."""
    alternatives: int = 2_000
    """Values of one parameter, separated by commas."""
    parameters: int = 200
    """Parameters of one search."""
    value_length: int = 100_000
    """Characters of one value."""
    steps: int = 6
    """References that a chain follows, `_has` included."""
    filter_length: int = 4_000
    """Characters of `_filter`."""
    filter_depth: int = 30
    """Levels of parentheses in `_filter`."""
    sort_keys: int = 8
    """Keys of `_sort`."""
    included: int = 5_000
    """Resources that a page may bring along."""
    include_rounds: int = 10
    """How often `:iterate` goes on from what was included."""
    canonicals: int = 2_000
    """Resources whose canonicals a chain or `_has` leads by."""
    listed_codes: int = 1_000
    """Codes up to which a value set is compared as a list; a larger one is asked about each code in the store."""


Relation = Literal["in", "above", "below"]


@dataclass(frozen=True, slots=True)
class CodeQuestion:
    """Which codes a token may be: those in a value set, or above or below a code (`:in`, `:below` …)."""

    relation: Relation
    text: str
    """A value set's canonical, or `system|code`."""
    types: tuple[str, ...]
    parameter: str


class Canonical(NamedTuple):
    """What names a resource: its url and business version; without a version any."""

    url: str
    version: str


@dataclass(frozen=True, slots=True)
class CanonicalQuestion:
    """By which canonicals the resources of a type that meet a criterion are named.

    With a `parameter`: which ones they themselves name in it.
    """

    type: str
    parameter: str
    criterion: Criterion

    @property
    def text(self) -> str:
        """What is asked of, for messages."""
        return f"{self.type}.{self.parameter or 'url'}"


Question = CodeQuestion | CanonicalQuestion


class Tokens(Reader, Protocol):
    """A store that tells the distinct codes of a parameter."""

    async def tokens(self, resource_type: str, parameter: str) -> Sequence[TokenValue]:
        """See fhir_kernel.store.base.Store."""


class CodeSets(Protocol):
    """Answers questions about codes; the implementation asks terminology."""

    async def tests(self, question: CodeQuestion, store: Tokens) -> Sequence[TokenTest]:
        """Tests of which a token passes one. Raises RequestRefused where that cannot be told."""


@dataclass(frozen=True, slots=True)
class SearchContext:
    """All that a query depends on besides its own text."""

    now: datetime
    """For `ap`; with a zone."""
    lenient: bool = False
    """Whether what is not understood is passed over with a remark (`Prefer: handling=lenient`)."""
    limits: SearchLimits = field(default_factory=SearchLimits)
    compartment: Key | None = None
    """The resource at the centre of the compartment in which to search."""
    answers: Mapping[CodeQuestion, Sequence[TokenTest]] = field(default_factory=dict)
    """What `CodeSets` has answered."""
    canonicals: Mapping[CanonicalQuestion, Sequence[Canonical]] = field(default_factory=dict)
    """By which canonicals it leads, as far as the store has been asked."""


class NotUnderstood(RequestRefused):
    """A parameter or modifier that is unknown; a lenient search goes on without it."""


def not_understood(name: str, text: str) -> NotUnderstood:
    """What is said of a parameter that is not known."""
    return NotUnderstood([operation_issue("error", "not-supported", text, expression=f"http.{name}")], 400)


def wrong_value(name: str, text: str) -> RequestRefused:
    """What is said of a value that is wrong."""
    return RequestRefused([operation_issue("error", "value", text, expression=f"http.{name}")], 400)


def too_much(name: str, text: str) -> RequestRefused:
    """What is said of a search that goes beyond a limit."""
    return RequestRefused([operation_issue("error", "too-costly", text, expression=f"http.{name}")], 400)


def nearest(wrong: str, known: Sequence[str]) -> str:
    """The names most like a wrong one, as the end of a sentence; all of them where nothing is like it."""
    alike = get_close_matches(wrong, known, 3, 0.6)
    if alike:
        return f"; did you mean {' or '.join(alike)}?"
    return f"; known are {', '.join(sorted(known))}" if known else ""
