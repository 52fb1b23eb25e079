"""The question that a validator asks of terminology, and its three answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from fhir_kernel.issues import Issue


class Verdict(Enum):
    """Three answers: `UNKNOWN` ("cannot tell") is never an error and never silence."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CodeQuery:
    """Is `code` of `system` a concept, and is it in `value_set`?

    `system` None with a `value_set` means that the value set says the system (a `code` element). `value_set` None
    asks about the code system alone. `value_set` is a canonical, `url` or `url|version`.
    """

    code: str
    system: str | None = None
    version: str | None = None
    display: str | None = None
    value_set: str | None = None
    languages: tuple[str, ...] = ()
    """The languages (BCP 47) in which `display` may be, besides those of which none is stated; empty: any."""


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What terminology knows of one query.

    `in_system`: the concept exists in its code system. `in_value_set`: it is a member (UNKNOWN where no value set was
    asked). `display_ok` is None where no display was given or none is known; `displays` holds the right ones, `nearest`
    the closest right codes where it is OUT.
    """

    in_system: Verdict
    in_value_set: Verdict
    system: str | None = None
    abstract: bool = False
    inactive: bool = False
    display_ok: bool | None = None
    displays: tuple[str, ...] = ()
    nearest: tuple[str, ...] = field(default=())
    passing: bool = False
    """Whether asking again soon may bring another answer, so that this one is not to be kept."""
    because: Issue | None = None
    """`reason` as an issue without a place, so that it can be told in another language or nested in another issue."""

    @property
    def reason(self) -> str:
        """One clause for a person where an answer is not IN."""
        return self.because.text() if self.because is not None else ""


@dataclass(frozen=True, slots=True)
class SystemFault:
    """Why a URI should not stand as `Coding.system`; `str()` is the clause for a person.

    `certain`: it can never be right (a value set, a supplement, a relative URI); otherwise it looks like a slip for
    `nearest`.
    """

    because: Issue
    certain: bool
    nearest: str | None = None

    def __str__(self) -> str:
        return self.because.text()


class Members(Protocol):
    """The codes of a value set that can be listed."""

    @property
    def complete(self) -> bool:
        """Whether nothing but these codes is a member."""

    @property
    def codes(self) -> frozenset[str]:
        """The codes, whatever their system."""


class CodeChecker(Protocol):
    """Answers code checks in batches; `answers[i]` belongs to `queries[i]`. Never raises for what it does not know."""

    def check(self, queries: Sequence[CodeQuery]) -> list[CodeAnswer]: ...

    def membership(self, value_set: str) -> Members | None:
        """The listed codes of a value set; None where it is not loaded."""

    def system_fault(self, system: str) -> SystemFault | None:
        """What is wrong with a URI as `Coding.system`; None where nothing is known against it."""
