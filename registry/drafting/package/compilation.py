"""What came out when a draft was compiled and its examples validated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.drafting.package.finding import Finding
from registry.sentence import Sentence

_SEVERITIES = ("error", "warning", "information")
_RANK = {"fatal": 0, "error": 0, "warning": 1, "information": 2}
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One artefact or example and how many findings there are about it."""

    name: str
    file: str
    type: str
    title: str
    is_example: bool
    errors: int
    warnings: int

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.name,
            "file": self.file,
            "type": self.type,
            "title": self.title,
            "isExample": self.is_example,
            "errors": self.errors,
            "warnings": self.warnings,
        }


@dataclass(frozen=True, slots=True)
class Compilation:
    """The result; gravest findings first. `counts` counts those left off too."""

    package: str
    """`name#version` as package.json says."""
    digest: str
    """SHA-256 of the draft's content."""
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    counts: tuple[tuple[str, int], ...]
    """Errors, warnings and information in all."""
    examples: int
    findings_left_off: int = 0
    outcomes_left_off: int = 0

    @property
    def passed(self) -> bool:
        """Whether the draft may go to public comment: no error anywhere."""
        return dict(self.counts)["error"] == 0

    def document(self) -> dict[str, Any]:
        """As JSON, a few hundred bytes a finding."""
        return {
            "package": self.package,
            "sha256": self.digest,
            "passed": self.passed,
            "counts": dict(self.counts),
            "examples": self.examples,
            "outcomes": [each.document() for each in self.outcomes],
            "outcomesLeftOff": self.outcomes_left_off,
            "findings": [each.document() for each in self.findings],
            "findingsLeftOff": self.findings_left_off,
        }


def compilation_of(
    package: str, digest: str, outcomes: Sequence[Outcome], findings: Sequence[Finding], most: int
) -> Compilation:
    """The compilation with at most `most` findings, no finding twice."""
    once = sorted(dict.fromkeys(findings), key=lambda each: _RANK[each.severity])
    counted = Counter(_SEVERITIES[_RANK[each.severity]] for each in once)
    return Compilation(
        package,
        digest,
        tuple(outcomes[:MOST_ROWS]),
        tuple(once[:most]),
        tuple((each, counted[each]) for each in _SEVERITIES),
        sum(1 for each in outcomes if each.is_example),
        max(0, len(once) - most),
        max(0, len(outcomes) - MOST_ROWS),
    )


def compilation_in(document: Mapping[str, Any]) -> Compilation:
    """The compilation that was written as JSON."""
    outcomes = [
        Outcome(
            each["name"], each["file"], each["type"], each["title"], each["isExample"], each["errors"], each["warnings"]
        )
        for each in document["outcomes"]
    ]
    findings = [
        Finding(
            each["id"],
            each["severity"],
            Sentence(each["sentence"]["en"], each["sentence"]["zh"]),
            *(each[name] for name in ("artefact", "file", "element", "rule")),
        )
        for each in document["findings"]
    ]
    return Compilation(
        document["package"],
        document["sha256"],
        tuple(outcomes),
        tuple(findings),
        tuple(document["counts"].items()),
        document["examples"],
        document["findingsLeftOff"],
        document["outcomesLeftOff"],
    )
