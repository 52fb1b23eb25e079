"""Of rows that overlap, the first is taken, whatever their order and number."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fhir_server.identity.organisations import Organisation
from registry.scores.inputs.versions import Attribution
from registry.scores.inputs.volume_planning import Entering, Ground, plan_volumes
from registry.scores.inputs.volume_table import VolumeRow

FIRST = date(2026, 1, 1)
INSTITUTIONS = {"h1": Organisation("h1", "h1", "institution")}
GROUND = Ground(INSTITUTIONS, frozenset({"labs"}), ())
spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=12)


def rows(found, count=9):
    for line, (begin, days) in enumerate(found, start=2):
        first = FIRST + timedelta(begin)
        yield VolumeRow(line, "h1", "labs", first, first + timedelta(days), count, "settlements", "")


def entering(reason="") -> Entering:
    ids = iter(range(1_000_000))
    return Entering(
        Attribution("e", datetime(2026, 3, 1, tzinfo=UTC), reason), "", lambda _: True, lambda: f"{next(ids)}"
    )


@settings(max_examples=60, deadline=None)
@given(spans)
def test_a_row_is_taken_when_no_row_before_it_that_was_taken_speaks_of_its_days(found):
    taken: set[int] = set()
    expected = []
    for begin, days in found:
        its = set(range(begin, begin + days + 1))
        expected.append("refused" if its & taken else "new")
        taken |= set() if its & taken else its
    assert [each.what for each in plan_volumes(list(rows(found)), GROUND, entering()).outcomes] == expected


@settings(max_examples=60, deadline=None)
@given(spans, spans)
def test_what_is_kept_never_speaks_of_a_day_twice(before, after):
    first = plan_volumes(list(rows(before)), GROUND, entering()).writes
    second = plan_volumes(list(rows(after, 8)), Ground(INSTITUTIONS, frozenset({"labs"}), first), entering("corrected"))
    ended = {each.id for each in second.writes if each.ended is not None}
    valid = [
        each for each in (*first, *second.writes) if each.ended is None and not (each in first and each.id in ended)
    ]
    days = [each.begin + timedelta(at) for each in valid for at in range(each.period.days)]
    assert len(days) == len(set(days))
