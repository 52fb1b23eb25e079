"""Why something is not done: what kind of obstacle it is, and what is missing or wrong, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from fhir_kernel.errors import PlumblineError
from registry.sentence import Sentence

Kind = Literal["forbidden", "conflict", "invalid", "missing", "too-large", "too-often"]


class Refused(PlumblineError):
    """Nothing was changed; `sentences` say why, and `where` names the file or the field at fault."""

    def __init__(self, kind: Kind, sentences: Sequence[Sentence], *, where: str = "") -> None:
        super().__init__("; ".join(each.en for each in sentences))
        self.kind, self.sentences, self.where = kind, tuple(sentences), where


def refused(kind: Kind, en: str, zh: str, where: str = "") -> Refused:
    """The refusal of one sentence, to be raised."""
    return Refused(kind, (Sentence(en, zh),), where=where)
