"""What each expected rule found in a sheet, and the lower limit of its share: steps 2 and 3 of the formula.

Where volumes are strict, a rule speaks of all records of its data set: one that does not call for it, such as one
without an optional element, keeps it, and one that did not come breaks it. So it gains nobody anything to keep back the
few that do, and no number that a share is taken of depends on what a sender chose to leave out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from conformance.scoring.expected import Entry, Expected
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.sheet import FIELDS, Sheet
from conformance.scoring.wilson import design_effect, lower_bound

_PASSED, _FAILED, _ERROR, _CLUSTERS = range(len(FIELDS))


@dataclass(frozen=True, slots=True)
class Volumes:
    """How many records of each data set came, and how many were expected; what was refused did not come."""

    received: Mapping[str, int]
    refused: Mapping[str, int]
    expected: Mapping[str, int]
    clusters: Mapping[str, int]
    """Patients by day, of those that were sent."""

    def sent(self, data_set: str) -> int:
        """How many came or were refused."""
        return self.received.get(data_set, 0) + self.refused.get(data_set, 0)

    def missing(self, data_set: str) -> int:
        """How many were not sent; below zero, how many came beyond what was expected."""
        if data_set not in self.expected:
            return 0
        expected = self.expected[data_set]
        return min(0, expected - self.received[data_set]) or max(0, expected - self.sent(data_set))


class Measured(NamedTuple):
    """A rule with its numbers; `judged` and `passed` are those that count, `lower` is L.

    A tuple, as millions are made in a run, and those cost a third.
    """

    entry: Entry
    judged: int
    passed: int
    failed: int
    observed: int
    """Records that were judged or received, whether or not the policy counts them."""
    errors: int
    effect: float
    """The design effect, by which both numbers are divided before the limit is taken."""
    lower: float
    moves: bool
    """Whether one record more or less changes it: a volume that is reached moves no more."""
    of_all: bool = False
    """Whether it speaks of all records of its data set, those that do not call for it too."""


def volumes_in(sheet: Sheet, expected: Expected, stated: Mapping[str, int]) -> Volumes:
    """The volumes of a period."""
    columns = expected.volume_columns
    received = {name: sheet.total(_PASSED, column) for name, column in columns.items()}
    refused = {name: sheet.total(_FAILED, column) for name, column in columns.items()}
    clusters = {name: sheet.total(_CLUSTERS, column) for name, column in columns.items()}
    return Volumes(received, refused, {name: stated[name] for name in columns if name in stated}, clusters)


def measure(sheet: Sheet, expected: Expected, volumes: Volumes, policy: ScorePolicy) -> list[Measured]:
    """All rules in the order of the entries."""
    totals, rules = sheet.totals(), len(sheet.layout.pack.rules)
    return [
        _volume(entry, totals[_ERROR * rules + entry.column], volumes, policy)
        if entry.rule.measure == "volume"
        else _conformance(entry, totals[entry.column :: rules], volumes, policy)
        for entry in expected.entries
    ]


def _volume(entry: Entry, errors: int, volumes: Volumes, policy: ScorePolicy) -> Measured:
    received, judged = volumes.received[entry.rule.data_set], volumes.expected.get(entry.rule.data_set, 0)
    passed = min(received, judged)
    lower = lower_bound(passed, judged, policy.z)
    sent = volumes.sent(entry.rule.data_set)
    return Measured(entry, judged, passed, judged - passed, sent, errors, 1.0, lower, received < judged)


def _conformance(entry: Entry, counts: Sequence[int], volumes: Volumes, policy: ScorePolicy) -> Measured:
    passed, failed, errors, clusters = counts
    observed, data_set = passed + failed, entry.rule.data_set
    is_called_for = observed + errors > 0 or volumes.sent(data_set) == 0
    of_all = data_set in volumes.received and (policy.strict_volumes or not is_called_for)
    if of_all:
        passed, failed, clusters = _of_all(failed, errors, clusters, data_set, volumes)
    judged = passed + failed
    effect = design_effect(judged, clusters, policy.rho)
    lower = lower_bound(passed / effect, judged / effect, policy.z)
    return Measured(entry, judged, passed, failed, observed, errors, effect, lower, True, of_all)


def _of_all(failed: int, errors: int, clusters: int, data_set: str, volumes: Volumes) -> tuple[int, int, int]:
    """The numbers over all records of a data set: the worst that those that did not come, or came beyond it, can be."""
    kept = max(0, volumes.sent(data_set) - failed - errors)  # what was only validated may break a rule, and keeps none
    none = max(0, kept - volumes.received[data_set])
    kept, failed = kept - none, failed + none  # what was refused keeps no rule
    clusters = max(clusters, volumes.clusters[data_set])
    missing = volumes.missing(data_set)
    if missing >= 0:
        return kept, failed + missing, clusters
    return max(0, kept + missing), failed, max(min(1, clusters), clusters + missing)
