"""The names under which tallies and what they are counted from are kept.

Every name begins with its generation: to count all anew makes another one, which takes the place of the first at once.
Days stand before institutions where whatever is long over goes, and where a period of everybody is read in one go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import quote, unquote

from conformance.scoring.counting.deltas import Day, PatientDay

DAY, RECORD, PATIENT = "score-day", "score-record", "score-patient"
SAMPLE, INSTITUTION, POSITION = "score-sample", "score-institution", "score-position"
COLLECTIONS = (DAY, RECORD, PATIENT, SAMPLE, INSTITUTION)
"""All that there is of a generation, but for the position in the log."""
FIRST_GENERATION = "1"
_NOBODY = "-"


def day_name(generation: str, of: Day) -> str:
    """`generation/month/institution/day/product`."""
    return f"{generation}/{of.day[:7]}/{_part(of.institution)}/{of.day}/{_part(of.product)}"


def day_of(name: str) -> Day:
    """The other way round."""
    _, _, institution, day, product = name.split("/")
    return Day(day, _text(institution), _text(product))


def month_prefix(generation: str, month: str, institution: str = "") -> str:
    """What the names of the days of a month begin with, of one institution or of all."""
    return f"{generation}/{month}/" + (f"{_part(institution)}/" if institution else "")


def record_name(generation: str, institution: str, identity: str) -> str:
    """`generation/institution/identity`."""
    return f"{generation}/{_part(institution)}/{identity}"


def patient_name(generation: str, whose: PatientDay) -> str:
    """`generation/day/institution/product/patient`."""
    of = whose.of
    return f"{generation}/{of.day}/{_part(of.institution)}/{_part(of.product)}/{whose.patient or _NOBODY}"


def patient_day(name: str) -> str:
    """The day in the name of a patient."""
    return name.split("/", 2)[1]


def sample_name(generation: str, institution: str, month: str, rule: str) -> str:
    """`generation/institution/month/digest of the rule`."""
    return f"{sample_prefix(generation, institution, month)}{hashlib.sha256(rule.encode()).hexdigest()[:16]}"


def sample_prefix(generation: str, institution: str, month: str) -> str:
    """What the names of samples of an institution in a month begin with."""
    return f"{generation}/{_part(institution)}/{month}/"


def institution_name(generation: str, institution: str) -> str:
    """`generation/institution`."""
    return f"{generation}/{_part(institution)}"


def institution_of(name: str) -> str:
    """The other way round."""
    return _text(name.split("/", 1)[1])


def months(first: date, last: date) -> Iterator[str]:
    """The months that have days from `first` through `last`."""
    at = first.replace(day=1)
    while at <= last:
        yield at.isoformat()[:7]
        at = (at + timedelta(days=31)).replace(day=1)


def _part(text: str) -> str:
    return "%2D" if text == _NOBODY else quote(text, safe="") or _NOBODY


@lru_cache(maxsize=10_000)
def _text(part: str) -> str:
    return "" if part == _NOBODY else unquote(part)
