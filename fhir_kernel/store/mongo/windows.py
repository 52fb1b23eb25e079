"""How far along an index a page by a date may reach, where that index cannot sort: the ends of growing windows.

MongoDB does not read the first of a multikey index in its order
(https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/), but it tells how many keys lie between
two bounds. All that lies beyond a window comes after what lies within, so that a page that is full within is right.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from bson import MaxKey, MinKey
from pymongo.asynchronous.client_session import AsyncClientSession

from fhir_kernel.store.mongo.filters import Filter
from fhir_kernel.store.mongo.layout import Collection
from fhir_kernel.store.mongo.plan import Condition
from fhir_kernel.store.values import LATEST

SIZES = (512, 4_096)
"""Keys of the index within each window, about."""

_START = "by_start"
_OTHERS = (("by_least", ("q.p", "q.lo", "q.hi")), ("by_text", ("g.p", "g.f")))
"""Where other values than dates would be."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Over the dates of a parameter, by its number, from the greatest or from the least on."""

    resources: Collection
    session: AsyncClientSession | None
    milliseconds: int
    parameter: int
    descending: bool

    async def conditions(self, start: int | None) -> AsyncIterator[Condition]:
        """What lies in each window; none where the parameter is not one of dates. `start`: where the page begins."""
        first = await self._key(MinKey(), MaxKey(), 0)
        if first is None or await self._has_others():
            return
        for size in SIZES:
            low, high = await self._window(first, start, size)
            yield Condition({"d": {"$elemMatch": {"p": self.parameter, "lo": {"$gte": low, "$lte": high}}}}, _START)

    async def _window(self, first: int, start: int | None, size: int) -> tuple[int, int]:
        if self.descending:
            end = LATEST if start is None else start
            return await self._low(first, end, size), end
        begin = first if start is None else start
        key = await self._key(begin, MaxKey(), size)
        return begin, LATEST if key is None else key

    async def _low(self, first: int, end: int, size: int) -> int:
        """An instant from which on there are at most `size` keys to `end`, but not few, found by halves."""
        low, high = min(first, end), end
        if await self._key(low, end, size) is None:
            return low
        while high - low > 1:
            middle = (low + high) // 2
            if await self._key(middle, end, size) is not None:
                low = middle
            elif await self._key(middle, end, size // 2) is not None:
                return middle
            else:
                high = middle
        return low

    async def _key(self, low: Any, high: Any, skipped: int) -> int | None:
        """Where the date begins that so many others come before, between two instants."""
        least = [("d.p", self.parameter), ("d.lo", low), ("d.hi", MinKey())]
        beyond = [("d.p", self.parameter), ("d.lo", high), ("d.hi", MaxKey())]
        found = await self._one(_START, least, beyond, skipped)
        return None if found is None else found["d.lo"]

    async def _has_others(self) -> bool:
        for index, (parameter, *values) in _OTHERS:
            low: list[tuple[str, Any]] = [(parameter, self.parameter), *((each, MinKey()) for each in values)]
            high: list[tuple[str, Any]] = [(parameter, self.parameter), *((each, MaxKey()) for each in values)]
            if await self._one(index, low, high, 0) is not None:
                return True
        return False

    async def _one(self, index: str, low: list[Any], high: list[Any], skipped: int) -> Filter | None:
        cursor = self.resources.find({}, return_key=True, session=self.session).hint(index).min(low).max(high)
        found = await cursor.skip(skipped).limit(1).max_time_ms(self.milliseconds).to_list()
        return found[0] if found else None
