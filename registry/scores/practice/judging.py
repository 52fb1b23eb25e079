"""Judges the records of a document as the server would judge them at an instant, and remembers nothing of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conformance.enforcement import Judge
from conformance.scoring.rules.model import RuleList
from fhir_kernel.codec.limits import DEFAULT_LIMITS, Limits
from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource
from registry.scores.practice.document import Document, Places
from registry.scores.practice.finding import answers_of, bounded, findings_of
from registry.scores.practice.outcome import Found, Lived, Outcome
from registry.scores.practice.records import Record, Unread, place_of, records_of


class PracticeJudge(Judge, Protocol):
    """What judges writes, and knows the rules by which it judges."""

    @property
    def lists(self) -> Mapping[str, RuleList]:
        """By digest."""


@dataclass(frozen=True, slots=True)
class Practising:
    """Judges document after document; threads and processes may share it."""

    judge: PracticeJudge
    model: Model
    now: datetime
    limits: Limits = DEFAULT_LIMITS

    def __call__(self, document: Document) -> Iterator[Outcome | Unread]:
        """What comes of each record in it, or why there is none."""
        return self.judged(document, self.records(document))

    def records(self, document: Document) -> list[Record | Unread]:
        """The records in a document, before any is judged."""
        reading = document.read(self.model, self.limits)
        fault = next((each for each in reading.issues if each.is_error), None)
        if reading.resource is None or fault is not None:
            assert fault is not None  # nothing is read only where something is wrong
            return [Unread(document.name, document.in_file(fault))]
        return list(records_of(document.name, reading.resource))

    def judged(self, document: Document, records: list[Record | Unread]) -> Iterator[Outcome | Unread]:
        """What comes of records of a document."""
        places = Places(document)
        for each in records:
            yield each if isinstance(each, Unread) else self._judged(each, places)

    def _judged(self, record: Record, places: Places) -> Outcome:
        resource = record.resource
        found = self.judge.judge(resource, method="PUT" if "id" in resource else "POST", now=self.now)
        answers = answers_of(found)
        told, more = bounded(findings_of(found, answers, self.judge.lists))
        placed = tuple(Found(rule, places.placed(each, place_of(each.path, record))) for rule, each in told)
        made = Outcome(record.name, found.accepted, answers, placed, more, identity=record.name, life=_life(resource))
        scored = found.scored
        if scored is None:
            return made
        lived = None if scored.lived is None else Lived(*scored.lived)
        identity = scored.identity or scored.name or scored.content
        return made._replace(identity=identity, content=scored.content, patient=scored.patient, lived=lived)


def _life(resource: Resource) -> tuple[str, dict[str, str]] | None:
    id_ = resource.get("id")
    if resource.get("resourceType") != "Patient" or not isinstance(id_, str):
        return None
    return id_, {name: day for name in ("birthDate", "deceasedDateTime") if isinstance(day := resource.get(name), str)}
