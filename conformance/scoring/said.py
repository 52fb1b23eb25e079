"""A sentence in English and Chinese, and the exception that carries one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fhir_kernel.errors import PlumblineError
from fhir_kernel.issues import Language


@dataclass(frozen=True, slots=True)
class Said:
    """The same said twice, without a full stop."""

    en: str
    zh: str

    def said_in(self, language: Language) -> str:
        """The text of one language."""
        return self.zh if language == "zh" else self.en


class ScoringRefused(PlumblineError):
    """What was given cannot be scored; `where` is its place, and the sentence says what was found and expected."""

    def __init__(self, where: str, en: str, zh: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.said = where, Said(en, zh)

    def __reduce__(self) -> tuple[type[ScoringRefused], tuple[str, str, str]]:
        """So that it comes whole out of another process."""
        return type(self), (self.where, self.said.en, self.said.zh)


def check(holds: bool, where: str, en: str, zh: str) -> None:
    """Raises ScoringRefused where something does not hold."""
    if not holds:
        raise ScoringRefused(where, en, zh)


def check_once(where: str, ids: Iterable[str]) -> None:
    """Raises ScoringRefused where one stands there twice."""
    seen: set[str] = set()
    for each in ids:
        check(each not in seen, where, f"'{each}' stands there twice; expected once", f"“{each}”出现两次；应只有一次")
        seen.add(each)
