"""Which product deserves a certificate: the rule, as a function of its score.

The lower limit of the score and each dimension that its records were measured in reach what the policy of the snapshot
asks for level C3. Coverage, open critical findings and the period before are an institution's affair and not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conformance.scoring.model import Dimension
from conformance.scoring.policy import Level, ScorePolicy
from conformance.scoring.said import Said

LEVEL = "C3"
"""Whose numbers are asked."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a product scored in one snapshot, over all institutions that use it."""

    product: str
    """Name and version, such as `his#2.1`."""
    snapshot: str
    digest: str
    """Of the snapshot: SHA-256 in hexadecimal digits."""
    period: tuple[date, date]
    """The first and the last day."""
    policy: ScorePolicy
    """By which the snapshot was scored."""
    institutions: int
    value: Decimal | None
    """None where it is withheld."""
    lower: Decimal | None
    upper: Decimal | None
    dimensions: Mapping[Dimension, float]
    withheld: Sequence[Said] = ()


def level_asked(policy: ScorePolicy) -> Level | None:
    """The level whose numbers are asked; None where the policy has no such level."""
    return next((each for each in policy.levels if each.id == LEVEL), None)


def lacks(scored: Scored) -> list[Said]:
    """What keeps the product from a certificate; nothing where it deserves one."""
    level = level_asked(scored.policy)
    if level is None:
        version = scored.policy.version
        return [Said(f"the policy {version} has no level {LEVEL}", f"评分策略 {version} 没有等级 {LEVEL}")]
    if scored.withheld or scored.lower is None:
        return list(scored.withheld) or [Said("the score is withheld", "未给出得分")]
    found = []
    if scored.institutions < scored.policy.least_institutions:
        found.append(_short("institutions", "机构数", str(scored.institutions), scored.policy.least_institutions))
    if scored.lower < Decimal(str(level.lower)):
        found.append(_short("the lower limit of the score", "得分下限", str(scored.lower), level.lower))
    low = {name: value for name, value in sorted(scored.dimensions.items()) if value < level.dimension}
    return [*found, *(_short(name, name, f"{value:.3f}", level.dimension) for name, value in low.items())]


def _short(en: str, zh: str, found: str, least: float) -> Said:
    return Said(f"{en}: found {found}; expected {least} at the least", f"{zh}为 {found}；应不低于 {least}")
