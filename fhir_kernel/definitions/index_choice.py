"""Which definition is meant where several have the same URL, and which URL was meant where none has it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fhir_kernel.definitions.index import Entry, Layer
from fhir_kernel.packages.versions import is_newer

_COMPLETENESS = {"complete": 2, "": 2, "fragment": 1, "example": 0, "not-present": -1, "supplement": -2}


class Hit(NamedTuple):
    """One definition in one layer."""

    entry: Entry
    layer: Layer
    position: int
    rank: int
    """The `extended()` that brought it; 0 for packages."""


def best(hits: Iterable[Hit]) -> Hit | None:
    """The one that is meant; `hits` come in the order they were loaded. None where there are none."""
    return functools.reduce(lambda first, second: better(first, second) if first else second, hits, None)


def better(first: Hit, second: Hit) -> Hit:
    """`second` was loaded later: it wins unless it holds fewer codes, or `first` is of a higher rank or newer."""
    left, right = _completeness(first.entry), _completeness(second.entry)
    if left != right:
        return first if left > right else second
    if first.rank != second.rank:
        return second
    return first if is_newer(first.entry.version, second.entry.version) else second


def nearest(url: str, urls: Sequence[str]) -> list[str]:
    """At most three of `urls` that look like `url`, best first; compared by their last segment, where most differ."""
    import difflib  # needed only for a message

    by_tail: dict[str, list[str]] = {}
    for each in urls:
        by_tail.setdefault(each.rpartition("/")[2].lower(), []).append(each)
    tails = difflib.get_close_matches(url.rpartition("/")[2].lower(), by_tail, n=5, cutoff=0.7)
    found = [each for tail in tails for each in by_tail[tail]]
    return sorted(found, key=lambda each: -difflib.SequenceMatcher(None, each, url).ratio())[:3]


def _completeness(entry: Entry) -> int:
    return _COMPLETENESS.get(entry.content, 0) if entry.resource_type == "CodeSystem" else 0
