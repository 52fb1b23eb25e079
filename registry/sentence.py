"""A sentence in English and Chinese: what a guard misses, what a verdict says, why something is refused."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_kernel.issues import Language


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same said twice; it ends without a full stop, so that it can be a line of a list."""

    en: str
    zh: str

    def said_in(self, language: Language) -> str:
        """The text of one language."""
        return self.zh if language == "zh" else self.en

    def document(self) -> dict[str, str]:
        """As it is kept, and as the JSON API gives it."""
        return {"en": self.en, "zh": self.zh}
