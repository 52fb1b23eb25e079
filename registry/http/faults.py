"""What is wrong with what a client sent: where, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fhir_kernel.echo import echoed
from registry.refusal import Refused
from registry.sentence import Sentence

_MOST = 50
"""Faults of one body that are told."""
MISSING = object()
"""What is found where nothing stands that has to."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One value that is not what it has to be."""

    where: str
    """Such as `members[2].name`; of the address, `?count`."""
    found: Any
    expected: Sentence

    @property
    def sentence(self) -> Sentence:
        """Found this, expected that."""
        if self.found is MISSING:
            return Sentence(f"found nothing; expected {self.expected.en}", f"缺失；应为{self.expected.zh}")
        en, zh = echoed(self.found), echoed(self.found, "zh")
        return Sentence(f"found {en}; expected {self.expected.en}", f"实际为 {zh}；应为{self.expected.zh}")


class Misformed(Refused):
    """What was sent is not of the shape that is declared; `faults` are all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("invalid", tuple(each.sentence for each in faults[:_MOST]), where=faults[0].where)
        self.faults = tuple(faults[:_MOST])
