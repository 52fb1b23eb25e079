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
    st.text(st.characters(exclude_categories=("Cs",))),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.lists(values).map(tuple), st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_place_is_read_as_it_was_written(sort_values, as_of):
    place = Place(Position(sort_values, Key("Patient", "1")), as_of)
    assert LINKS.read(LINKS.write(place, "Patient", PAIRS), "Patient", PAIRS) == place


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
