"""One change between two drafts, what it means for records that were valid, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from registry.sentence import Sentence

Effect = Literal["breaking", "non-breaking", "informative"]
Verdict = tuple[Effect, str]
"""An effect, and the key in `WHYS` of the rule that says so."""
Kind = Literal["added", "removed", "changed"]
Step = Literal["major", "minor", "patch", "none"]
SAME: Verdict = ("informative", "unused-rule")
TIGHTER: Verdict = ("breaking", "tighter")
LOOSER: Verdict = ("non-breaking", "looser")
UNSURE: Verdict = ("breaking", "other")
MOST_CHANGES = 10_000
_LONGEST = 400
_RANK: dict[Effect, int] = {"breaking": 0, "non-breaking": 1, "informative": 2}
_STEPS: dict[Effect, Step] = {"breaking": "major", "non-breaking": "minor", "informative": "patch"}


@dataclass(frozen=True, slots=True)
class Change:
    """`element` is an element id or a code, empty where the whole artefact is meant; `facet` is what of it changed."""

    artefact: str
    type: str
    element: str
    facet: str
    kind: Kind
    effect: Effect
    before: str
    after: str
    sentence: Sentence
    why: Sentence
    """The rule by which the effect was decided."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "artefact": self.artefact,
            "type": self.type,
            "element": self.element,
            "facet": self.facet,
            "kind": self.kind,
            "effect": self.effect,
            "before": self.before,
            "after": self.after,
            "sentence": self.sentence.document(),
            "why": self.why.document(),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes, by artefact; those left off because of their number are counted all the same."""

    before: str
    after: str
    changes: tuple[Change, ...]
    counts: tuple[tuple[Effect, int], ...]
    left_off: int = 0

    @property
    def step(self) -> Step:
        """Which number of the version has to rise: major where anything valid may become invalid."""
        return next((_STEPS[effect] for effect, count in self.counts if count), "none")

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "before": self.before,
            "after": self.after,
            "step": self.step,
            "counts": dict(self.counts),
            "changes": [each.document() for each in self.changes],
            "leftOff": self.left_off,
        }


def difference_of(before: str, after: str, changes: Iterable[Change]) -> Difference:
    """The difference with at most `MOST_CHANGES`; breaking ones are the last to be left off."""
    found = list(changes)
    counted = Counter(each.effect for each in found)
    kept = found
    if len(found) > MOST_CHANGES:
        chosen = sorted(range(len(found)), key=lambda place: (_RANK[found[place].effect], place))[:MOST_CHANGES]
        kept = [found[place] for place in sorted(chosen)]
    counts = tuple((effect, counted[effect]) for effect in _RANK)
    return Difference(before, after, tuple(_cut(each) for each in kept), counts, len(found) - len(kept))


def _cut(change: Change) -> Change:
    return replace(change, before=shortened(change.before), after=shortened(change.after))


def shortened(text: str) -> str:
    """`text`, or its beginning where it is long."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
