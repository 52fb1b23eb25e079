"""What new traffic shows of one rule, and whether that is enough to close an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from conformance.scoring.rules.model import RuleList
from fhir_kernel.store.base import Reader
from registry.scores.appeals.case import Order
from registry.scores.appeals.errata import errata, struck
from registry.scores.counting.reading import DayTallies, days_of
from registry.scores.lists import list_of
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """How many records were judged by a rule, and how many of them keep it."""

    judged: int = 0
    passed: int = 0


async def shown_by(reader: Reader, institution: str, rule: str, first: date, last: date) -> Shown:
    """What came of a rule from one day through another.

    Judgements in which the tool failed count for nothing, and so do days of which an erratum strikes the rule. No more
    records keep it than have come: what was only validated shows nothing.
    """
    known, places = await errata(reader), dict[str, _Places | None]()
    found = await days_of(reader, institution, first, last) if first <= last else ()
    judged = passed = 0
    for day in (each for each in found if not struck(known, rule, each.day)):
        for digest in day.lists:
            if digest not in places:
                places[digest] = _places(await list_of(reader, digest), rule)
        good, bad = _of_day(day, rule, places)
        judged, passed = judged + good + bad, passed + good
    return Shown(judged, passed)


def is_enough(order: Order, shown: Shown) -> bool:
    """Whether it closes an order; the share is exact."""
    return shown.judged >= order.records and 100 * shown.passed >= order.share * shown.judged


def told(order: Order, shown: Shown) -> Sentence:
    """What was found and what was expected."""
    found_en = f"on whole days since {order.since}: {shown.judged} records judged by the rule, {shown.passed} keep it"
    found_zh = f"{order.since} 起的完整日：该规则判定 {shown.judged} 条记录，其中 {shown.passed} 条符合"
    return Sentence(
        f"{found_en}{_percent(shown)}; expected {order.records} records at the least, of which {order.share} % keep it",
        f"{found_zh}{_percent(shown)}；应至少判定 {order.records} 条，符合率不低于 {order.share} %",
    )


def _percent(shown: Shown) -> str:
    """Cut off, so that 94.99 is not shown as the 95 that it does not reach."""
    return f" ({1_000 * shown.passed // shown.judged / 10} %)" if shown.judged else ""


class _Places(NamedTuple):
    """Where a rule stands in a list, and where what came is counted."""

    rule: int
    volume: int


def _places(rules: RuleList, rule: str) -> _Places | None:
    if rule not in rules.places:
        return None
    return _Places(rules.places[rule], rules.mask("volume").bit_length() - 1)


def _of_day(day: DayTallies, rule: str, places: Mapping[str, _Places | None]) -> tuple[int, int]:
    """Passed and failed on one day, over all lists in which the rule stands."""
    passed = failed = 0
    for digest, (kept, broken, *_) in day.lists.items():
        if (place := places[digest]) is not None:
            passed += min(kept[place.rule], kept[place.volume])
            failed += broken[place.rule]
    if rule in day.checks:
        passed, failed = passed + day.checks[rule][0], failed + day.checks[rule][1]
    return passed, failed
