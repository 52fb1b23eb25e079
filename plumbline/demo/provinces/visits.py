"""What one visit of an outpatient leaves in the records of an institution, by the profiles of the first edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from fhir_kernel.resource import Resource
from plumbline.demo.provinces.cast import COMMUNITY, Member
from plumbline.generate.claiming import profile_of
from plumbline.generate.measurements import laboratory, vital_signs
from plumbline.generate.person import draw_person
from plumbline.generate.population import BEIJING
from plumbline.generate.visit import condition, draw_visit, encounter, prescriptions
from plumbline.sample import editions

_VITAL_SIGNS, _RESULTS = 2, 2
"""How many of each are sent, so that the demonstration does not take long."""
_OPENS, _MINUTES = 8 * 60, 7 * 60
_STAY = 60


def records_of_visit(rng: Random, member: Member, number: int, day: date) -> Sequence[Resource]:
    """Patient, Encounter and all else, each after those that it refers to; `number` counts the institution's visits."""
    start = datetime.combine(day, time(), BEIJING) + timedelta(minutes=_OPENS + int(rng.random() * _MINUTES))
    person, patient = draw_person(rng, f"{member.id}p{number}", number, member.hospital, start)
    drawn = draw_visit(rng, person, 1, start)
    visit = replace(drawn, is_inpatient=False, end=start + timedelta(minutes=10 + int(rng.random() * _STAY)))
    came = {name: value for name, value in encounter(visit).items() if name != "diagnosis"}
    made = [patient, came, condition(visit), *list(vital_signs(rng, visit))[:_VITAL_SIGNS]]
    if member.classification != COMMUNITY:
        made += _some_results(list(laboratory(rng, visit)))
    return [claimed(each) for each in (*made, *prescriptions(visit))]


def claimed(resource: Resource) -> Resource:
    """With the profile of the first edition in meta.profile."""
    return {**resource, "meta": {"profile": [profile_of(resource, editions()[0])]}}


def _some_results(made: Sequence[Resource]) -> Iterator[Resource]:
    """The first results of a panel, and the report of them."""
    *results, report = made
    yield from results[:_RESULTS]
    yield {**report, "result": report["result"][:_RESULTS]}
