from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.search.elements.fold import fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Chalmers", "chalmers"),
        ("  Van   den\tBerg ", "van den berg"),
        ("Carreño QUIÑONES", "carreno quinones"),
        ("Straße", "strasse"),
        ("ＡＢＣ１２３", "abc123"),
        ("张 三", "张 三"),
        ("ガ", "ガ"),
        ("Åse", "ase"),
    ],
)
def test_case_accents_and_width_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words_stand_apart() -> None:
    assert words(" Bone  Fracture ") == ("bone", "fracture")
