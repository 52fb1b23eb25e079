"""Which records that have had the same business identifier had been deleted when one more came.

The versions of resources say so, and never change, so that to count anew comes to the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from conformance.scoring.counting.record import MOST_RESOURCES, Record
from conformance.scoring.counting.sent import Sent
from fhir_kernel.store.base import Store


async def gone_namesakes(
    store: Store, sent: Sequence[Sent], records: Mapping[tuple[str, str], Record]
) -> Mapping[int, frozenset[str]]:
    """By the place among those sent, the resources of the same identity that were no more; those of none left out."""
    found: dict[int, frozenset[str]] = {}
    for at, others in _questions(sent, records).items():
        gone = [each for each in others if await _is_gone(store, each, sent[at].instant)]
        if gone:
            found[at] = frozenset(gone)
    return found


def _questions(sent: Sequence[Sent], records: Mapping[tuple[str, str], Record]) -> Mapping[int, Sequence[str]]:
    """By the place among those sent, the other resources that have had the identity of one that is new."""
    asked: dict[int, Sequence[str]] = {}
    had: dict[tuple[str, str], list[str]] = {}
    for at, each in enumerate(sent):
        key = (each.institution, each.identity)
        if not (each.is_named and each.resource) or records[key].knows(each):
            continue
        others = had.setdefault(key, list(records[key].resources))
        if each.resource not in others:
            if others:
                asked[at] = tuple(others)
            if len(others) < MOST_RESOURCES:
                others.append(each.resource)
    return asked


async def _is_gone(store: Store, resource: str, instant: str) -> bool:
    """One that was written by the same commit has no version before the instant, and is there."""
    resource_type, resource_id = resource.split("/", 1)
    newest = await store.history(resource_type, resource_id, until=datetime.fromisoformat(instant), count=1)
    return bool(newest) and newest[0][1].is_deleted
