"""What the rest of terminology asks of the concepts of one version of one code system.

Concepts are numbered from 0 in the order of the hierarchy: a parent before its children, siblings in the order of the
source (pre-order, https://hl7.org/fhir/R4/codesystem.html#hierarchy). A number is called a position.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from fhir_kernel.resource import Resource
from terminology.tables.hierarchy import Hierarchy
from terminology.tables.runs import Runs


class Table(Protocol):
    """The concepts of one code system; immutable, and safe to share between threads."""

    @property
    def header(self) -> Resource:
        """The CodeSystem without its concepts."""

    @property
    def hierarchy(self) -> Hierarchy:
        """Who is above whom."""

    def __len__(self) -> int: ...

    def position(self, code: str) -> int | None:
        """Where the concept with exactly this code is."""

    def position_ignoring_case(self, code: str) -> int | None:
        """Where the first concept is whose code differs at most in case."""

    def code(self, position: int) -> str:
        """The code at a position."""

    def display(self, position: int) -> str | None:
        """The preferred display at a position."""

    def concept(self, position: int) -> Resource:
        """`CodeSystem.concept` as the source writes it, without the concepts below it."""

    @property
    def inactive(self) -> Runs:
        """The concepts that are no longer to be used."""

    @property
    def abstract(self) -> Runs:
        """The concepts that group others and are not meant to be chosen (`notSelectable`)."""

    def property_values(self, name: str) -> Mapping[str, Runs]:
        """By value, written as text, the concepts that have it for a property; empty where no concept has any.

        `name` is the code that the code system gives the property. Booleans are `true` and `false`, a Coding is
        `system#code` without version.
        """

    def search(self, text: str) -> Runs:
        """The concepts of which a display or designation holds every word of `text`, whatever its case.

        A word is what stands between white space; it may stand anywhere inside the display, so that a part of a
        Chinese term without blanks is found. An empty text finds all.
        """
