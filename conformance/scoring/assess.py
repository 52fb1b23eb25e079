"""The score of one institution: everything from its sheet to its interval, or why none is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

from conformance.scoring.expected import Expected
from conformance.scoring.formula import dimensions, score
from conformance.scoring.interval import influence, interval
from conformance.scoring.measured import Measured, Volumes, measure, volumes_in
from conformance.scoring.model import Dimension
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.said import Said
from conformance.scoring.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Assessment:
    """A score with all that it is never shown without. `value` and limits are None where it is `withheld`."""

    owner: str
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    dimensions: Mapping[Dimension, float]
    coverage: float
    """The share of what was expected that came, on average over data sets; 1 where no volume is expected."""
    records: int
    """Judgements that count, of all rules."""
    withheld: tuple[Said, ...] = ()


def assess(sheet: Sheet, expected: Expected, stated: Mapping[str, int], policy: ScorePolicy, seed: int) -> Assessment:
    """The score of a sheet; `stated` are the expected volumes by data set."""
    volumes = volumes_in(sheet, expected, stated)
    measured = measure(sheet, expected, volumes, policy)
    values = dimensions(measured, expected)
    records = sum(each.observed for each in measured if each.entry.rule.measure == "conformance")
    reached = _coverage(volumes, expected)
    if reasons := tuple(_reasons(measured, volumes, expected, policy)):
        return Assessment(sheet.owner, None, None, None, values, reached, records, reasons)
    point = score(values, expected, policy)
    moved = influence(sheet, measured, values, expected, policy)
    low, high = interval(point, moved, len(sheet.busy), policy, seed)
    return Assessment(sheet.owner, point, low, high, values, reached, records)


def _coverage(volumes: Volumes, expected: Expected) -> float:
    shares = [
        min(1.0, volumes.received[name] / volumes.expected[name]) if name in volumes.expected else 0.0
        for name in expected.volume_columns
    ]
    return fsum(shares) / len(shares) if shares else 1.0


def _reasons(measured: Sequence[Measured], volumes: Volumes, expected: Expected, policy: ScorePolicy) -> list[Said]:
    """Why no score is given: through no fault of who is scored."""
    erring = [each for each in measured if each.errors]
    among = {each.entry.rule.dimension for each in erring}
    reasons = [_too_many_errors(name, measured, policy) for name in expected.shares if name in among]
    reasons += [_only_errors(each) for each in erring]
    reasons += [_no_volume(name) for name in expected.volume_columns if name not in volumes.expected]
    if not expected.entries:
        reasons.append(Said("no rule is expected of its class in this period", "该类别在本周期没有应考核的规则"))
    return [each for each in reasons if each is not None]


def _too_many_errors(name: Dimension, measured: Sequence[Measured], policy: ScorePolicy) -> Said | None:
    rows = [each for each in measured if each.entry.rule.dimension == name]
    errors = sum(each.errors for each in rows)
    seen = errors + sum(each.observed for each in rows)
    if errors <= policy.error_limit * seen:
        return None
    limit = f"{policy.error_limit:.2%}"
    return Said(
        f"{name}: the tool failed on {errors} of {seen} judgements; expected {limit} at the most",
        f"{name}：{seen} 次判定中工具出错 {errors} 次；应不超过 {limit}",
    )


def _only_errors(each: Measured) -> Said | None:
    if each.observed > 0:
        return None
    name = each.entry.rule.id
    return Said(
        f"{name}: the tool failed on all {each.errors} records; expected at least one to be judged",
        f"{name}：{each.errors} 条记录均因工具出错而未判定；应至少判定一条",
    )


def _no_volume(name: str) -> Said:
    return Said(
        f"{name}: no volume is stated for all days of the period; expected one from outside",
        f"{name}：缺少覆盖整个周期的预期数量；应由外部提供",
    )
