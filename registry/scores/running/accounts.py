"""The account of an institution in a snapshot: everything that led to the number, and what to mend first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from conformance.scoring.explain import Explanation, Gain, steps
from conformance.scoring.measured import Measured
from conformance.scoring.said import Said
from fhir_kernel.store.base import Reader, Store
from fhir_server.identity.organisations import ORGANISATIONS, organisation_of
from registry.scores.account import (
    DimensionAccount,
    Example,
    RuleAccount,
    ScoreAccount,
    SnapshotHead,
    Subject,
)
from registry.scores.counting.reading import samples_of
from registry.scores.dimensions import TITLES
from registry.scores.inputs.reading import registered_checks
from registry.scores.lists import all_lists
from registry.scores.running.funnels import peers_of
from registry.scores.running.histories import decimal_of, points_of, windows_of
from registry.scores.running.sheets import Laid, laid_out
from registry.scores.running.snapshots import KeptSnapshot, row_of, snapshot_in

VERIFICATION = "/api/scores/verification/{digest}/page"
"""Where anybody can check a digest, below the address of the server."""
_NOTHING = Said("", "")


@dataclass(frozen=True, slots=True)
class Words:
    """What a rule asks, and what to do where it fails."""

    title: Said
    fix: Said


async def account_of(store: Store, snapshot_id: str, institution: str, address: str = "") -> ScoreAccount:
    """The account; `address` is where clients reach the server. Raises Refused (missing), StoreError."""
    head = await snapshot_in(store, snapshot_id)
    row, laid = await row_of(store, head, institution), await laid_out(store, head, institution)
    explanation = await asyncio.to_thread(laid.explained)
    samples = await samples_of(store, institution, head.begin, head.end, head.generation)
    points = await points_of(store, head, row, institution)
    return ScoreAccount(
        subject=await _subject(store, institution, row["class"]),
        period=head.period,
        snapshot=head_of(head),
        value=decimal_of(row["score"]),
        lower=decimal_of(row["lower"]),
        upper=decimal_of(row["upper"]),
        level=row["level"],
        lacks=_sayings(row["lacks"]),
        gate_broken=row["gateBroken"],
        withheld=_sayings(row["withheld"]),
        coverage=row["coverage"],
        records=row["records"],
        dimensions=_dimensions(laid, explanation),
        rules=_rules(explanation, await words_of(store), samples),
        excused=laid.expected.excused,
        trend=tuple(points),
        windows=windows_of(points, laid.terms.policy),
        peers=await peers_of(store, head, row["class"]),
        verification=address + VERIFICATION.format(digest=head.digest),
    )


async def explained(store: Store, snapshot_id: str, institution: str) -> Sequence[Said]:
    """Each step from the counts to the score, in sentences. Raises Refused (missing), StoreError."""
    laid = await laid_out(store, await snapshot_in(store, snapshot_id), institution)

    def work() -> Sequence[Said]:
        explanation = laid.explained()
        return [*steps(explanation, laid.expected, laid.terms.policy), *map(_gain_said, explanation.gains)]

    return await asyncio.to_thread(work)


async def words_of(reader: Reader) -> Mapping[str, Words]:
    """By rule, of lists and of checks."""
    lists = await all_lists(reader)
    found = {rule.id: Words(rule.title, rule.fix) for each in lists.values() for rule in each.rules}
    for each in await registered_checks(reader):
        found[each.id] = Words(Said(each.title.en, each.title.zh), Said(each.fix.en, each.fix.zh))
    return found


def head_of(head: KeptSnapshot) -> SnapshotHead:
    """As an account tells it."""
    return SnapshotHead(head.id, head.digest, head.taken, head.seed, head.pack, head.policy, head.engine)


async def _subject(reader: Reader, institution: str, class_id: str) -> Subject:
    """By the name that the register has for it now."""
    kept = await reader.load(ORGANISATIONS, institution)
    if kept is None:
        return Subject(institution, institution, class_id)
    its = organisation_of(institution, kept)
    return Subject(institution, its.name, class_id, its.jurisdiction)


def _dimensions(laid: Laid, explanation: Explanation) -> tuple[DimensionAccount, ...]:
    shares = laid.expected.shares
    values = sorted(explanation.assessment.dimensions.items())
    return tuple(DimensionAccount(name, TITLES[name], value, shares[name]) for name, value in values)


def _rules(
    explanation: Explanation, words: Mapping[str, Words], samples: Mapping[str, Sequence[Example]]
) -> tuple[RuleAccount, ...]:
    gains = {each.rule: each.gain for each in explanation.gains}
    made = [_rule(each, gains, words, samples) for each in explanation.rules]
    return tuple(sorted(made, key=lambda each: (-each.gain, each.rule.id)))


def _rule(
    each: Measured,
    gains: Mapping[str, Decimal],
    words: Mapping[str, Words],
    samples: Mapping[str, Sequence[Example]],
) -> RuleAccount:
    rule = each.entry.rule
    said = words.get(rule.id, Words(Said(rule.id, rule.id), _NOTHING))
    return RuleAccount(
        rule=rule,
        title=said.title,
        fix=said.fix,
        judged=each.judged,
        passed=each.passed,
        failed=each.failed,
        errors=each.errors,
        effect=each.effect,
        lower=each.lower,
        gain=gains.get(rule.id, Decimal(0)),
        examples=tuple(samples.get(rule.id, ())),
    )


def _gain_said(each: Gain) -> Said:
    return Said(
        f"to mend {each.rule} is worth {each.gain}: the score would be {each.score}",
        f"整改 {each.rule} 可提高 {each.gain}：得分为 {each.score}",
    )


def _sayings(rows: Sequence[Mapping[str, Any]]) -> tuple[Said, ...]:
    return tuple(Said(each["en"], each["zh"]) for each in rows)
