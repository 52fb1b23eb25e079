"""What the steps of the story share, and what they tell besides having been done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fhir_kernel.issues import Language
from plumbline.demo.registry.premises import Premises
from plumbline.demo.registry.project import Project
from plumbline.demo.scores.evaluation import Evaluation
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Told:
    """`refused`: what somebody tried and why it was refused; `seen`: what came of it."""

    kind: Literal["refused", "seen"]
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """Of a table; numbers are never broken into lines."""

    head: Sentence
    is_number: bool = False
    least: int = 0
    """Characters that a line must have room for, or the column is left out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass(slots=True)
class Scene:
    """Two editions of one standard; `project` is the one that the story is at."""

    place: Premises
    language: Language
    first: Project
    second: Project
    evaluation: Evaluation
    rounds: dict[str, str] = field(default_factory=dict)
    """Ids of consultations, ballots and errata that are looked at later."""
    is_second: bool = False

    @property
    def project(self) -> Project:
        """The edition that the story is at."""
        return self.second if self.is_second else self.first

    def say(self, en: str, zh: str) -> str:
        """One of both."""
        return zh if self.language == "zh" else en

    def seen(self, en: str, zh: str) -> Told:
        """What came of it."""
        return Told("seen", self.say(en, zh))

    def refused(self, en: str, zh: str, why: str) -> Told:
        """What was tried, and the answer."""
        return Told("refused", f"{self.say(en, zh)} → {why}")

    def verdict(self, found: Mapping[str, Any]) -> Told:
        """The first sentence of a verdict."""
        sentence = found["sentences"][0]
        return self.seen(sentence["en"], sentence["zh"])


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is done, by whom, in the words of the screen."""

    who: Sentence
    what: Sentence
    do: Callable[[Scene], Iterator[Told | Shown]]
