"""How much work one question, or one definition, may cause."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Defaults suit a server; every number is a count."""

    code_length: int = 1_000
    """Characters of a code that is looked up; longer ones are refused."""
    nested_value_sets: int = 30
    """Value sets within value sets."""
    regex_length: int = 200
    """Characters of a `regex` filter."""
    remembered_answers: int = 20_000
    """Answers kept for identical queries."""
    suggestion_candidates: int = 3_000
    """Codes that a wrong code is compared with."""
    suggestions_per_batch: int = 20
    """Wrong codes in one batch for which the nearest right ones are looked for."""
