"""How much work one question, or one definition, may cause."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Defaults suit a server; every number is a count unless it says seconds."""

    code_length: int = 1_000
    """Characters of a code that is looked up; longer ones are refused."""
    nested_value_sets: int = 30
    """Value sets within value sets."""
    regex_length: int = 200
    """Characters of a `regex` filter."""
    regex_seconds: float = 1.0
    """Seconds that matching one `regex` filter may take."""
    expansion_codes: int = 1_000
    """Codes that an expansion may list where the caller asks for no page."""
    page_codes: int = 10_000
    """Codes on one page of an expansion."""
    listed_codes: int = 20_000
    """Codes up to which a code system or selection is kept as a list; a larger one is kept as a test."""
    remembered_definitions: int = 4_000
    """Code systems and value sets that stay compiled."""
    remembered_answers: int = 20_000
    """Answers kept for identical queries."""
    suggestion_candidates: int = 3_000
    """Codes that a wrong code is compared with."""
    suggestions_per_batch: int = 20
    """Wrong codes in one batch for which the nearest right ones are looked for."""
