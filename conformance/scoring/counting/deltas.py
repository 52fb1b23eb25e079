"""By how much the counters of days change. Equal masks are added up first, and looked into once."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from conformance.scoring.counting.patient import Patient
from conformance.scoring.counting.record import Move
from conformance.scoring.counting.shapes import Shape, bits, told
from conformance.scoring.sheet import FIELDS
from fhir_kernel.errors import StoreError

_CLUSTERS = FIELDS.index("clusters")


class Day(NamedTuple):
    """What one institution sends by one product on a day, written `2026-10-05`."""

    day: str
    institution: str
    product: str


class PatientDay(NamedTuple):
    """One patient among them."""

    of: Day
    patient: str


Deltas = Mapping[Day, Mapping[str, "array[int]"]]
"""By day and digest of a rule list, what is to be added to the counters, in their order."""


def patient_of(move: Move) -> PatientDay:
    """Whose record has moved."""
    return PatientDay(Day(move.day, move.institution, move.product), move.patient)


def deltas(moves: Iterable[Move], patients: Mapping[PatientDay, Patient], shapes: Mapping[str, Shape]) -> Deltas:
    """What moves do to the counters; `patients` has whoever they concern, and is changed by them. Raises StoreError."""
    outcomes: Counter[tuple[Day, str, str, str, str]] = Counter()
    clusters: Counter[tuple[Day, str, int]] = Counter()
    for move in moves:
        whose = patient_of(move)
        for digest, asked, failed, error in move.lists:
            outcomes[whose.of, digest, asked, failed, error] += move.by
        for digest, count, mask in patients[whose].take(move):
            clusters[whose.of, digest, mask] += count
    made: dict[Day, dict[str, array[int]]] = defaultdict(dict)
    for (day, digest, asked, failed, error), count in outcomes.items():
        row = _row(made[day], shapes[digest])
        _check(asked, shapes[digest], day)
        for field, mask in enumerate(told(asked, failed, error)):
            _add(row, field, mask, count)
    for (day, digest, mask), count in clusters.items():
        _add(_row(made[day], shapes[digest]), _CLUSTERS, mask, count)
    return made


def _check(asked: str, shape: Shape, day: Day) -> None:
    if not shape.has(int(asked, 16)):
        raise StoreError(
            f"{day.institution}, {day.day}: found a record of which the rules {asked} (as bits) of the list "
            f"{shape.digest} were asked; expected some of its {len(shape.rules)} rules"
        )


def _row(of: dict[str, array[int]], shape: Shape) -> array[int]:
    if shape.digest not in of:
        of[shape.digest] = array("q", bytes(8 * len(FIELDS) * len(shape.rules)))
    return of[shape.digest]


def _add(row: array[int], field: int, mask: int, count: int) -> None:
    if count and mask:
        begin = field * (len(row) // len(FIELDS))
        for at in bits(mask):
            row[begin + at] += count
