"""What errata take out of scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Strike:
    """That an erratum takes a rule out of the days from `first` through `last`."""

    erratum: str
    rule: str
    first: date
    last: date
