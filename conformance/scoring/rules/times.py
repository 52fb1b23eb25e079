"""The rules about time that a record can break by itself: `order` and `timely`; and when what it tells of happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from conformance.care_dates import CARE_DATES
from conformance.scoring.rules.moments import Moment, moment
from fhir_kernel.resource import Resource

DAYS = 1
"""Within so many days after the day of the event a record is expected."""
_CLOCKS = timedelta(minutes=5)
"""By so much the clocks of two machines may differ."""
_WRITTEN = ("issued", "recordedDate", "recorded", "authoredOn", "authored", "dateWritten")
"""When something was made known, which is never before it happened and never after it was received."""
_HAPPENED = ("effectiveDateTime", "effectiveInstant", "performedDateTime", "birthDate", "deceasedDateTime")
_PAIRS = (("birthDate", "deceasedDateTime"), ("onsetDateTime", "abatementDateTime"))
_ENDS_OF_LIFE = frozenset(
    (
        "AllergyIntolerance",
        "Encounter",
        "Immunization",
        "MedicationAdministration",
        "MedicationStatement",
        "Observation",
        "Procedure",
    )
)
"""Of what is done to the living only; a report may be written after the death."""


_NOT_BEGUN = frozenset(
    ("planned", "cancelled", "preparation", "not-done", "intended", "not-taken", "registered", "entered-in-error")
)
"""Statuses of that of which a day to come may be told (https://hl7.org/fhir/R4/valueset-encounter-status.html)."""
_OVER = frozenset(("finished", "completed", "stopped", "final", "amended", "corrected"))
"""Statuses of what has ended, as it says itself."""


class Stretch(NamedTuple):
    """From when to when something was; for an instant both are the same, and what is not told is None."""

    begin: Moment | None
    end: Moment | None


class Times:
    """What the dates of records of one type say."""

    __slots__ = ("_paths", "_type")

    def __init__(self, resource_type: str) -> None:
        self._type = resource_type
        self._paths = tuple(tuple(path.split(".")) for path in CARE_DATES.get(resource_type, {}).values())

    def read(self, resource: Resource) -> Dates:
        """The dates of a record."""
        care: list[Stretch] = []
        for path in self._paths:
            care += _stretches(resource, path)
        written = [found for name in _WRITTEN if (found := moment(resource.get(name))) is not None]
        return Dates(self._type, resource, care, written)


class Dates(NamedTuple):
    """The dates of one record."""

    type: str
    resource: Resource
    care: Sequence[Stretch]
    """In the order of the table; the first is when it happened, as far as that is told."""
    written: Sequence[Moment]

    def in_order(self, now: datetime) -> bool | None:
        """Whether nothing ends before it begins, is told before it was, or is yet to come; None: it has no dates."""
        pairs = list(self._pairs())
        happened = [*self.written, *(found for name in _HAPPENED if (found := moment(self.resource.get(name))))]
        happened += self._begun()
        if not pairs and not happened:
            return None
        bound = now + _CLOCKS
        if any(each.earliest > bound for each in happened):
            return False
        return not any(begin.is_after_within(end) for begin, end in pairs)

    def _begun(self) -> Iterator[Moment]:
        """When what is done to the living began and, where it is over, ended, by the record's own word."""
        status = self.resource.get("status")
        if self.type in _ENDS_OF_LIFE and status not in _NOT_BEGUN:
            for begin, end in self.care:
                if begin is not None:
                    yield begin
                if end is not None and status in _OVER:
                    yield end

    def _pairs(self) -> Iterator[tuple[Moment, Moment]]:
        rows = [*self.care, *(Stretch(*map(moment, map(self.resource.get, pair))) for pair in _PAIRS)]
        for begin, end in rows:
            if begin is not None and end is not None and begin is not end:
                yield begin, end
        issued, effective = moment(self.resource.get("issued")), self.care[0].begin if self.care else None
        if issued is not None and effective is not None:
            yield effective, issued

    def in_time(self, now: datetime, days: int = DAYS) -> bool | None:
        """Whether it was received soon after the last thing that it tells of; None where it tells no day of any."""
        ends = [end for _, end in self.care if end is not None]
        known = [each for each in (*ends, *self.written) if each.is_day and each.earliest <= now + _CLOCKS]
        if not known:
            return None
        last = max(each.day_ends for each in known)
        return now <= last + timedelta(days=days)

    def lived(self) -> tuple[str, str] | None:
        """The day on which it happened, and the same again where only the living can have it; None: no day is told."""
        begin = next((row.begin for row in self.care if row.begin is not None), None)
        if begin is None or not begin.is_day:
            return None
        day = begin.text[:10]
        return day, day if self.type in _ENDS_OF_LIFE else ""


def born_and_living(day: str, last: str, patient: Resource) -> bool | None:
    """Whether a day is not before the birth of a patient, nor `last`, where there is one, after the death.

    None where the patient's dates do not tell, or the day is none.
    """
    born, died = moment(patient.get("birthDate")), moment(patient.get("deceasedDateTime"))
    event, final = moment(day), moment(last)
    answers = []
    if event is not None and born is not None:
        answers.append(not born.is_after(event))
    if final is not None and died is not None:
        answers.append(not final.is_after(died))
    return all(answers) if answers else None


def _stretches(holder: Any, path: Sequence[str]) -> Iterator[Stretch]:
    if isinstance(holder, list):
        for each in holder:
            yield from _stretches(each, path)
    elif isinstance(holder, dict):
        if len(path) > 1:
            yield from _stretches(holder.get(path[0]), path[1:])
        else:
            yield from _at(holder, path[0])


def _at(holder: dict[str, Any], name: str) -> Iterator[Stretch]:
    """An element that is a date or a Period, or a choice of the two."""
    for key in (name, f"{name}DateTime", f"{name}Instant", f"{name}Date", f"{name}Period"):
        value = holder.get(key)
        if isinstance(value, dict):
            yield Stretch(moment(value.get("start")), moment(value.get("end")))
        elif (found := moment(value)) is not None:
            yield Stretch(found, found)
