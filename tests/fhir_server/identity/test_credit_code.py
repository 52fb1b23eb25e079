from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.identity.credit_code import CHARACTERS, check_character, credit_code_problem

FIRST = st.builds(
    "{}{}{}".format,
    st.text(CHARACTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CHARACTERS, min_size=9, max_size=9),
)
CODES = FIRST.map(lambda first: first + check_character(first))


@pytest.mark.parametrize(
    "code", ["914403001922038216", "9144030071526726XG", "91110000802100433B", "91330100799655058B"]
)
def test_codes_that_are_in_use_are_right(code):
    assert credit_code_problem(code) is None


def test_the_example_of_the_standard_tells_which_character_was_expected():
    problem = credit_code_problem("91350100M000100Y4Z")
    assert problem is not None
    assert "18 characters" in problem
    problem = credit_code_problem("91350100M000100Y44")
    assert problem is not None
    assert problem.endswith("expected 3 after the others")


@given(FIRST)
def test_one_last_character_is_right_and_no_other(first):
    assert [each for each in CHARACTERS if credit_code_problem(first + each) is None] == [check_character(first)]


@given(CODES, st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_noticed(code, place, character):
    wrong = code[:place] + character + code[place + 1 :]
    assert (credit_code_problem(wrong) is None) == (wrong == code)


@given(CODES, st.integers(0, 16))
def test_two_neighbours_that_change_places_are_noticed(code, place):
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (credit_code_problem(wrong) is None) == (wrong == code)


@pytest.mark.parametrize(
    "code", ["", "9144030019220382", "91440300192203821I", "91440300192203821６", "914403001922038216\n"]
)
def test_what_has_not_the_form_is_refused(code):
    assert "18 characters" in (credit_code_problem(code) or "")
