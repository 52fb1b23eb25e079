"""Levels C1 to C5: what the numbers of a period give, and what an institution holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from conformance.scoring.assess import Assessment
from conformance.scoring.expectations import Standing
from conformance.scoring.policy import Level, ScorePolicy
from conformance.scoring.said import Said


@dataclass(frozen=True, slots=True)
class Grade:
    """Levels are counted from 1; 0 is none. `earned` is None where no score was given."""

    earned: int | None
    held: int
    gate_broken: bool
    lacks: tuple[Said, ...]
    """What the numbers lack for the next level."""
    standing: Standing
    """What the next period needs to know; a period without a score changes nothing."""


def grade(assessment: Assessment, open_critical: int, before: Standing | None, policy: ScorePolicy) -> Grade:
    """The level of a period after another."""
    if assessment.value is None:
        last = before or Standing(0, 0)
        return Grade(None, last.held, False, (), last)
    missing = [tuple(_lacks(assessment, open_critical, level)) for level in policy.levels]
    earned = next((at for at, lacks in enumerate(missing) if lacks), len(missing))
    lacks = missing[earned] if earned < len(missing) else ()
    if _breaks_gate(assessment, policy):
        return Grade(0, 0, True, (_gate_said(assessment, policy), *lacks), Standing(0, 0))
    held = _held(earned, before, policy)
    waits = (_waiting(policy.levels[earned - 1]),) if earned > held else ()
    return Grade(earned, held, False, (*waits, *lacks), Standing(earned, held))


def level_name(level: int, policy: ScorePolicy) -> str:
    """Such as `C3`; a dash for none."""
    return policy.levels[level - 1].id if level > 0 else "-"


def _held(earned: int, before: Standing | None, policy: ScorePolicy) -> int:
    """One bad period lowers nothing; some levels are reached only by two good ones."""
    last = before or Standing(0, 0)
    if earned < last.held:
        return max(earned, min(last.earned, last.held))
    reached = [at for at in range(1, earned + 1) if policy.levels[at - 1].periods <= 1 or last.earned >= at]
    return max([last.held, *reached])


def _waiting(level: Level) -> Said:
    return Said(
        f"the numbers give {level.id} now; expected in {level.periods} periods in a row for it to be held",
        f"本周期数值已达 {level.id}；须连续 {level.periods} 个周期达到方可定级",
    )


def _breaks_gate(assessment: Assessment, policy: ScorePolicy) -> bool:
    gate = policy.gate
    return gate is not None and assessment.dimensions.get(gate.dimension, 1.0) < gate.least


def _gate_said(assessment: Assessment, policy: ScorePolicy) -> Said:
    assert policy.gate is not None
    found = f"{assessment.dimensions[policy.gate.dimension]:.3f}"
    return Said(
        f"the gate {policy.gate.dimension} is at {found}; expected {policy.gate.least} at the least",
        f"门槛维度 {policy.gate.dimension} 为 {found}；应不低于 {policy.gate.least}",
    )


def _lacks(assessment: Assessment, open_critical: int, level: Level) -> Iterator[Said]:
    assert assessment.lower is not None
    if assessment.lower < Decimal(str(level.lower)):
        yield _short(level, "the lower limit of the score", "得分下限", f"{assessment.lower}", level.lower)
    for name, value in sorted(assessment.dimensions.items()):
        if value < level.dimension:
            yield _short(level, name, name, f"{value:.3f}", level.dimension)
    if assessment.coverage < level.coverage:
        yield _short(level, "coverage", "覆盖率", f"{assessment.coverage:.3f}", level.coverage)
    if level.open_critical is not None and open_critical > level.open_critical:
        most = level.open_critical
        yield Said(
            f"{level.id}: {open_critical} critical findings are open; expected {most} at the most",
            f"{level.id}：未整改的严重问题 {open_critical} 个；应不超过 {most} 个",
        )


def _short(level: Level, en: str, zh: str, found: str, least: float) -> Said:
    return Said(
        f"{level.id}: {en} is {found}; expected {least} at the least", f"{level.id}：{zh} 为 {found}；应不低于 {least}"
    )
