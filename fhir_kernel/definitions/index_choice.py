"""Which definition is meant where several have the same URL, and which URL was meant where none has it."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from fhir_kernel.definitions.index import Entry, Layer
from fhir_kernel.packages.versions import is_newer

_COMPLETENESS = {"complete": 2, "": 2, "fragment": 1, "example": 0, "not-present": -1, "supplement": -2}


_LIKELY = 20
"""Of so many that share most with what was written, the likeness is worked out."""


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


class Lookalikes:
    """URLs that look like another, found by their last segments, where most differ; made once for many questions."""

    def __init__(self, urls: Iterable[str]) -> None:
        self._by_tail: dict[str, list[str]] = {}
        self._by_gram: dict[str, list[str]] = {}
        for url in urls:
            self._by_tail.setdefault(_tail(url), []).append(url)
        for tail in self._by_tail:
            for gram in _grams(tail):
                self._by_gram.setdefault(gram, []).append(tail)

    def nearest(self, url: str) -> list[str]:
        """At most three, best first."""
        import difflib  # needed only for a message

        shared = Counter(tail for gram in _grams(_tail(url)) for tail in self._by_gram.get(gram, ()))
        likely = [tail for tail, _ in shared.most_common(_LIKELY)]
        tails = difflib.get_close_matches(_tail(url), likely, n=5, cutoff=0.7)
        found = [each for tail in tails for each in self._by_tail[tail]]
        return sorted(found, key=lambda each: -difflib.SequenceMatcher(None, each, url).ratio())[:3]


def _tail(url: str) -> str:
    return url.rpartition("/")[2].lower()


def _grams(text: str) -> set[str]:
    """Pairs of neighbouring characters, which a slip leaves mostly as they are."""
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}


def _completeness(entry: Entry) -> int:
    return _COMPLETENESS.get(entry.content, 0) if entry.resource_type == "CodeSystem" else 0
