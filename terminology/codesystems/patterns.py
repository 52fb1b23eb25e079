"""Regular expressions that come with a definition, refused where matching them could take exponential time."""

from __future__ import annotations

import re

_REPEATED_GROUP = re.compile(r"\)\s*(?:[*+]|\{\d+,?\d*\})")
_REPEAT = re.compile(r"(?<!\\)(?:[*+]|\{\d+,\d*\})")
_BACK_REFERENCE = re.compile(r"\\[1-9]|\(\?")


def compile_pattern(pattern: str, max_length: int) -> re.Pattern[str] | None:
    """The compiled pattern, to be matched against a whole code; None where it is wrong, too long or too costly."""
    if len(pattern) > max_length or _BACK_REFERENCE.search(pattern) or _may_explode(pattern):
        return None
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _may_explode(pattern: str) -> bool:
    """A repeated group beside another repetition, or many unbounded repetitions, can backtrack without end."""
    repeats = len(_REPEAT.findall(pattern))
    return repeats > 6 or (repeats > 1 and _REPEATED_GROUP.search(pattern) is not None)
