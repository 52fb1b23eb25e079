"""The right codes that a wrong one was probably meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

_MOST = 3
_CUTOFF = 0.75


def nearest_codes(code: str, candidates: Collection[str], named: Iterable[str], limit: int) -> tuple[str, ...]:
    """Up to three of `candidates`, the likeliest first: by case, by display (`named`), by spelling.

    Spelling is compared only where there are no more than `limit` candidates and the code has a usual length.
    """
    folded = fold(code)
    same = sorted(each for each in candidates if fold(each) == folded) or sorted(set(named).intersection(candidates))
    if same:
        return tuple(same[:_MOST])
    if len(candidates) > limit or not 2 <= len(code) <= 64:
        return ()
    return tuple(difflib.get_close_matches(code, sorted(candidates), _MOST, _CUTOFF))


def fold(text: str) -> str:
    """The text without what may differ between equal displays: case and the amount of white space."""
    return " ".join(text.split()).casefold()
