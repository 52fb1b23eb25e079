"""Each step from the counts to the score, and what to mend first with the score to gain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from conformance.scoring.assess import Assessment, assess
from conformance.scoring.expected import Expected
from conformance.scoring.formula import dimensions, score
from conformance.scoring.measured import Measured, Volumes, measure, volumes_in
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.said import Said
from conformance.scoring.sheet import Sheet
from conformance.scoring.wilson import lower_bound

SHOWN = 0.95
"""The share that a check which was never made is taken to show, once it is made often enough and always passed."""


@dataclass(frozen=True, slots=True)
class Gain:
    """What the score would be, had all that failed a rule passed it; for a volume, had all come.

    A rule by which nothing was judged is taken to be met by as many cases as its data set expects, and by the least
    number that shows `SHOWN` where no volume is expected, as of checks and tests.
    """

    rule: str
    score: Decimal
    gain: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score, what each rule found, and what to mend, the greatest gain first."""

    assessment: Assessment
    rules: tuple[Measured, ...]
    gains: tuple[Gain, ...]


def explain(sheet: Sheet, expected: Expected, stated: Mapping[str, int], policy: ScorePolicy, seed: int) -> Explanation:
    """The same score as `assess`, with its reasons."""
    volumes = volumes_in(sheet, expected, stated)
    measured = measure(sheet, expected, volumes, policy)
    assessment = assess(sheet, expected, stated, policy, seed)
    gains = _gains(measured, expected, volumes, policy) if measured else []
    return Explanation(assessment, tuple(measured), tuple(gains))


def steps(explanation: Explanation, expected: Expected, policy: ScorePolicy) -> Iterator[Said]:
    """The explanation as sentences: rules, then dimensions, then the score."""
    for each in explanation.rules:
        yield _rule_said(each)
    for name in expected.excused:
        yield Said(f"{name}: does not apply, as approved for the class", f"{name}：经批准不适用于该类别")
    for name, value in sorted(explanation.assessment.dimensions.items()):
        share = expected.shares[name]
        yield Said(
            f"{name}: D = {value:.4f}, weighs {share:.3f}",
            f"{name}：D = {value:.4f}，权重 {share:.3f}",
        )
    yield from _score_said(explanation.assessment, policy)


def _gains(measured: Sequence[Measured], expected: Expected, volumes: Volumes, policy: ScorePolicy) -> list[Gain]:
    now = score(dimensions(measured, expected), expected, policy)
    rows = []
    for at, each in enumerate(measured):
        if each.passed == each.judged and each.judged > 0:
            continue
        mended = [*measured[:at], _mended(each, volumes, policy), *measured[at + 1 :]]
        then = score(dimensions(mended, expected), expected, policy)
        if then > now:
            rows.append(Gain(each.entry.rule.id, then, then - now))
    return sorted(rows, key=lambda row: (-row.gain, row.rule))


def _mended(each: Measured, volumes: Volumes, policy: ScorePolicy) -> Measured:
    judged = each.judged or _cases(each, volumes, policy)
    counted = judged / each.effect
    return each._replace(judged=judged, passed=judged, failed=0, lower=lower_bound(counted, counted, policy.z))


def _cases(each: Measured, volumes: Volumes, policy: ScorePolicy) -> int:
    """How many are to be judged where none was; none where the tool failed, or no record is expected."""
    if each.errors > 0 or each.entry.rule.measure == "volume":
        return 0
    least = ceil(SHOWN / (1 - SHOWN) * policy.z**2)  # of n that all pass, L = n / (n + z²)
    return volumes.expected.get(each.entry.rule.data_set, least)


def _rule_said(each: Measured) -> Said:
    rule = each.entry.rule
    numbers = (
        f"n = {each.judged}, x = {each.passed}, deff = {each.effect:.3f}, L = {each.lower:.4f}, "
        f"s·v = {each.entry.weight:g}"
    )
    clause_en = f", clause {rule.clause}" if rule.clause else ""
    clause_zh = f"，条款 {rule.clause}" if rule.clause else ""
    errors_en = f", {each.errors} errors of the tool do not count" if each.errors else ""
    errors_zh = f"，工具出错 {each.errors} 次不计" if each.errors else ""
    return Said(
        f"{rule.id} ({rule.dimension}, {rule.severity}{clause_en}): {numbers}{errors_en}",
        f"{rule.id}（{rule.dimension}，{rule.severity}{clause_zh}）：{numbers}{errors_zh}",
    )


def _score_said(assessment: Assessment, policy: ScorePolicy) -> Iterator[Said]:
    for reason in assessment.withheld:
        yield Said(f"no score: {reason.en}", f"不予评分：{reason.zh}")
    if assessment.value is not None:
        limits = f"{assessment.lower} – {assessment.upper}"
        share = f"{1 - 2 * policy.tail:.0%}"
        yield Said(
            f"S = 100 · Π D^w = {assessment.value}, {share} interval {limits}",
            f"S = 100 · Π D^w = {assessment.value}，{share} 区间 {limits}",
        )
