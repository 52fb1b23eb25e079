"""The rules that were judged on the records of one patient on one day: of how many patients, says the formula.

How many records have each mask is remembered, so that a record that counts no more takes away what it alone had.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from conformance.scoring.counting.record import Move
from fhir_kernel.store.records import Document


class Patient:
    """By rule list the masks of rules judged, and how many records have each; it is kept as `lists`."""

    __slots__ = ("lists",)

    def __init__(self, kept: Document | None = None) -> None:
        self.lists: dict[str, dict[str, int]] = {digest: dict(masks) for digest, masks in (kept or {}).items()}

    def take(self, move: Move) -> Iterator[tuple[str, int, int]]:
        """Of each list the rules for which this is a patient more (1) or less (-1), as masks."""
        for digest, asked, _, error in move.lists:
            masks = self.lists.setdefault(digest, {})
            judged = _judged(asked, error)
            count = masks.get(judged, 0) + move.by
            if count > 0 and judged in masks:
                masks[judged] = count
                continue
            before = _union(masks)
            if count:
                masks[judged] = count
            else:
                del masks[judged]
            after = _union(masks)
            if more := after & ~before:
                yield digest, 1, more
            if less := before & ~after:
                yield digest, -1, less


def _union(masks: dict[str, int]) -> int:
    union = 0
    for mask in masks:
        union |= int(mask, 16)
    return union


@lru_cache(maxsize=65_536)
def _judged(asked: str, error: str) -> str:
    return f"{int(asked, 16) & ~int(error, 16):x}"
