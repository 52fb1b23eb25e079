"""Pages, counts and joins over the collection of current resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.cursor import AsyncCursor

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store.criteria import All, Chain, Criterion, Found, Has, Match, Position, Query, TokenTest
from fhir_kernel.store.evaluate import SortValue, compare_sorted
from fhir_kernel.store.mongo.checks import FIRST, MOST, Check
from fhir_kernel.store.mongo.filters import Filter, criterion_filter, everywhere
from fhir_kernel.store.mongo.joins import without_joins
from fhir_kernel.store.mongo.keys import parameter_number, token_key
from fhir_kernel.store.mongo.layout import BY_UPDATE, Collection
from fhir_kernel.store.mongo.order import computed, directions, following, is_plain, values_of
from fhir_kernel.store.mongo.plan import (
    MOST_MERGED,
    Bounds,
    Condition,
    Plan,
    candidates,
    conjuncts,
    every_resource,
    plan,
)
from fhir_kernel.store.mongo.versions import key_of, microseconds
from fhir_kernel.store.mongo.windows import Windows
from fhir_kernel.store.records import Key

VERY_FEW, FEW = 100, 1_000
"""So many resources are read and sorted at once or in a few milliseconds, whatever else is asked of them."""

BROAD = 5
"""Times FEW resources take as long to read and sort as it takes to find the first ones in order."""

MOST_TRIED = 960
"""Candidates for a page before the other side of a chain that leads to fewer than very many is asked first."""

MANY_TYPES = 8
"""Of more types it is asked first which there are."""

MAX_JOINED = 200_000
"""Resources on the other side of a chain or `_has`."""

_NO_FIELDS: Mapping[str, int] = {}

_Row = tuple[tuple[SortValue, ...], Key]


@dataclass(frozen=True, slots=True)
class Search:
    """Searches current resources, within a transaction where there is a session."""

    resources: Collection
    milliseconds: int
    """What one question to MongoDB may take."""
    session: AsyncClientSession | None = None
    few: int = FEW

    async def page(self, query: Query) -> Found:
        """A page of what meets the query. Raises LimitExceeded."""
        rows = await self._sorted(query) if query.sort else await self._by_key(query)
        page = rows[: query.count]
        last = Position(*page[-1]) if page and len(rows) > len(page) else None
        total = None
        if query.total:
            total = sum([await self.count(each, query.criterion, query) for each in dict.fromkeys(query.types)])
        return Found([key for _, key in page], last, total)

    async def count(self, resource_type: str, criterion: Criterion, query: Query | None = None) -> int:
        """How many current resources meet the criterion."""
        made = await self._plan(resource_type, await self._parts(resource_type, criterion, query))
        return await self._count(made.filter, made.index)

    async def those(self, resource_type: str, criterion: Criterion) -> list[Key]:
        """All that meet the criterion, in no order. Raises LimitExceeded."""
        rows = await self._all(resource_type, criterion, {"_id": 1})
        return [key_of(row["_id"]) for row in rows]

    async def known(self, resource_type: str, match: Match) -> Match:
        """Without tests for a code of a system that no resource has, where there are many tests."""
        named = {
            test: token_key(resource_type, match.parameter, test.system, test.code)
            for test in match.tests
            if isinstance(test, TokenTest) and test.system is not None and test.code and test.type is None
        }
        if len(named) <= MOST_MERGED:
            return match
        cursor = self.resources.database.codes.find(
            {"_id": {"$in": list(named.values())}}, {"_id": 1}, session=self.session
        )
        there = {row["_id"] for row in await cursor.max_time_ms(self.milliseconds).to_list()}
        return Match(match.parameter, tuple(test for test in match.tests if test not in named or named[test] in there))

    async def referred(self, resource_type: str, criterion: Criterion, parameter: str, target: str) -> set[str]:
        """Ids of the target type to which those that meet the criterion refer. Raises LimitExceeded."""
        rows = await self._all(resource_type, criterion, {"_id": 0, "r": 1})
        prefix = f"{parameter} {target}/"
        return {each[len(prefix) :] for row in rows for each in row.get("r", ()) if each.startswith(prefix)}

    async def _by_key(self, query: Query) -> list[_Row]:
        """Type by type, which is the order, until the page is full."""
        rows: list[_Row] = []
        for resource_type in sorted(await self._types(query)):
            if query.after is None or resource_type >= query.after.key.type:
                rows += await self._rows(resource_type, query, query.count + 1 - len(rows))
            if len(rows) > query.count:
                break
        return rows

    async def _sorted(self, query: Query) -> list[_Row]:
        """The first of each type, merged."""
        rows: list[_Row] = []
        types = await self._types(query)
        for resource_type in types:
            rows += await self._rows(resource_type, query, query.count + 1)
        if len(types) > 1:
            rows.sort(key=cmp_to_key(_order(query)))
        return rows[: query.count + 1]

    async def _types(self, query: Query) -> set[str]:
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

    async def _rows(self, resource_type: str, query: Query, count: int) -> list[_Row]:
        found: list[dict[str, Any]] | None = None
        after = following(resource_type, query.after, query.sort) if query.after is not None else None
        if is_plain(query.sort):
            found = await self._by_checks(resource_type, after, query, count)
        if found is None:
            parts = await self._parts(resource_type, query.criterion, query)
            if not is_plain(query.sort):
                found = await self._in_windows(resource_type, parts, after, query, count)
        if found is None:
            made = await self._plan(resource_type, parts, newest_first=_is_newest_first(query))
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
            if not await self._is_broad(resource_type, each):
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
        parts = await self._parts(resource_type, All(tuple(kept)), query)
        made = await self._plan(resource_type, parts, newest_first=_is_newest_first(query))
        most = None if any(each.is_large for each in checks) else MOST_TRIED
        return await self._checked(made, after, query, count, checks, most)

    async def _check(self, criterion: Criterion) -> Check | None:
        if not isinstance(criterion, Chain | Has):
            return None
        is_has = isinstance(criterion, Has)
        types = (criterion.type,) if isinstance(criterion, Has) else criterion.types
        parts = {each: await self._parts(each, criterion.criterion, None) for each in dict.fromkeys(types)}
        many = 0
        for resource_type, each in parts.items():
            many += await self._about(resource_type, each, self.few)
        is_large = many > self.few
        return Check(criterion.parameter, parts, is_has, is_large) if many > min(VERY_FEW, self.few) else None

    async def _about(self, resource_type: str, parts: Sequence[Filter], most: int) -> int:
        """How many meet all parts, perhaps fewer, counted up to one more than `most`."""
        found = candidates(resource_type, parts)
        if len(parts) == len(found) == 1:
            return await self._size(resource_type, found[0], most)
        made = await self._plan(resource_type, parts)
        return await self._count(made.filter, made.index, most + 1)

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

    async def _all(self, resource_type: str, criterion: Criterion, fields: dict[str, int]) -> list[dict[str, Any]]:
        made = await self._plan(resource_type, await self._parts(resource_type, criterion, None))
        cursor = self.resources.find(made.filter, fields, session=self.session, **made.options())
        rows = await cursor.limit(MAX_JOINED + 1).max_time_ms(self.milliseconds).to_list()
        if len(rows) > MAX_JOINED:
            raise LimitExceeded(
                f"a chain or _has leads to more than {MAX_JOINED:,} resources of type {resource_type}: "
                "ask for fewer of them, or begin the search at the other end"
            )
        return rows

    async def _parts(self, resource_type: str, criterion: Criterion, query: Query | None) -> list[Filter]:
        simple = await without_joins(resource_type, criterion, self)
        parts = list(conjuncts(criterion_filter(resource_type, simple)))
        if query is not None and query.as_of is not None:
            parts.append({"u": {"$lte": microseconds(query.as_of)}})
        return parts

    async def _plan(self, resource_type: str, parts: Sequence[Filter], *, newest_first: bool = False) -> Plan:
        found = candidates(resource_type, parts)
        driver = await self._driver(resource_type, found) if found else None
        if driver is not None and newest_first and await self._is_broad(resource_type, driver):
            driver = None
        if driver is None:
            driver = Condition({"t": resource_type}, BY_UPDATE) if newest_first else every_resource(resource_type)
        return plan(resource_type, driver, parts)

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
            return await self._count(condition.question(resource_type), condition.index, most + 1)
        # To count what is compared by range would read resources; keys of the index are a bound, and at hand.
        cursor = self._keys(condition, condition.bounds).limit(most + 1).batch_size(most + 1)
        return len(await cursor.to_list())

    async def _is_broad(self, resource_type: str, condition: Condition) -> bool:
        """Whether it finds so many that it is quicker to go through resources in order."""
        most = self.few * BROAD
        if condition.bounds is None:
            return await self._size(resource_type, condition, most) > most
        return bool(await self._keys(condition, condition.bounds).skip(most).limit(1).to_list())

    def _keys(self, condition: Condition, bounds: Bounds) -> AsyncCursor[dict[str, Any]]:
        cursor = self.resources.find({}, return_key=True, session=self.session).min(bounds[0]).max(bounds[1])
        return cursor.hint(condition.index).max_time_ms(self.milliseconds)

    async def _count(self, filter_: Filter, index: str | None, limit: int | None = None) -> int:
        options: dict[str, Any] = {"maxTimeMS": self.milliseconds}
        if index is not None:
            options["hint"] = index
        if limit is not None:
            options["limit"] = limit
        return await self.resources.count_documents(filter_, session=self.session, **options)


def _order(query: Query) -> Callable[[_Row, _Row], int]:
    return lambda left, right: compare_sorted(left, right, query.sort)


def _is_newest_first(query: Query) -> bool:
    return directions(query.sort)[0] == ("u", -1)
