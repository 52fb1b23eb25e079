from __future__ import annotations

import io

import pytest

from fhir_kernel.codec.xml_stream import read_elements, text_of
from fhir_kernel.errors import LimitExceeded


def read(text: str, most: int) -> list[str]:
    _, *found = (text_of(each) for each in read_elements(io.BytesIO(text.encode()), frozenset({"p"}), max_within=most))
    return found


def test_elements_that_hold_more_than_allowed_are_refused():
    with pytest.raises(LimitExceeded, match="more than 3 others"):
        read("<a><p>" + "<b/>" * 4 + "</p></a>", 3)


def test_any_number_of_small_elements_is_read():
    assert read("<a>" + "<p><b>x</b></p><c/>" * 50 + "</a>", 3) == ["x"] * 50
