"""The outcome of one validation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fhir_kernel.codec.positions import Positions
from fhir_kernel.issues import Issue, Language, to_operation_outcome
from fhir_kernel.resource import Resource

_RANK = {"fatal": 0, "error": 1, "warning": 2, "information": 3}


@dataclass(frozen=True, slots=True)
class Report:
    """All findings about one resource, in the order of the checks."""

    issues: tuple[Issue, ...]
    resource_type: str = ""
    name: str = ""
    """What the input was called: a file name, or empty."""

    @property
    def valid(self) -> bool:
        """Whether nothing is worse than a warning."""
        return not any(each.is_error for each in self.issues)

    def worst(self) -> str | None:
        """The highest severity; None where there is no issue."""
        return min((each.severity for each in self.issues), key=_RANK.__getitem__, default=None)

    def to_operation_outcome(self, language: Language = "en") -> Resource:
        """The findings as an OperationOutcome."""
        return to_operation_outcome(self.issues, language)


def without_repeats(issues: Sequence[Issue]) -> list[Issue]:
    """`issues` with each finding once, whichever profiles found it again."""
    if len({(each.id, each.path) for each in issues}) == len(issues):
        return list(issues)
    seen: set[tuple[str, str, str, str]] = set()
    kept: list[Issue] = []
    for each in issues:
        key = (each.id, each.path, each.rule, str(each.params))
        if key not in seen:
            seen.add(key)
            kept.append(each)
    return kept


def with_places(issues: Sequence[Issue], positions: Positions) -> list[Issue]:
    """`issues` with line and column wherever the source tells them."""
    placed: list[Issue] = []
    for each in issues:
        place = positions.find(each.path) if each.line is None else None
        placed.append(replace(each, line=place[0], column=place[1]) if place else each)
    return placed
