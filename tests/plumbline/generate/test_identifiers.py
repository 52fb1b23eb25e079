from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from plumbline.generate.identifiers import credit_check, credit_code, identity_check, identity_number, organisation_code

REGIONS = st.integers(110000, 659999).map(str)
BIRTHS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def test_the_example_of_the_standard_on_identity_numbers_has_its_check_character():
    assert identity_number("110105", date(1949, 12, 31), 2) == "11010519491231002X"


def test_the_example_of_the_standard_on_credit_codes_has_its_check_characters():
    assert credit_code("91", "350100", organisation_code("M000100Y")) == "91350100M000100Y43"


@given(REGIONS, BIRTHS, st.integers(0, 999))
def test_the_weighted_sum_of_an_identity_number_leaves_one_over(region, born, sequence):
    number = identity_number(region, born, sequence)
    values = [10 if character == "X" else int(character) for character in number]
    assert sum(value * pow(2, 17 - place, 11) for place, value in enumerate(values)) % 11 == 1


@given(REGIONS, BIRTHS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(region, born, sequence, place, change):
    digits = identity_number(region, born, sequence)[:17]
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]
    assert identity_check(wrong) != identity_check(digits)


@given(REGIONS, st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9), st.integers(0, 16))
def test_one_wrong_character_of_a_credit_code_is_always_found(region, organisation, place):
    first = credit_code("12", region, organisation)[:17]
    wrong = first[:place] + ("2" if first[place] != "2" else "3") + first[place + 1 :]
    assert credit_check(wrong) != credit_check(first)
