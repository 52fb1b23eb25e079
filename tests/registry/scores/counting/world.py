"""Evidence as a server leaves it, and a store to count it in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta, timezone
from typing import Any

from fhir_kernel.store.base import Store
from fhir_server.repository import EVIDENCE
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.reading import DayTallies, days_of

ZONE = timezone(timedelta(hours=8))
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
LABS, VISITS = "1abs000000000000", "0715175000000000"
RULES = {
    LABS: ("labs#Observation:base", "labs#Observation.code:min", "labs#:identity"),
    VISITS: ("visits#Encounter:base", "visits#:identity"),
}
_SEVERITIES = {"base": "critical", "identity": "critical", "min": "major"}


async def with_lists(store: Store) -> Store:
    """The store with the rule lists."""
    for digest in RULES:
        await keep_list(store, digest)
    return store


async def keep_list(store: Store, digest: str) -> None:
    """Keep one rule list."""
    rules = [
        {"id": each, "kind": each.split(":")[1], "severity": _SEVERITIES[each.split(":")[1]]} for each in RULES[digest]
    ]
    await store.commit(lambda transaction: transaction.save("score-lists", digest, {"rules": rules}))


def entry(
    *lists: Sequence[str],
    at: str = "2026-10-05T10:00:00+08:00",
    identity: str = "i1",
    content: str = "c1",
    patient: str = "p1",
    named: bool = True,
    kept: str = "Observation/1",
    version: int = 1,
    **more: Any,
) -> dict[str, Any]:
    """What a write leaves; `lists` of digest, and masks of rules asked, failed and in error; `kept`: as what."""
    scored = {"identity": identity, "named": named, "content": content, "patient": patient}
    made: dict[str, Any] = {"instant": at, "institution": "h1", "product": "his", "productVersion": "2.1"}
    made |= {"method": "POST", "accepted": bool(kept), "type": "Observation", "rules": []}
    if kept:
        made |= {"type": kept.split("/")[0], "id": kept.split("/")[1], "version": version}
    return made | {"scored": {**scored, "lists": [list(each) for each in lists or ((LABS, "3", "0", "0"),)]}} | more


async def send(store: Store, *entries: dict[str, Any]) -> None:
    """Leave them in the log."""
    await store.commit(lambda transaction: transaction.append(EVIDENCE, entries))


async def counted(store: Store, *entries: dict[str, Any], institution: str = "h1") -> Sequence[DayTallies]:
    """What comes of them for an institution."""
    await send(store, *entries)
    await catch_up(store, ZONE)
    return await days_of(store, institution, FIRST, LAST)


def numbers(day: DayTallies, digest: str = LABS) -> list[list[int]]:
    """Passed, failed, error and clusters."""
    return [each.tolist() for each in day.lists[digest]]
