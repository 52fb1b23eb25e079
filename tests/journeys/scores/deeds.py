"""What institutions may do with the visits of a month, so that two who do otherwise can be compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st

from fhir_kernel.resource import Resource
from tests.journeys.scores.ground import Ground
from tests.journeys.scores.records import REFUSED, SETS, record, spoiled
from tests.journeys.scores.sender import Sender

few = settings(max_examples=4, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""Each example is a month of a server; one that fails is small as it is."""


@dataclass(frozen=True, slots=True)
class Visit:
    """On a day of the month; `wrong` are the data sets whose records have a fault, with its number."""

    day: int
    wrong: dict[str, int]
    again: int = 0
    """So many more vital signs are taken, which are good."""


@dataclass(frozen=True, slots=True)
class Made:
    """A record to be sent."""

    data_set: str
    day: int
    good: Resource
    fault: int | None = None

    @property
    def resource(self) -> Resource:
        return self.good if self.fault is None else spoiled(self.good, self.data_set, self.fault)

    @property
    def mended(self) -> Made:
        return replace(self, fault=None)

    def renamed(self, ending: str) -> Made:
        """Another record of the same patient and day."""
        name = self.good["id"] + ending
        identifier = [{**self.good["identifier"][0], "value": name}]
        return replace(self, good={**self.good, "id": name, "identifier": identifier})


@dataclass(frozen=True, slots=True)
class Case:
    """The visits of an institution in a month that begins on a day."""

    sender: Sender
    first: date
    made: Sequence[Made]

    def more(self, day: int, number: int, data_set: str) -> Made:
        """A good record of which the visits know nothing."""
        return made_on(self.sender.name, self.first, number, day, data_set)


Steps = Sequence[tuple[int, Callable[[], object]]]
"""What is done on which day."""
Deed = Callable[[Case], Steps]
visit = st.builds(
    Visit,
    st.integers(0, 3),
    st.dictionaries(st.sampled_from([each for each in SETS if each != REFUSED]), st.integers(0, 2)),
    st.integers(0, 2),
)
good_visits = st.lists(st.builds(Visit, st.integers(0, 3), st.just({})), min_size=2, max_size=4)
visits = st.lists(visit, min_size=2, max_size=4)
faulty = visits.filter(lambda found: any(each.wrong for each in found))


def scores(ground: Ground, found: Sequence[Visit], *deeds: Deed) -> list[float]:
    """Of institutions that had the same visits and did otherwise with them, in one month."""
    first = ground.next_month()
    done = [(_case(ground, first, found), deed) for deed in deeds]
    volumes = Counter(each.data_set for each in done[0][0].made)
    period = passed(ground, first, done, volumes)
    return [ground.score(period, case.sender.name) for case, _ in done]


def passed(ground: Ground, first: date, done: Sequence[tuple[Case, Deed]], volumes: Mapping[str, int]) -> str:
    """Let a month pass in which everybody does their own, and of each the same is expected; gives its name."""
    by_day = defaultdict[int, list[Callable[[], object]]](list)
    for case, deed in done:
        for day, step in deed(case):
            by_day[day].append(step)
    for day in sorted(by_day):
        ground.calendar.go_to(first + timedelta(days=day))
        for step in by_day[day]:
            step()
    return ground.close(first, {case.sender.name: volumes for case, _ in done})


def honest(case: Case) -> Steps:
    """Everything as it is, on the day after the visit."""
    return sending(case, case.made)


def sending(case: Case, made: Iterable[Made], later: int = 1, method: str = "PUT") -> Steps:
    """Records in one transaction for each day."""
    by_day = defaultdict[int, list[Resource]](list)
    for each in made:
        by_day[each.day + later].append(each.resource)
    return [(day, lambda rows=rows: case.sender.sent(rows, method)) for day, rows in by_day.items()]


def _case(ground: Ground, first: date, found: Sequence[Visit]) -> Case:
    sender = ground.newcomer()
    made = [
        made_on(sender.name, first, number, each.day, data_set, each.wrong.get(data_set))
        for number, each in enumerate(found)
        for data_set in SETS
    ]
    more = [
        made_on(sender.name, first, number, each.day, "vital-signs").renamed(f"-{at}")
        for number, each in enumerate(found)
        for at in range(each.again)
    ]
    return Case(sender, first, [*made, *more])


def made_on(of: str, first: date, number: int, day: int, data_set: str, fault: int | None = None) -> Made:
    """The record of the patient with a number, of a day of the month that begins on `first`."""
    return Made(data_set, day, record(data_set, of, number, first + timedelta(days=day)), fault)
