"""What the steps of this part share: who is scored, by what seed, and what has come of it so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from fhir_kernel.packages.progress import Progress, silent
from plumbline.demo.provinces.cast import MENDS, Member
from plumbline.demo.provinces.month import Month, month_of
from plumbline.demo.registry.calendar import Calendar

Account = Mapping[str, Any]
"""What the server tells of a score (docs/registry-api.md, `readScoreAccount`)."""


@dataclass(slots=True)
class Evaluation:
    """Of the members, by months."""

    seed: int
    members: Sequence[Member]
    told: Progress = silent
    first: date = date.min
    """The first day of the first month."""
    months: dict[date, Sequence[Month]] = field(default_factory=dict)
    """What the members had to send, by the first day."""
    snapshots: dict[date, str] = field(default_factory=dict)
    """The newest snapshot of a month, by its first day."""
    accounts: dict[date, Sequence[Account]] = field(default_factory=dict)
    """Of the members, in that snapshot."""
    mended: str = ""
    """The rule that the account of `mender` named first."""

    @property
    def mender(self) -> Member:
        """The institution that mends what its account names first."""
        return self.members[MENDS]

    @property
    def second(self) -> date:
        """The first day of the second month."""
        return next_month(self.first)

    def begin(self, calendar: Calendar) -> None:
        """Let the days pass until a month begins, which is the first."""
        self.first = next_month(calendar.today)
        calendar.go_to(self.first)

    def to_be_sent(self, first: date) -> Sequence[tuple[Member, Month]]:
        """What the members send in a month; the mender has mended what is to be mended."""
        pairs = []
        for each in self.members:
            is_mending = self.mended and each is self.mender
            quality = each.quality.mended(self.mended) if is_mending else each.quality
            pairs.append((each, month_of(self.seed, each, first, quality)))
        self.months[first] = [month for _, month in pairs]
        return pairs


def next_month(day: date) -> date:
    """The first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
