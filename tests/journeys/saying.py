"""What is said to somebody who may not."""

from __future__ import annotations


def says(refusal: str, status: int, *parts: str) -> None:
    """A refusal has this status, and these parts of sentences in it."""
    assert refusal.startswith(f"{status} "), refusal
    missing = [each for each in parts if each not in refusal]
    assert not missing, f"{missing} is not in: {refusal}"
