"""Pages of current resources, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from fhir_kernel.store.criteria import All, Chain, Criterion, Found, Has, Position, Query
from fhir_kernel.store.evaluate import SortValue, compare_sorted
from fhir_kernel.store.mongo.checks import FIRST, MOST, Check
from fhir_kernel.store.mongo.filters import Filter, everywhere
from fhir_kernel.store.mongo.joined import Joined
from fhir_kernel.store.mongo.keys import parameter_number
from fhir_kernel.store.mongo.order import computed, directions, following, is_plain, values_of
from fhir_kernel.store.mongo.plan import Plan, candidates, plan
from fhir_kernel.store.mongo.sizes import VERY_FEW
from fhir_kernel.store.mongo.versions import key_of
from fhir_kernel.store.mongo.windows import Windows
from fhir_kernel.store.records import Key

MOST_TRIED = 960
"""Candidates for a page before the other side of a chain that leads to fewer than very many is asked first."""

_NO_FIELDS: Mapping[str, int] = {}

_Row = tuple[tuple[SortValue, ...], Key]


@dataclass(frozen=True, slots=True)
class Search(Joined):
    """Searches current resources, within a transaction where there is a session."""

    async def page(self, query: Query) -> Found:
        """A page of what meets the query. Raises LimitExceeded."""
        rows = await self._sorted(query) if query.sort else await self._by_key(query)
        page = rows[: query.count]
        last = Position(*page[-1]) if page and len(rows) > len(page) else None
        total = None
        if query.total:
            total = sum([await self.count(each, query.criterion, query) for each in dict.fromkeys(query.types)])
        return Found([key for _, key in page], last, total)

    async def _by_key(self, query: Query) -> list[_Row]:
        """Type by type, which is the order, until the page is full."""
        rows: list[_Row] = []
        for resource_type in sorted(await self.types(query)):
            if query.after is None or resource_type >= query.after.key.type:
                rows += await self._rows(resource_type, query, query.count + 1 - len(rows))
            if len(rows) > query.count:
                break
        return rows

    async def _sorted(self, query: Query) -> list[_Row]:
        """The first of each type, merged."""
        rows: list[_Row] = []
        types = await self.types(query)
        for resource_type in types:
            rows += await self._rows(resource_type, query, query.count + 1)
        if len(types) > 1:
            rows.sort(key=cmp_to_key(_order(query)))
        return rows[: query.count + 1]

    async def _rows(self, resource_type: str, query: Query, count: int) -> list[_Row]:
        found: list[dict[str, Any]] | None = None
        after = following(resource_type, query.after, query.sort) if query.after is not None else None
        if is_plain(query.sort):
            found = await self._by_checks(resource_type, after, query, count)
        if found is None:
            parts = await self.parts(resource_type, query.criterion, query)
            if not is_plain(query.sort):
                found = await self._in_windows(resource_type, parts, after, query, count)
        if found is None:
            made = await self.planned(resource_type, parts, newest_first=_is_newest_first(query))
            if is_plain(query.sort):
                found = await self._find(made, after, query, count)
            else:
                found = await self._aggregate(resource_type, made, after, query, count)
        return [(values_of(row, query.sort), key_of(row["_id"])) for row in found]

    async def _in_windows(
        self, resource_type: str, parts: Sequence[Filter], after: Filter | None, query: Query, count: int
    ) -> list[dict[str, Any]] | None:
        """A page by a date that is full within the first of all that there are; None where it is not, or few fit."""
        key, position = query.sort[0], query.after.values[0] if query.after is not None else None
        is_among_none = query.after is not None and not isinstance(position, int)
        if is_among_none:
            return None
        for each in sorted(candidates(resource_type, parts), key=lambda each: not each.is_cheap):
            if not await self.is_broad(resource_type, each):
                return None
        number = parameter_number(resource_type, key.parameter)
        windows = Windows(self.resources, self.session, self.milliseconds, number, key.descending)
        async for within in windows.conditions(position if isinstance(position, int) else None):
            found = await self._aggregate(resource_type, plan(resource_type, within, parts), after, query, count)
            if len(found) == count:
                return found
            if not found:
                return None  # the dates that are asked for lie elsewhere
        return None

    async def _by_checks(
        self, resource_type: str, after: Filter | None, query: Query, count: int
    ) -> list[dict[str, Any]] | None:
        """A page of what chains and `_has` that lead to many leave; None where there are none, or it is not soon full.

        If they lead to very many, it is to be had in this way only.
        """
        kept: list[Criterion] = []
        checks: list[Check] = []
        for part in query.criterion.parts if isinstance(query.criterion, All) else (query.criterion,):
            check = await self._check(part)
            if check is None:
                kept.append(part)
            else:
                checks.append(check)
        if not checks:
            return None
        parts = await self.parts(resource_type, All(tuple(kept)), query)
        made = await self.planned(resource_type, parts, newest_first=_is_newest_first(query))
        most = None if any(each.is_large for each in checks) else MOST_TRIED
        return await self._checked(made, after, query, count, checks, most)

    async def _check(self, criterion: Criterion) -> Check | None:
        if not isinstance(criterion, Chain | Has):
            return None
        is_has = isinstance(criterion, Has)
        types = (criterion.type,) if isinstance(criterion, Has) else criterion.types
        parts = {each: await self.parts(each, criterion.criterion, None) for each in dict.fromkeys(types)}
        many = 0
        for resource_type, each in parts.items():
            many += await self.about(resource_type, each, self.few)
        is_large = many > self.few
        return Check(criterion.parameter, parts, is_has, is_large) if many > min(VERY_FEW, self.few) else None

    async def _checked(
        self, made: Plan, after: Filter | None, query: Query, count: int, checks: Sequence[Check], most: int | None
    ) -> list[dict[str, Any]] | None:
        """Candidates in order, as many at a time as are looked up at once, until there are enough that pass.

        None where at most so many candidates were not enough.
        """
        rows: list[dict[str, Any]] = []
        at_once, position, tried = FIRST, after, 0
        while most is None or tried < most:
            candidates_ = await self._find(made, position, query, at_once, {"r": 1})
            passed = candidates_
            for check in checks:
                names = await check.passing(passed, self.resources, self.session, self.milliseconds)
                passed = [row for row in passed if row["_id"] in names]
            rows += passed
            if len(rows) >= count or len(candidates_) < at_once:
                return rows[:count]
            last = candidates_[-1]
            key = key_of(last["_id"])
            position = following(key.type, Position(values_of(last, query.sort), key), query.sort)
            tried += at_once
            at_once = min(at_once * 2, MOST)
        return None

    async def _find(
        self, made: Plan, after: Filter | None, query: Query, count: int, fields: Mapping[str, int] = _NO_FIELDS
    ) -> list[dict[str, Any]]:
        filter_ = everywhere([made.filter, *([after] if after is not None else [])])
        wanted = {"_id": 1, **fields, **({"u": 1} if query.sort else {})}
        cursor = self.resources.find(filter_, wanted, session=self.session, **made.options())
        return await cursor.sort(directions(query.sort)).limit(count).max_time_ms(self.milliseconds).to_list()

    async def _aggregate(
        self, resource_type: str, made: Plan, after: Filter | None, query: Query, count: int
    ) -> list[dict[str, Any]]:
        stages: list[dict[str, Any]] = [
            {"$match": made.filter},
            *computed(resource_type, query.sort),
            *([{"$match": after}] if after is not None else []),
            {"$sort": dict(directions(query.sort))},
            {"$limit": count},
        ]
        cursor = await self.resources.aggregate(
            stages, session=self.session, maxTimeMS=self.milliseconds, **made.options()
        )
        return await cursor.to_list()


def _order(query: Query) -> Callable[[_Row, _Row], int]:
    return lambda left, right: compare_sorted(left, right, query.sort)


def _is_newest_first(query: Query) -> bool:
    return directions(query.sort)[0] == ("u", -1)
