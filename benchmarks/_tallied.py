"""A store with tallies of many institutions, as counting leaves them, and a run of scores over it."""

from __future__ import annotations

import asyncio
import itertools
import time
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from random import Random

from conformance.rules_in_force import Rule
from conformance.scoring.counting.counters import packed
from conformance.scoring.counting.deltas import Day
from conformance.scoring.model import DIMENSIONS, SEVERITIES
from conformance.scoring.period import Period
from conformance.scoring.rules.model import ElementaryRule, RuleList
from conformance.scoring.said import Said
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Document
from fhir_server.identity.organisations import ORGANISATIONS, Organisation
from plumbline.score_pool import pool_scorer
from plumbline.stores import store_opener
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, StandardRule
from registry.scores.counting.names import DAY, day_name
from registry.scores.inputs.versions import Attribution
from registry.scores.inputs.volume import VOLUMES, ExpectedVolume
from registry.scores.lists import keep_lists
from registry.scores.running.around import Around
from registry.scores.running.taking import take_days

ZONE = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 1, tzinfo=UTC)
BEGUN = datetime(2025, 12, 31, 16, tzinfo=UTC)
KINDS_OF_DAY = 40
_LOT = 1_000
Saved = tuple[str, str, Document]


async def fill(address: str, institutions: int, rules: int, sets: int, period: Period) -> None:
    """Tallies of each day of a period, of `rules` rules in `sets` data sets."""
    store, lists = await _opened(address), [_list(at, rules // sets) for at in range(sets)]
    await keep_lists(store, lists)
    asked = tuple(StandardRule(Rule(each.profile, "Observation", BEGUN, BEGUN, BEGUN)) for each in lists)
    published = RuleSet("bench", "1", "0" * 64, "bench", "bench", asked)
    await store.commit(lambda work: write_rules(work, [published], NOW, lambda: "1", by="", reason=""))
    saved = _documents(institutions, lists, period)
    while lot := list(itertools.islice(saved, _LOT)):
        await store.commit(partial(_save, lot))
    await store.close()


async def run(address: str, period: Period) -> tuple[float, int]:
    """Seconds of a run by every processor, and how many were scored."""
    store = await _opened(address)
    try:
        with pool_scorer() as scorer:
            begun = time.perf_counter()
            taken = await take_days(store, "2026-07", period, Around(ZONE, "bench", scorer=scorer), NOW)
            return time.perf_counter() - begun, taken.snapshot.institutions
    finally:
        await store.close()


async def _opened(address: str) -> Store:
    opener = store_opener(address)
    assert opener is not None
    return await opener()


async def _save(lot: Sequence[Saved], work: Transaction) -> None:
    for each in lot:
        await work.save(*each)


def _documents(institutions: int, lists: Sequence[RuleList], period: Period) -> Iterator[Saved]:
    random = Random(7)
    kinds = [_day(random, lists) for _ in range(KINDS_OF_DAY)]
    for number in range(institutions):
        name = f"institution-{number:05}"
        yield ORGANISATIONS, name, Organisation(name, name, "institution", classification="hospital").document()
        for at, each in enumerate(lists):
            yield _volume(name, each, at, period)
        for at in range(period.days):
            day = (period.begin + timedelta(days=at)).isoformat()
            kept = kinds[(number * 7 + at * (1 + number % 11)) % KINDS_OF_DAY]
            yield DAY, day_name("1", Day(day, name, "his#1")), kept


def _volume(name: str, rules: RuleList, at: int, period: Period) -> Saved:
    url, decided = rules.profile.partition("|")[0], Attribution("", NOW, "")
    its = ExpectedVolume(f"v{at}", name, url, period.begin, period.end, 4_000, "bench", decided)
    return VOLUMES, its.name, its.document()


def _day(random: Random, lists: Sequence[RuleList]) -> Document:
    return {"lists": {each.digest: packed(_counters(random, len(each.rules))) for each in lists}, "checks": {}}


def _counters(random: Random, rules: int) -> array[int]:
    judged = [random.randrange(20, 60) for _ in range(rules)]
    failed = [sum(random.random() < 0.05 for _ in range(each)) for each in judged]
    passed = [one - other for one, other in zip(judged, failed, strict=True)]
    return array("I", [*passed, *failed, *[0] * rules, *[each * 2 // 3 for each in judged]])


def _list(number: int, rules: int) -> RuleList:
    url = f"https://example.org/set-{number}"
    made = [ElementaryRule(f"{url}#:volume", "volume", "", "", "major", "D3", 1.0, "SHALL", Said("", ""), Said("", ""))]
    made += [_rule(f"{url}|1#Observation.element{at:03}:min", at) for at in range(rules - 1)]
    return RuleList(f"{url}|1", "Observation", url, tuple(made))


def _rule(id_: str, at: int) -> ElementaryRule:
    severity, dimension = SEVERITIES[at % 3], DIMENSIONS[at % 7]
    return ElementaryRule(id_, "min", "", "", severity, dimension, 1.0, "SHALL", Said("", ""), Said("", ""))


def filled(address: str, institutions: int, rules: int, sets: int, period: Period) -> float:
    """Seconds that it takes to fill a store."""
    begun = time.perf_counter()
    asyncio.run(fill(address, institutions, rules, sets, period))
    return time.perf_counter() - begun
