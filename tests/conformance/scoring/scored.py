"""Institutions to be scored: three data sets, each with a rule on quality and one on volume."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from conformance.scoring.assess import Assessment, assess
from conformance.scoring.expectations import Declaration, InstitutionClass
from conformance.scoring.expected import Expected, expected_of
from conformance.scoring.model import Rule, RulePack, Tally
from conformance.scoring.period import Period
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.policy_file import shipped_policy
from conformance.scoring.sheet import Layout, Sheet

PERIOD = Period(date(2026, 10, 1), date(2026, 10, 31))
SEED = 2026
SETS = ("labs", "notes", "images")
VOLUMES = {"labs": 5000, "notes": 2000, "images": 300}
RULES = tuple(
    rule
    for name in SETS
    for rule in (
        Rule(f"{name}-codes", "major", "D2", clause="6.1", data_set=name),
        Rule(f"{name}-volume", "major", "D3", clause="6.2", data_set=name, measure="volume"),
    )
)
PACK = RulePack("sample#1", RULES)
HOSPITAL = InstitutionClass("hospital", tuple(rule.id for rule in RULES))
STRICT = replace(shipped_policy(), version="two dimensions", weights={"D2": 0.6, "D3": 0.4}, gate=None)
"""Quality at 0.6 and volume at 0.4, all else as it comes."""
POLICY = replace(STRICT, strict_volumes=False)
"""The plain formula."""

Counts = Mapping[str, tuple[int, int]]
"""By data set, how many records passed and failed."""


def tally(rule: str, passed: int, failed: int = 0, *, day: date = PERIOD.begin, error: int = 0, of: str = "h") -> Tally:
    """Each record of a patient of its own."""
    return Tally(of, "his#1", rule, day, passed + failed + error, passed, failed, error, passed + failed)


def tallies(counts: Counts, of: str = "h") -> list[Tally]:
    """The tallies of both rules of each data set, spread over the period."""
    made = []
    for name, (passed, failed) in counts.items():
        for at, (good, bad) in enumerate(zip(_spread(passed), _spread(failed), strict=True)):
            day = PERIOD.begin + timedelta(days=at)
            made += [
                tally(f"{name}-codes", good, bad, day=day, of=of),
                tally(f"{name}-volume", good + bad, day=day, of=of),
            ]
    return [each for each in made if each.applicable]


def sheet_of(rows: Iterable[Tally], pack: RulePack = PACK, owner: str = "h") -> Sheet:
    """The tallies of one institution, counted."""
    sheet = Sheet(Layout(pack, PERIOD), owner)
    for each in rows:
        sheet.add(each)
    return sheet


def expected(
    pack: RulePack = PACK,
    kind: InstitutionClass = HOSPITAL,
    declarations: Sequence[Declaration] = (),
    policy: ScorePolicy = POLICY,
) -> Expected:
    """What is expected of a hospital."""
    return expected_of(Layout(pack, PERIOD), kind, declarations, policy)


def assessed(
    rows: Iterable[Tally],
    policy: ScorePolicy = POLICY,
    volumes: Mapping[str, int] = VOLUMES,
    declarations: Sequence[Declaration] = (),
) -> Assessment:
    """The assessment of a hospital."""
    return assess(sheet_of(rows), expected(declarations=declarations, policy=policy), volumes, policy, SEED)


def scored(
    counts: Counts,
    policy: ScorePolicy = POLICY,
    volumes: Mapping[str, int] = VOLUMES,
    declarations: Sequence[Declaration] = (),
) -> Decimal:
    """The score of a hospital that sent so many good and bad records of each data set."""
    made = assessed(tallies(counts), policy, volumes, declarations)
    assert made.value is not None, made.withheld
    return made.value


def _spread(count: int) -> list[int]:
    days = PERIOD.days
    return [count // days + (at < count % days) for at in range(days)]
