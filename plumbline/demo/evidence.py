"""What the store has kept of the writes, counted by institution (docs/enforcement.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from fhir_kernel.store.base import Store


@dataclass(slots=True)
class Kept:
    """Numbers by the ids of institutions."""

    documents: Counter[str] = field(default_factory=Counter)
    observed: Counter[str] = field(default_factory=Counter)
    """Records that were accepted and break a rule that is only observed."""

    @property
    def total(self) -> int:
        """How many documents there are of all."""
        return self.documents.total()


async def count_evidence(store: Store) -> Kept:
    """Go through the log. Raises StoreError."""
    kept = Kept()
    async for _, document in store.log("evidence"):
        institution = document.get("institution", "")
        kept.documents[institution] += 1
        if document["accepted"] and any(_is_seen_only(rule) for rule in document["rules"]):
            kept.observed[institution] += 1
    return kept


def _is_seen_only(rule: Mapping[str, object]) -> bool:
    return rule["mode"] == "observe" and "failed" in rule
