"""What every kind of code system can answer (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from terminology.findings import Finding


@dataclass(frozen=True, slots=True)
class Filter:
    """One `ValueSet.compose.include.filter`: `property` `op` `value`."""

    property: str
    op: str
    value: str


Predicate: TypeAlias = Callable[[str], Finding]
Selected: TypeAlias = frozenset[str] | Predicate | None
"""What a filter selects: a list of codes, a test of a code, or None where the system does not know the filter."""


class CodeSystem(Protocol):
    """One version of one code system: a list of concepts, a grammar, or a name of which nothing is loaded."""

    @property
    def url(self) -> str: ...

    @property
    def version(self) -> str | None: ...

    def find(self, code: str) -> Finding:
        """Whether `code` is a concept; UNKNOWN where the content at hand cannot say. The finding names the reason."""

    def codes(self) -> frozenset[str] | None:
        """Every code, where all are known and can be listed."""

    def select(self, where: Filter, /) -> Selected:
        """The codes that a filter selects."""

    def named(self, display: str, /) -> str | None:
        """The code that goes by this display, where one is known."""
