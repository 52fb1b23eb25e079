"""The made-up code system read in the plainest way, to know the right answers without the code that is measured."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path
from random import Random

from benchmarks.chinese_codes import LARGE_BRANCH


@dataclass(frozen=True)
class NaiveCodes:
    """The concepts as the file lists them, parents before their children."""

    displays: Mapping[str, str]
    parents: Mapping[str, tuple[str, ...]]
    codes: Sequence[str]
    branch: frozenset[str]
    """LARGE_BRANCH and everything below it."""

    @cached_property
    def totals(self) -> Counter[str]:
        """How many displays hold each two characters that stand side by side in one of them.

        Initials are Latin letters, so that they hold no Chinese word.
        """
        return _totals(self.displays.values())

    @cached_property
    def branch_totals(self) -> Counter[str]:
        """The same within the branch."""
        return _totals(self.displays[code] for code in self.branch)

    def ancestors(self, code: str) -> set[str]:
        """Everything above a code, found by walking up."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            above = self.parents[waiting.pop()]
            waiting += [each for each in above if each not in found]
            found.update(above)
        return found

    def outcome(self, one: str, other: str) -> str:
        """What `$subsumes` says of the two."""
        if one == other:
            return "equivalent"
        if one in self.ancestors(other):
            return "subsumes"
        return "subsumed-by" if other in self.ancestors(one) else "not-subsumed"

    def pairs(self, rng: Random) -> Iterator[tuple[str, str]]:
        """Without end: a code and another, which every second time is one above it."""
        while True:
            code = rng.choice(self.codes)
            yield code, rng.choice(self.codes)
            above = sorted(self.ancestors(code))
            yield (rng.choice(above) if above else code), code


def read_naively(path: Path) -> NaiveCodes:
    """What `chinese_codes.write_code_system` wrote."""
    displays: dict[str, str] = {}
    parents: dict[str, tuple[str, ...]] = {}
    branch = {LARGE_BRANCH}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for code, display, above, *_ in rows:
            displays[code] = display
            parents[code] = tuple(above.split("|")) if above else ()
            if not branch.isdisjoint(parents[code]):
                branch.add(code)
    return NaiveCodes(displays, parents, list(displays), frozenset(branch))


def _totals(displays: Iterable[str]) -> Counter[str]:
    return Counter(chain.from_iterable({*map("".join, pairwise(display))} for display in displays))
