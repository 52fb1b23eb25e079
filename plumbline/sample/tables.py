"""What belongs together: clauses and rules, faulty examples and findings, the second edition and the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from plumbline.sample.editions import Edition
from plumbline.sample.lines import lines
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the text and what it became in the package; `element` is an element id.

    Empty where the clause is about the whole, or lays down no invariant. A clause stands once for each invariant, too.
    """

    number: str
    title: str
    canonical: str
    element: str
    invariant: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A finding that a faulty example shows; `file` is its name, `rule` the broken one, `path` the place."""

    file: str
    severity: str
    issue: str
    rule: str
    path: str


@dataclass(frozen=True, slots=True)
class Change:
    """What the second edition changes. The words are those of `registry.drafting.diff`; `artefact` is a canonical."""

    clause: str
    artefact: str
    element: str
    facet: str
    kind: Literal["added", "removed", "changed"]
    effect: Literal["breaking", "non-breaking", "informative"]
    sentence: Sentence


def clauses(edition: Edition) -> Sequence[Clause]:
    """The clauses of an edition that lay something down, in their order."""
    return tuple(
        Clause(row["clause"], row["title"], row["canonical"], row["element"], row["invariant"])
        for row in lines("clauses.csv")
        if row["edition"] == str(edition.number)
    )


def expected(edition: Edition) -> Sequence[Expected]:
    """All findings about the faulty examples, apart from codes of systems that are not loaded (`code.cannot-tell`)."""
    return tuple(
        Expected(row["file"], row["severity"], row["issue"], row["rule"], row["path"])
        for row in lines("expected.csv")
        if row["edition"] == str(edition.number)
    )


def changes() -> Sequence[Change]:
    """What the second edition changes, breaking changes first; versions, dates and references aside."""
    return tuple(
        Change(
            row["clause"],
            row["artefact"],
            row["element"],
            row["facet"],
            row["kind"],  # type: ignore[arg-type]  # the table is ours, and a test reads it
            row["effect"],  # type: ignore[arg-type]
            Sentence(row["en"], row["zh"]),
        )
        for row in lines("changes.csv")
    )
