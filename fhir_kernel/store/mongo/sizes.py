"""How much conditions find, and by which index what meets them is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.cursor import AsyncCursor

from fhir_kernel.store.criteria import Query
from fhir_kernel.store.mongo.filters import Filter
from fhir_kernel.store.mongo.layout import BY_UPDATE, Collection
from fhir_kernel.store.mongo.plan import Bounds, Condition, Plan, candidates, every_resource, plan

VERY_FEW, FEW = 100, 1_000
"""So many resources are read and sorted at once or in a few milliseconds, whatever else is asked of them."""

BROAD = 5
"""Times FEW resources take as long to read and sort as it takes to find the first ones in order."""

MANY_TYPES = 8
"""Of more types it is asked first which there are."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts current resources, within a transaction where there is a session."""

    resources: Collection
    milliseconds: int
    """What one question to MongoDB may take."""
    session: AsyncClientSession | None = None
    few: int = FEW

    async def planned(self, resource_type: str, parts: Sequence[Filter], *, newest_first: bool = False) -> Plan:
        """By which index to ask for what meets all parts; `newest_first`: in that order, unless few do."""
        found = candidates(resource_type, parts)
        driver = await self._driver(resource_type, found) if found else None
        if driver is not None and newest_first and await self.is_broad(resource_type, driver):
            driver = None
        if driver is None:
            driver = Condition({"t": resource_type}, BY_UPDATE) if newest_first else every_resource(resource_type)
        return plan(resource_type, driver, parts)

    async def about(self, resource_type: str, parts: Sequence[Filter], most: int) -> int:
        """How many meet all parts, perhaps fewer, counted up to one more than `most`."""
        found = candidates(resource_type, parts)
        if len(parts) == len(found) == 1:
            return await self._size(resource_type, found[0], most)
        made = await self.planned(resource_type, parts)
        return await self.counted(made.filter, made.index, most + 1)

    async def is_broad(self, resource_type: str, condition: Condition) -> bool:
        """Whether it finds so many that it is quicker to go through resources in order."""
        most = self.few * BROAD
        if condition.bounds is None:
            return await self._size(resource_type, condition, most) > most
        return bool(await self._keys(condition, condition.bounds).skip(most).limit(1).to_list())

    async def _driver(self, resource_type: str, found: Sequence[Condition]) -> Condition | None:
        """The one that finds least, if that is little; else one in whose order a page is soon full."""
        if len(found) == 1 and found[0].in_order:
            return found[0]
        for most, those in ((min(VERY_FEW, self.few), [each for each in found if each.is_cheap]), (self.few, found)):
            sizes = [await self._size(resource_type, each, most) for each in those]
            if sizes and min(sizes) <= most:
                return those[sizes.index(min(sizes))]
        return next((each for each in found if each.in_order), None)

    async def _size(self, resource_type: str, condition: Condition, most: int) -> int:
        if condition.known is not None:
            return condition.known
        if condition.bounds is None:
            return await self.counted(condition.question(resource_type), condition.index, most + 1)
        # To count what is compared by range would read resources; keys of the index are a bound, and at hand.
        cursor = self._keys(condition, condition.bounds).limit(most + 1).batch_size(most + 1)
        return len(await cursor.to_list())

    def _keys(self, condition: Condition, bounds: Bounds) -> AsyncCursor[dict[str, Any]]:
        cursor = self.resources.find({}, return_key=True, session=self.session).min(bounds[0]).max(bounds[1])
        return cursor.hint(condition.index).max_time_ms(self.milliseconds)

    async def counted(self, filter_: Filter, index: str | None, limit: int | None = None) -> int:
        """How many meet a filter, by an index; no more than `limit` are counted."""
        options: dict[str, Any] = {"maxTimeMS": self.milliseconds}
        if index is not None:
            options["hint"] = index
        if limit is not None:
            options["limit"] = limit
        return await self.resources.count_documents(filter_, session=self.session, **options)

    async def types(self, query: Query) -> set[str]:
        """The types of the query; of many only those that there are."""
        wanted = set(query.types)
        if len(wanted) <= MANY_TYPES:
            return wanted
        # A group without sums skips along the index, from type to type.
        stages: list[dict[str, Any]] = [{"$sort": {"t": 1, "s": 1}}, {"$group": {"_id": "$t"}}]
        cursor = await self.resources.aggregate(
            stages, session=self.session, maxTimeMS=self.milliseconds, hint="by_place_of_type"
        )
        return wanted & {row["_id"] async for row in cursor}
