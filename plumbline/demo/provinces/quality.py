"""How well an institution does: what share of its records is wrong in which way, late, held back or repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from plumbline.demo.provinces.faults import (
    BACKWARDS,
    BIRTH_DATE,
    CHECK_CHARACTER,
    DIAGNOSIS_CODE,
    ENCOUNTER_CLASS,
    GENDER_CODE,
    PERFORMER,
    PROVIDER,
    REQUESTER,
    STAFF_GENDER,
    UNIT,
    Flaw,
    broken,
)

_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1."""

    wrong: Mapping[Flaw, float] = field(default_factory=lambda: MappingProxyType({}))
    late: float = 0
    """Of visits whose records come days after the next day."""
    withheld: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Of records that never come, by data set."""
    doubled: float = 0
    """Of patients who get a second record under another id."""
    repeats: bool = False
    """Whether each day's records are sent once more on the day after."""

    def over(self, more: Quality) -> Quality:
        """Both together: the greater of each."""
        return Quality(
            _greater(self.wrong, more.wrong),
            max(self.late, more.late),
            _greater(self.withheld, more.withheld),
            max(self.doubled, more.doubled),
            self.repeats or more.repeats,
        )

    def mended(self, rule: str) -> Quality:
        """As good as this, with what breaks a rule mended; the same where nothing here breaks it."""
        data_set, within = broken(rule)
        match within:
            case ":volume":
                return replace(
                    self, withheld={name: share for name, share in self.withheld.items() if name != data_set}
                )
            case ":timely":
                return replace(self, late=0)
            case ":identity":
                return replace(self, doubled=0)
        wrong = {flaw: share for flaw, share in self.wrong.items() if not flaw.explains(rule)}
        return replace(self, wrong=wrong)


def _greater(one: Mapping[_Name, float], other: Mapping[_Name, float]) -> Mapping[_Name, float]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in (*one, *other)}


CAREFUL = Quality({CHECK_CHARACTER: 0.005, UNIT: 0.005}, late=0.01)
PLAIN = Quality({CHECK_CHARACTER: 0.02, DIAGNOSIS_CODE: 0.03, PROVIDER: 0.02}, late=0.03)
CARELESS = Quality(
    {GENDER_CODE: 0.1, BIRTH_DATE: 0.1, DIAGNOSIS_CODE: 0.25, BACKWARDS: 0.15, PERFORMER: 0.2, ENCOUNTER_CLASS: 0.3},
    late=0.15,
)
WITHHOLDING = Quality(withheld={"laboratory-result": 0.5, "diagnostic-report": 0.4})
REPEATING = Quality(repeats=True)
LATE = Quality(late=0.5)
DOUBLING = Quality(doubled=0.12)
"""What institutions do by themselves."""
OF_PRODUCTS: Mapping[str, Quality] = MappingProxyType(
    {
        "4.2": Quality({REQUESTER: 0.01}),
        "1.8": Quality({UNIT: 0.18, ENCOUNTER_CLASS: 0.08, STAFF_GENDER: 0.6, REQUESTER: 0.12}),
        "2.0": Quality({ENCOUNTER_CLASS: 0.03, STAFF_GENDER: 0.4}),
    }
)
"""What the software does wherever it is used, by its version."""
