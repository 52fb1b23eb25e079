"""What is found when a code is looked for, and how findings combine: three-valued logic after Kleene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fhir_kernel.issues import Issue
from terminology.checks import Verdict


class Concept(Protocol):
    """A concept as its code system writes it."""

    @property
    def code(self) -> str: ...

    @property
    def displays(self) -> tuple[str, ...]:
        """The preferred display first, then the designations."""

    @property
    def languages(self) -> tuple[str | None, ...]:
        """The language of each display, None where it is not stated; empty where none is."""

    @property
    def abstract(self) -> bool:
        """It groups others and is not meant to be chosen."""

    @property
    def inactive(self) -> bool:
        """Deprecated, retired or no longer to be used."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer, with the reason where it is not IN (or where there is a remark) and the concept where it is known."""

    verdict: Verdict
    because: Issue | None = None
    concept: Concept | None = None


FOUND = Finding(Verdict.IN)
ABSENT = Finding(Verdict.OUT)


def either(left: Finding, right: Finding) -> Finding:
    """Member of one or of the other."""
    if left.verdict is Verdict.IN or (
        right.verdict is Verdict.OUT and (left.because or left.verdict is not right.verdict)
    ):
        return left
    return right if right.verdict is Verdict.IN or left.verdict is Verdict.OUT else left


def both(left: Finding, right: Finding) -> Finding:
    """Member of one and of the other."""
    if left.verdict is Verdict.OUT or right.verdict is Verdict.IN:
        return left
    return right if right.verdict is Verdict.OUT or left.verdict is Verdict.IN else left


def but_not(left: Finding, right: Finding) -> Finding:
    """Member of the first and not of the second."""
    if right.verdict is Verdict.UNKNOWN:
        return both(left, right)
    return left if right.verdict is Verdict.OUT else ABSENT
