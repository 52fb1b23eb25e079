"""Counts what was found of records, each of them once, as a score would (docs/scoring.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.scoring.counting.shapes import bits
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.rules.model import RuleList
from registry.scores.practice.finding import MOST_PLACES
from registry.scores.practice.lives import Lives
from registry.scores.practice.outcome import Answered, Found, Outcome
from registry.scores.practice.records import Unread
from registry.scores.practice.report import Clause, Counted, Place, PracticeReport, in_order, rows

MOST_UNREAD = 200
"""What could not be read, likewise."""


@dataclass(slots=True)
class Counting:
    """Takes outcome after outcome, and makes a report of all."""

    records: int = 0
    repeated: int = 0
    refused: int = 0
    not_read: int = 0
    unread: list[Unread] = field(default_factory=list)
    _places: dict[str, list[Place]] = field(default_factory=dict)
    _lives: Lives = field(default_factory=Lives)
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _masks: Counter[Answered] = field(default_factory=Counter)
    _judged: dict[str, dict[str, int]] = field(default_factory=dict)
    """By list and patient the mask of rules that were judged."""
    _found: Counter[str] = field(default_factory=Counter)

    def take(self, outcome: Outcome | Unread) -> None:
        """Count a record, unless the same was counted before."""
        if isinstance(outcome, Unread):
            self.not_read += 1
            if len(self.unread) < MOST_UNREAD:
                self.unread.append(outcome)
            return
        self.records += 1
        known = (outcome.identity, outcome.content)
        if known in self._seen:
            self.repeated += 1
            return
        self._seen.add(known)
        self.refused += not outcome.accepted
        self._lives.take(outcome)
        for each in outcome.answers:
            self._answered(each, outcome.patient)
        for found in outcome.found:
            self._placed(found, outcome.record)
        for rule, many in outcome.more:
            self._found[rule] += many

    def report(
        self, lists: Mapping[str, RuleList], clauses: Mapping[str, Clause], policy: ScorePolicy
    ) -> PracticeReport:
        """What all records came to; `clauses` are by the canonical of the profile."""
        for each in self._lives.settled(lists):
            self._answered(each.answer, each.patient)
            if each.found is not None:
                self._placed(each.found, each.record)
        digests = sorted({each.digest for each in self._masks})
        counted = [row for digest in digests for row in self._counted(digest, lists[digest], clauses)]
        ranked = rows(counted, policy)
        places = in_order((place for told in self._places.values() for place in told), ranked)
        hidden = {rule: many - MOST_PLACES for rule, many in self._found.items() if many > MOST_PLACES}
        return PracticeReport(
            records=self.records,
            repeated=self.repeated,
            refused=self.refused,
            not_read=self.not_read,
            unread=tuple(self.unread),
            rules=ranked,
            places=places,
            hidden=hidden,
        )

    def _answered(self, answer: Answered, patient: str) -> None:
        self._masks[answer] += 1
        patients = self._judged.setdefault(answer.digest, {})
        patients[patient] = patients.get(patient, 0) | (answer.asked & ~answer.error)

    def _placed(self, found: Found, record: str) -> None:
        self._found[found.rule] += 1
        told = self._places.setdefault(found.rule, [])
        if len(told) < MOST_PLACES:
            told.append(Place(record, found.rule, found.issue))

    def _counted(self, digest: str, rules: RuleList, clauses: Mapping[str, Clause]) -> list[Counted]:
        passed, failed, errors, clusters = (Counter[int]() for _ in range(4))
        for (which, asked, wrong, error), many in self._masks.items():
            if which == digest:
                _add(passed, asked & ~wrong & ~error, many)
                _add(failed, asked & wrong & ~error, many)
                _add(errors, asked & error, many)
        for mask in self._judged[digest].values():
            _add(clusters, mask, 1)
        clause = clauses.get(rules.profile, Clause())
        asked_at_all = sorted(passed.keys() | failed.keys() | errors.keys())
        return [
            Counted(
                rules.rules[at], rules.profile, rules.title, clause, passed[at], failed[at], errors[at], clusters[at]
            )
            for at in asked_at_all
        ]


def _add(counts: Counter[int], mask: int, many: int) -> None:
    for at in bits(mask):
        counts[at] += many
