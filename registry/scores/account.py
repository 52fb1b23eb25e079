"""A score as it is told: one institution in one snapshot, with everything that led to the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from conformance.scoring.model import Rule
from conformance.scoring.peers import Funnel
from conformance.scoring.period import Period
from conformance.scoring.said import Said
from conformance.scoring.trends import Trend


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """The snapshot that a score stands in."""

    id: str
    """`2026-10-1`: the period, and which snapshot of it this is."""
    digest: str
    """SHA-256 of its canonical bytes, in hexadecimal digits."""
    taken: datetime
    seed: int
    pack: str
    """The name of the rule pack, with errata."""
    policy: str
    """The version of the score policy."""
    engine: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a score is of, as the register names it."""

    id: str
    name: str
    class_id: str
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One finding: in which version of which resource, where, and what stood there, its letters and digits masked."""

    resource: str
    """`Observation/1/_history/2`; empty for a record that was refused."""
    path: str
    """FHIRPath from the root of the resource."""
    value: str
    issue: str
    """The id of the message in the catalogue."""
    day: str
    product: str = ""


@dataclass(frozen=True, slots=True)
class RuleAccount:
    """What one rule found, and what its mending would be worth."""

    rule: Rule
    title: Said
    """What it asks, in a sentence."""
    fix: Said
    """What to do where it fails."""
    judged: int
    passed: int
    failed: int
    errors: int
    effect: float
    lower: float
    """L, the lower limit of its share."""
    gain: Decimal
    """By what the score would rise if all passed; 0 where by nothing."""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class DimensionAccount:
    """One of D1 to D7; `share` is its weight among those of which anything is expected."""

    id: str
    title: Said
    value: float
    share: float


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The score of a period, the newest snapshot of it."""

    period: str
    """`2026-10`, or `2026-07-01/2026-09-30`."""
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None


@dataclass(frozen=True, slots=True)
class ScoreAccount:
    """Everything that a report shows. `value` and limits are None where the score is `withheld`."""

    subject: Subject
    period: Period
    snapshot: SnapshotHead
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    level: str
    """`C3`, or a dash for none."""
    lacks: tuple[Said, ...]
    """What the numbers lack for the next level."""
    gate_broken: bool
    withheld: tuple[Said, ...]
    coverage: float
    records: int
    dimensions: tuple[DimensionAccount, ...]
    rules: tuple[RuleAccount, ...]
    """By gain, the greatest first, then by id."""
    excused: tuple[str, ...] = ()
    """Rules that approved declarations take out."""
    trend: tuple[TrendPoint, ...] = ()
    """The oldest first, this period last."""
    windows: tuple[Trend, ...] = ()
    peers: Funnel | None = None
    """Peers of the class, this one among them; others are not to be named where it is shown."""
    verification: str = ""
    """The address at which the digest can be checked."""
