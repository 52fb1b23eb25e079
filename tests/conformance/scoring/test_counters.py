from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.scoring.counting.counters import added, by_field, packed, unpacked
from fhir_kernel.errors import StoreError


@given(st.lists(st.integers(0, 2**32 - 1), min_size=4, max_size=40))
def test_counters_are_read_as_they_were_written(numbers):
    assert unpacked(packed(array("I", numbers))).tolist() == numbers


def test_numbers_are_added_to_what_is_kept_and_fields_are_told_apart():
    kept = added(added("", array("q", [300, 1, 0, 2, 0, 0, 7, 1])), array("q", [-1, 0, 0, 70_000, 0, 0, -7, 0]))
    assert [each.tolist() for each in by_field(unpacked(kept))] == [[299, 1], [0, 70_002], [0, 0], [0, 1]]


@pytest.mark.parametrize(
    "text", ["", "1", "1!!!!", "xAAAA", "0AAAA", "1AAAA", packed(array("I", [1] * 4)).replace("1", "3", 1)]
)
def test_a_damaged_text_is_told(text):
    with pytest.raises(StoreError, match="found counters that are damaged"):
        unpacked(text)


def test_a_counter_that_would_fall_below_zero_is_told():
    with pytest.raises(StoreError, match="found a counter of 1 to which -2 is to be added; expected a sum from 0"):
        added(packed(array("I", [0, 1, 0, 0])), array("q", [0, -2, 0, 0]))
