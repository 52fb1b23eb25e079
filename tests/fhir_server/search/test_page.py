from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.store.criteria import Position
from fhir_kernel.store.records import Key
from fhir_server.outcomes import RequestRefused
from fhir_server.search.page import PageLinks, Place

LINKS = PageLinks(b"a key of sixteen")
PLACE = Place(Position(("a", 1, None), Key("Patient", "1")), datetime(2024, 6, 1, 12, 0, 0, 123_000, tzinfo=UTC))
PAIRS = (("name", "x"), ("_sort", "name"))

values = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=10),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
)


positions = st.builds(Position, st.lists(values, max_size=4).map(tuple), st.just(Key("Patient", "1")))
instants = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(st.none() | positions, instants, st.lists(st.none() | positions, max_size=2).map(tuple))
def test_a_place_is_read_as_it_was_written(after, as_of, before):
    place = Place(after, as_of, before)
    assert LINKS.read(LINKS.write(place, "Patient", PAIRS), "Patient", PAIRS) == place


def test_a_link_leads_back_as_far_as_there_is_room():
    place = Place(None, PLACE.as_of)
    for number in range(500):
        text = LINKS.write(place.following(Position(("名" * 10,), Key("Patient", f"{number}"))), "Patient", PAIRS)
        place = LINKS.read(text, "Patient", PAIRS)
    assert len(text) < 2_000
    ids = [each.after.key.id for each in _back(place)]
    assert ids == [str(number) for number in range(499, 499 - len(ids), -1)]
    assert len(ids) > 10
    assert place.first() == Place(None, PLACE.as_of)


def _back(place):
    while place is not None:
        yield place
        place = place.previous()


def test_a_link_may_stand_among_the_parameters_that_it_is_for():
    text = LINKS.write(PLACE, "Patient", PAIRS)
    assert LINKS.read(text, "Patient", (*PAIRS, ("_page", text))) == PLACE


@pytest.mark.parametrize(
    ("links", "path", "pairs"),
    [
        (PageLinks(b"another of sixteen"), "Patient", PAIRS),
        (LINKS, "Observation", PAIRS),
        (LINKS, "Patient", PAIRS[:1]),
    ],
)
def test_a_link_serves_no_other_search_and_no_other_key(links, path, pairs):
    with pytest.raises(RequestRefused, match="start anew"):
        links.read(LINKS.write(PLACE, "Patient", PAIRS), path, pairs)


@given(st.one_of(st.text(max_size=80), st.integers(0, 60)))
def test_what_is_no_link_is_refused(text):
    whole = LINKS.write(PLACE, "Patient", PAIRS)
    damaged = text if isinstance(text, str) else whole[:text] + ("A" if whole[text] != "A" else "B") + whole[text + 1 :]
    with pytest.raises(RequestRefused):
        LINKS.read(damaged, "Patient", PAIRS)
