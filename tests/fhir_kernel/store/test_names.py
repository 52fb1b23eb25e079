from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.store.names import after_all_with

TEXTS = st.text(st.sampled_from("a/é\ud7ff\ue000\uffff😀\U0010ffff"), max_size=4)


@given(TEXTS, TEXTS, TEXTS)
def test_what_begins_with_a_prefix_is_between_it_and_what_comes_after_all_of_that(prefix, rest, other):
    end = after_all_with(prefix)
    for text in (prefix + rest, other):
        assert text.startswith(prefix) == (text >= prefix and (end is None or text < end))


def test_after_all_texts_there_is_none():
    assert after_all_with("") is None
    assert after_all_with("\U0010ffff\U0010ffff") is None
    assert after_all_with("a\U0010ffff") == "b"
    assert after_all_with("\ud7ff") == "\ue000"
