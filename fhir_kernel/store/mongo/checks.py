"""Chains and `_has` that lead to very many: candidates are taken in order, and the other side of each is looked up.

A page is soon full where many are on the other side; where few are, `joins` begins there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession

from fhir_kernel.store.mongo import keys
from fhir_kernel.store.mongo.filters import Filter
from fhir_kernel.store.mongo.layout import BY_KEY, Collection
from fhir_kernel.store.mongo.plan import Condition, plan

FIRST, MOST = 64, 1_024
"""Candidates that are looked up at once, doubled while the page is not full."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One chain or `_has`: `parts` is what the other side must meet, for each of its types."""

    parameter: str
    parts: Mapping[str, Sequence[Filter]]
    is_has: bool
    is_large: bool
    """Whether so many are on the other side that it cannot be asked first."""

    async def passing(
        self, rows: Sequence[Row], resources: Collection, session: AsyncClientSession | None, milliseconds: int
    ) -> set[str]:
        """The names of those rows, which hold `r`, that have what is asked for on the other side."""
        found: set[str] = set()
        for resource_type, parts in self.parts.items():
            if self.is_has:
                driver, fields = self._referring(resource_type, rows), {"_id": 0, "r": 1}
            else:
                driver, fields = self._referred(resource_type, rows), {"_id": 1}
            made = plan(resource_type, driver, parts)
            cursor = resources.find(made.filter, fields, session=session, **made.options()).max_time_ms(milliseconds)
            found.update(self._names(rows, await cursor.to_list()))
        return found

    def _referring(self, source: str, rows: Sequence[Row]) -> Condition:
        wanted = [keys.reference_key(source, self.parameter, row["_id"]) for row in rows]
        return Condition({"x": {"$in": wanted}}, BY_KEY)

    def _referred(self, target: str, rows: Sequence[Row]) -> Condition:
        prefix, start = f"{self.parameter} {target}/", len(self.parameter) + 1
        wanted = {each[start:] for row in rows for each in row.get("r", ()) if each.startswith(prefix)}
        return Condition({"_id": {"$in": sorted(wanted)}}, "_id_")

    def _names(self, rows: Sequence[Row], others: Sequence[Row]) -> set[str]:
        if self.is_has:
            start = len(self.parameter) + 1
            prefix = f"{self.parameter} "
            return {each[start:] for other in others for each in other.get("r", ()) if each.startswith(prefix)}
        led_to = {f"{self.parameter} {other['_id']}" for other in others}
        return {row["_id"] for row in rows if not led_to.isdisjoint(row.get("r", ()))}
