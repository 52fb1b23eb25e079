"""What a period is scored by and who is scored, as the store has it now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from conformance.scoring.expectations import Institution, InstitutionClass, Standing, Volume
from conformance.scoring.model import RulePack
from conformance.scoring.period import Period
from conformance.scoring.restoring import restored
from conformance.scoring.rules.model import RuleList
from fhir_kernel.store.base import Reader, Store
from fhir_server.identity.organisations import ORGANISATIONS, Organisation, organisation_of
from registry.enforcement.published import published
from registry.records.keeping import every
from registry.refusal import refused
from registry.scores.appeals.backdating import declarations_with_errata
from registry.scores.counting.generations import current_generation
from registry.scores.counting.reading import open_critical
from registry.scores.inputs.classes import ExpectedClass
from registry.scores.inputs.reading import all_volumes, check_rules, classes, policy_for
from registry.scores.lists import all_lists
from registry.scores.running.around import Around
from registry.scores.running.pack import rule_pack, touching
from registry.scores.running.snapshots import content_of, newest_of
from registry.scores.running.spans import Span, spans_of
from registry.scores.running.terms import Terms


@dataclass(frozen=True, slots=True)
class Who:
    """Institutions with a class, and the ids of those that have none and so are not scored."""

    scored: Sequence[Organisation]
    unclassified: tuple[str, ...]


async def terms_now(store: Store, period: Period, around: Around, seed: int | None) -> Terms:
    """By what a period is scored. Raises Refused (conflict) where nothing asks anything in it."""
    spans = spans_of((await published(store)).sets, around.zone)
    lists = list((await all_lists(store)).values())
    _check_lists(spans, lists, period)
    strikes = touching(await around.strikes(store), period)
    pack = rule_pack(lists, spans, await check_rules(store), strikes, period)
    _check_any(pack, period)
    return Terms(
        pack=pack,
        policy=await policy_for(store, period),
        classes=tuple(_class(each, pack) for each in await classes(store)),
        declarations=tuple(await declarations_with_errata(store)),
        period=period,
        seed=seed_of(period) if seed is None else seed,
        engine=around.engine,
        terminology=around.terminology,
        spans=spans,
        strikes=strikes,
        generation=await current_generation(store),
    )


def seed_of(period: Period) -> int:
    """The seed of a period where nobody chooses one: from its name, so that nobody can choose a lucky one."""
    return int(hashlib.sha256(period.name.encode()).hexdigest()[:8], 16)


async def everybody(reader: Reader) -> Who:
    """The institutions of the register."""
    found = [organisation_of(id_, kept) async for id_, kept in every(reader, ORGANISATIONS)]
    institutions = [each for each in found if each.kind == "institution"]
    unclassified = tuple(each.id for each in institutions if not each.classification)
    return Who([each for each in institutions if each.classification], unclassified)


async def known_of(store: Store, scored: Sequence[Organisation], period: Period) -> Sequence[Institution]:
    """What is known of each from outside."""
    volumes, critical = await all_volumes(store), await open_critical(store)
    standings = await standings_before(store, period)
    return [
        Institution(
            each.id,
            each.classification,
            _touching(volumes.get(each.id, ()), period),
            critical.get(each.id, 0),
            standings.get(each.id),
        )
        for each in scored
    ]


async def standings_before(store: Store, period: Period) -> Mapping[str, Standing]:
    """What each had in the month before, by the newest snapshot of it."""
    before = await newest_of(store, month_before(period))
    if before is None:
        return {}
    rows = (await content_of(store, before)).document["scores"]
    return {each["institution"]: restored(Standing, each["standing"]) for each in rows}


def month_before(period: Period) -> str:
    """Such as 2026-09 for October."""
    return (period.begin - timedelta(days=1)).isoformat()[:7]


def _class(its: ExpectedClass, pack: RulePack) -> InstitutionClass:
    return InstitutionClass(its.id, tuple(rule.id for rule in pack.rules if its.expects(rule)))


def _touching(volumes: Sequence[Volume], period: Period) -> tuple[Volume, ...]:
    return tuple(each for each in volumes if each.period.shared(period))


def _check_lists(spans: Mapping[str, Span], lists: Sequence[RuleList], period: Period) -> None:
    known = {each.profile for each in lists}
    for profile, span in spans.items():
        concerns = span.since <= period.end and (span.until is None or period.begin < span.until)
        if concerns and profile not in known:
            en = f"no server has judged by {profile} yet; expected its rules, which one writes down when it starts"
            raise refused("conflict", en, f"尚无服务器启用 {profile}；服务器启动时会记录其规则", profile)


def _check_any(pack: RulePack, period: Period) -> None:
    if not any(rule.data_set for rule in pack.rules):
        en = f"no published standard is in force in {period.name}; expected one at the least"
        zh = f"{period.name} 内没有已实施的标准；应至少有一项"
        raise refused("conflict", en, zh, "period")
