"""Holds what records tell of against the lives of their patients, who may come later: the rule `life`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from conformance.scoring.rules.model import RuleList
from conformance.scoring.rules.times import born_and_living
from fhir_kernel.issues import issue
from registry.scores.practice.outcome import Answered, Found, Lived, Outcome


class _Pending(NamedTuple):
    record: str
    patient: str
    lived: Lived
    digests: tuple[str, ...]


class Settled(NamedTuple):
    """What came of the rule for one record; `found` is there where it is broken."""

    record: str
    patient: str
    """The digest of whose record it is."""
    answer: Answered
    found: Found | None


@dataclass(slots=True)
class Lives:
    """The patients among the records so far, and the records that wait for theirs."""

    _known: dict[str, dict[str, str]] = field(default_factory=dict)
    _pending: list[_Pending] = field(default_factory=list)

    def take(self, outcome: Outcome) -> None:
        """Remember what a record has to do with it."""
        if outcome.life is not None:
            id_, dates = outcome.life
            self._known[id_] = dates
        if outcome.lived is not None:
            digests = tuple(each.digest for each in outcome.answers)
            self._pending.append(_Pending(outcome.record, outcome.patient, outcome.lived, digests))

    def settled(self, lists: Mapping[str, RuleList]) -> Iterator[Settled]:
        """What comes of each that waits, once everything has been taken; nothing of it waits any longer."""
        pending, self._pending = self._pending, []
        for each in pending:
            patient = self._known.get(each.lived.patient)
            answer = None if patient is None else born_and_living(each.lived.day, each.lived.last, patient)
            if answer is not None:
                for digest in each.digests:
                    yield _settled(each, lists[digest], answer)


def _settled(each: _Pending, rules: RuleList, answer: bool) -> Settled:
    asked = rules.mask("life")
    found = None
    if not answer:
        rule = next(row for row in rules.rules if row.kind == "life")
        found = Found(rule.id, issue("scoring.not-in-life", rules.type, found=each.lived.day))
    return Settled(each.record, each.patient, Answered(rules.digest, asked, 0 if answer else asked, 0), found)
