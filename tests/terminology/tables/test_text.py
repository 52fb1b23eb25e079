"""Words are found whatever their case, width and place in a text."""

import pytest

from terminology.tables.text import fold, holds_words, texts_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("慢性乙型病毒性肝炎", "肝炎"), ("Viral Hepatitis", "hepa VIRAL"), ("ＡＢＣ", "abc"), ("Straße", "STRASSE"),
        ("ａ型", "A型"), ("any", ""), ("any", "  "), ("甲　乙", "乙 甲"),
    ],
)  # fmt: skip
def test_a_text_holds_words(text: str, words: str) -> None:
    assert holds_words(text, words)


@pytest.mark.parametrize(("text", "words"), [("肝脏炎症", "肝炎"), ("ab", "a c"), ("a b", "ab"), ("", "a")])
def test_a_text_does_not_hold_words(text: str, words: str) -> None:
    assert not holds_words(text, words)


def test_words_are_folded_and_stand_once() -> None:
    assert words_of(" B a\u3000b ") == ["b", "a"]
    assert fold("Ⅳ") == "iv"


def test_the_texts_of_a_concept_are_its_display_and_designations() -> None:
    concept = {"code": "x", "display": "one", "definition": "no", "designation": [{"value": "two"}, {"language": "zh"}]}
    assert list(texts_of(concept)) == ["one", "two"]
