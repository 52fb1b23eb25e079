"""Which texts hold the words that someone looks for (https://hl7.org/fhir/R4/valueset-operation-expand.html, `filter`).

A word is what stands between white space; it may stand anywhere inside a text, since Chinese is written without blanks.
Case, and the width and form of characters that Unicode holds to be compatible, make no difference.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from fhir_kernel.resource import Resource
from terminology.tables.properties import elements


def fold(text: str) -> str:
    """`text` as it is compared: compatible forms made one (NFKC), and without case."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> list[str]:
    """The folded words of `text`, each once."""
    return list(dict.fromkeys(fold(text).split()))


def holds_words(text: str, words: str) -> bool:
    """Whether `text` holds every word of `words`."""
    folded = fold(text)
    return all(each in folded for each in words_of(words))


def texts_of(concept: Resource) -> Iterator[str]:
    """The display and the designations of a concept."""
    if isinstance(display := concept.get("display"), str):
        yield display
    for each in elements(concept, "designation"):
        if isinstance(value := each.get("value"), str):
            yield value
