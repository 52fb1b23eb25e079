"""Everything about a number of patients, each of whom depends on nothing but the seed and their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random

from fhir_kernel.resource import Resource
from plumbline.generate.institutions import Hospital, found_hospitals
from plumbline.generate.measurements import laboratory, vital_signs
from plumbline.generate.person import Person, draw_person
from plumbline.generate.visit import condition, draw_visit, encounter, prescriptions
from plumbline.generate.weighted import weighted

BEIJING = timezone(timedelta(hours=8))
AS_OF = datetime(2025, 1, 1, tzinfo=BEIJING)
"""The instant before which everything happens, unless another is given."""
LEAST_HOSPITALS, PATIENTS_OF_A_HOSPITAL = 3, 2_500
"""There are more hospitals where there are more patients."""
_VISITS = weighted(((1, 50), (2, 30), (3, 15), (4, 5)))
_YEARS = 3 * 365
"""How many days back visits go."""
_LONGEST_STAY = timedelta(days=12)
_DAY_START, _DAY_MINUTES = 8 * 60, 9 * 60


@dataclass(frozen=True, slots=True)
class Population:
    """What is asked for. The same population gives the same resources, in the same order."""

    patients: int
    seed: int
    as_of: datetime = AS_OF

    def resources(self) -> Iterator[Resource]:
        """Every resource, after those that it refers to, apart from an Encounter and its Condition."""
        hospitals, resources = self._institutions()
        yield from resources
        for number in range(1, self.patients + 1):
            yield from self._patient(number, hospitals)

    def of_patient(self, number: int) -> Iterator[Resource]:
        """What there is of one patient, the first being number 1: the same as among all."""
        return self._patient(number, self._institutions()[0])

    def _institutions(self) -> tuple[list[Hospital], list[Resource]]:
        count = LEAST_HOSPITALS + self.patients // PATIENTS_OF_A_HOSPITAL
        return found_hospitals(random_of(self.seed, "hospitals"), count, f"s{self.seed}")

    def _patient(self, number: int, hospitals: list[Hospital]) -> Iterator[Resource]:
        rng, now = random_of(self.seed, number), self.as_of.astimezone(BEIJING)
        hospital = hospitals[int(rng.random() * len(hospitals))]
        person, patient = draw_person(rng, f"s{self.seed}p{number}", number, hospital, now)
        yield patient
        for visit in range(1, _VISITS.draw(rng) + 1):
            yield from _visit(rng, person, visit, now)


def random_of(seed: int, about: object) -> Random:
    """What decides about one thing, whatever else is made."""
    return Random(f"{seed}/{about}")  # noqa: S311 - nothing here is secret, and it must come out the same again


def _visit(rng: Random, person: Person, number: int, now: datetime) -> Iterator[Resource]:
    latest = now - _LONGEST_STAY
    days = min(_YEARS, (latest.date() - person.born).days - 1)
    day = latest - timedelta(days=int(rng.random() * days))
    minute = _DAY_START + int(rng.random() * _DAY_MINUTES)
    start = day.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    visit = draw_visit(rng, person, number, start)
    yield encounter(visit)
    yield condition(visit)
    yield from vital_signs(rng, visit)
    yield from laboratory(rng, visit)
    yield from prescriptions(visit)
