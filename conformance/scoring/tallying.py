"""From what was judged of records to tallies, each record counted once: step 1 of the formula.

Versions of one day collapse to the last of them, and what was sent before with the same content is not counted again,
so that neither the order nor the number of times in which something is sent is of account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from conformance.scoring.model import Tally

Outcome = Literal["pass", "fail", "not-applicable", "error"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One version of a record, and what each rule said of it."""

    institution: str
    product: str
    day: date
    identity: str
    """A digest of the business identifier."""
    content: str
    """A digest of the content, without what a server adds."""
    version: int
    """Rises with time."""
    cluster: str
    """A digest of the patient."""
    outcomes: Mapping[str, Outcome]
    """By rule."""
    is_test: bool = False
    """Labelled as test data, or sent by a practice client: never counted."""


def tallies_of(sightings: Iterable[Sighting]) -> list[Tally]:
    """The tallies in the order of institution, product, rule and day."""
    counted: dict[tuple[str, str, str, date], list[Sighting]] = {}
    for each in _once(_last_of_each_day(each for each in sightings if not each.is_test)):
        for rule, outcome in each.outcomes.items():
            if outcome != "not-applicable":
                counted.setdefault((each.institution, each.product, rule, each.day), []).append(each)
    return [_tally(*key, rows) for key, rows in sorted(counted.items(), key=lambda pair: pair[0])]


def _last_of_each_day(sightings: Iterable[Sighting]) -> list[Sighting]:
    last: dict[tuple[str, str, date], Sighting] = {}
    for each in sightings:
        key = (each.institution, each.identity, each.day)
        if key not in last or _order(last[key]) < _order(each):
            last[key] = each
    return list(last.values())


def _once(sightings: Sequence[Sighting]) -> Iterator[Sighting]:
    """Those of the same content once, on the day on which it came first."""
    seen: set[tuple[str, str, str]] = set()
    for each in sorted(sightings, key=lambda each: (each.day, _order(each))):
        key = (each.institution, each.identity, each.content)
        if key not in seen:
            seen.add(key)
            yield each


def _order(each: Sighting) -> tuple[int, str, str]:
    return each.version, each.content, each.product


def _tally(institution: str, product: str, rule: str, day: date, rows: Sequence[Sighting]) -> Tally:
    outcomes = [each.outcomes[rule] for each in rows]
    passed, failed, error = (outcomes.count(each) for each in ("pass", "fail", "error"))
    clusters = {each.cluster for each in rows if each.outcomes[rule] != "error"}
    return Tally(institution, product, rule, day, len(rows), passed, failed, error, len(clusters))
