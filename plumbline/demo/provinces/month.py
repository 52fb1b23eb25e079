"""What an institution sends in a month: day by day, with everything that goes wrong on the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from fhir_kernel.resource import Resource
from plumbline.demo.provinces.cast import Member
from plumbline.demo.provinces.faults import BY_DATA_SET
from plumbline.demo.provinces.quality import Quality
from plumbline.demo.provinces.visits import claimed, records_of_visit
from plumbline.generate.population import random_of

_LAST_DAY = 26
"""Of visits, so that what comes late, and is repeated, still comes within the month."""
_SUNDAY = 6
_NEXT_DAY, _LATE = timedelta(days=1), timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Month:
    """What an institution sends in a month, by the day, and how much there was to be sent of each data set."""

    by_day: Mapping[date, Sequence[Resource]]
    volumes: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many records are sent."""
        return sum(map(len, self.by_day.values()))


def month_of(seed: int, member: Member, first: date, quality: Quality | None = None) -> Month:
    """The month that begins on a day; `quality` is the member's own where none is given."""
    quality, by_day, volumes = quality or member.quality, defaultdict[date, list[Resource]](list), Counter[str]()
    rng = random_of(seed, f"{member.id}/{first}")
    staff = [claimed(_of_month(each, first)) for each in member.resources[1:]]
    volumes.update(map(data_set_of, staff))
    by_day[first] += [claimed(member.resources[0]), *_as_sent(rng, staff, quality)]
    for number, day in visits_of(member, first):
        made = records_of_visit(random_of(seed, f"{member.id}/{number}"), member, number, day)
        volumes.update(map(data_set_of, made))
        sent = list(_as_sent(rng, made, quality))
        by_day[day + (_LATE if rng.random() < quality.late else _NEXT_DAY)] += sent
    return Month(_repeated(by_day) if quality.repeats else dict(sorted(by_day.items())), dict(sorted(volumes.items())))


def visits_of(member: Member, first: date) -> Iterator[tuple[int, date]]:
    """Numbers that no other visit of the institution in that year has, and days."""
    days = [first + timedelta(days=number) for number in range(_LAST_DAY)]
    visits = [day for day in days if day.weekday() != _SUNDAY for _ in range(member.visits)]
    return enumerate(visits, 1 + first.month * 1_000)


def data_set_of(record: Resource) -> str:
    """The name of its profile: `laboratory-result`."""
    name: str = record["meta"]["profile"][0]
    return name.partition("|")[0].rpartition("/sample-")[2]


def _of_month(doctor: Resource, first: date) -> Resource:
    """The register of staff is sent each month, with the telephones of that month."""
    return {**doctor, "telecom": [{"system": "phone", "value": f"199{first:%Y%m}00", "use": "work"}]}


def _as_sent(rng: Random, made: Sequence[Resource], quality: Quality) -> Iterator[Resource]:
    """Without what is withheld; the rest right or wrong. What is drawn does not depend on the shares."""
    for each in made:
        held, doubled, data_set = rng.random(), rng.random(), data_set_of(each)
        sent = _spoiled(rng, each, data_set, quality)
        if held >= quality.withheld.get(data_set, 0):
            yield sent
        if data_set == "patient" and doubled < quality.doubled:
            yield {**each, "id": f"{each['id']}-2"}


def _spoiled(rng: Random, record: Resource, data_set: str, quality: Quality) -> Resource:
    for flaw in BY_DATA_SET.get(data_set, ()):
        if rng.random() < quality.wrong.get(flaw, 0):
            record = flaw.spoil(record)
    return record


def _repeated(by_day: Mapping[date, Sequence[Resource]]) -> Mapping[date, Sequence[Resource]]:
    """Each day's records once more on the day after."""
    days = sorted({*by_day, *(day + _NEXT_DAY for day in by_day)})
    return {day: [*by_day.get(day, ()), *by_day.get(day - _NEXT_DAY, ())] for day in days}
