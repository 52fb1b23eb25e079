"""The elementary rules of a profile: each of the things it asks has an id, a severity, a dimension and a title.

The rules of a profile version are a list in the order of their ids; bit *i* of a mask speaks of rule *i*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from conformance.scoring.canonical import digest
from conformance.scoring.model import Dimension, Severity, Strength
from conformance.scoring.said import Said

Kind = Literal[
    "base",
    "binding",
    "identity",
    "invariant",
    "life",
    "max",
    "min",
    "must-support",
    "order",
    "profile",
    "reference",
    "slice",
    "timely",
    "volume",
]
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class ElementaryRule:
    """One thing that a profile asks of each record."""

    id: str
    kind: Kind
    element: str
    """The id of the ElementDefinition; empty where it is about the whole record."""
    key: str
    """Which of several of its kind at the element: the key of an invariant."""
    severity: Severity
    dimension: Dimension
    weight: float
    strength: Strength
    title: Said
    fix: Said

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "id": self.id,
            "kind": self.kind,
            "element": self.element,
            "key": self.key,
            "severity": self.severity,
            "dimension": self.dimension,
            "weight": self.weight,
            "strength": self.strength,
            "title": {"en": self.title.en, "zh": self.title.zh},
            "fix": {"en": self.fix.en, "zh": self.fix.zh},
        }


@dataclass(frozen=True, slots=True)
class RuleList:
    """All elementary rules of one version of a profile, in the order of their ids."""

    profile: str
    """Its canonical `url|version`."""
    type: str
    title: str
    rules: tuple[ElementaryRule, ...]
    digest: str = field(init=False, compare=False)
    """Names the list: the first digits of the SHA-256 of its canonical content."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", digest(self.document())[:_DIGITS])

    @property
    def places(self) -> Mapping[str, int]:
        """The number of each rule by its id: its bit in a mask."""
        return {each.id: place for place, each in enumerate(self.rules)}

    def mask(self, kind: Kind) -> int:
        """The bits of the rules of a kind."""
        return sum(1 << place for place, each in enumerate(self.rules) if each.kind == kind)

    def document(self) -> dict[str, Any]:
        """As it is kept."""
        rules = [each.document() for each in self.rules]
        return {"profile": self.profile, "type": self.type, "title": self.title, "rules": rules}


def rule_list_of(kept: Mapping[str, Any]) -> RuleList:
    """The list that was kept as a document."""
    return RuleList(kept["profile"], kept["type"], kept["title"], tuple(_rule_of(each) for each in kept["rules"]))


def _rule_of(kept: Mapping[str, Any]) -> ElementaryRule:
    return ElementaryRule(
        kept["id"],
        kept["kind"],
        kept["element"],
        kept["key"],
        kept["severity"],
        kept["dimension"],
        float(kept["weight"]),
        kept["strength"],
        Said(**kept["title"]),
        Said(**kept["fix"]),
    )
