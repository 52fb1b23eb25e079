"""Whether what was recorded happened in the life of its patient: settled in bulk, where evidence is counted.

A write does not read the patient, which would cost it a question to the store. Its evidence names the day of the event
and the instant of the write; the patient is taken as it was at that instant, so that the answer is always the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from conformance.scoring.rules.scored import with_life
from conformance.scoring.rules.times import born_and_living
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Document, Key, Version
from registry.scores.lists import list_of


async def with_lives(store: Store, entries: Sequence[Document]) -> list[Document]:
    """The entries of evidence with the rule `life` settled in each. Raises StoreError."""
    asked = [entry["scored"] for entry in entries if "life" in entry.get("scored", ())]
    if not asked:
        return list(entries)
    lives = _Lives(store, await store.read_many(sorted({_key(scored) for scored in asked}), deleted=True))
    bits = await _bits(store, asked)
    return [await _settled(entry, lives, bits) for entry in entries]


class _Lives:
    """The patients, as they are and as they were."""

    def __init__(self, store: Store, current: Mapping[Key, Version]) -> None:
        self._store, self._current = store, current
        self._read: dict[tuple[Key, int], Resource | None] = {}

    async def patient(self, key: Key, at: datetime) -> Resource | None:
        """The patient at an instant; None where there was none."""
        version = self._current.get(key)
        if version is not None and version.updated > at:
            found = await self._store.history(*key, until=at, count=1)
            version = found[0][1] if found else None
        if version is None or version.body is None:
            return None
        place = (key, version.number)
        if place not in self._read:
            self._read[place] = parse_json(version.body)
        return self._read[place]


async def _settled(entry: Document, lives: _Lives, bits: Mapping[str, int]) -> Document:
    scored = entry.get("scored", {})
    if "life" not in scored:
        return entry
    _, day, last, instant = scored["life"]
    patient = await lives.patient(_key(scored), datetime.fromisoformat(instant))
    answer = None if patient is None else born_and_living(day, last, patient)
    return {**entry, "scored": with_life(scored, bits, answer)}


async def _bits(store: Store, asked: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
    digests = {row[0] for scored in asked for row in scored["lists"]}
    return {digest: (await list_of(store, digest)).mask("life") for digest in sorted(digests)}


def _key(scored: Mapping[str, Any]) -> Key:
    return Key("Patient", scored["life"][0])
