"""Criteria as filters of one collection: what others refer to is looked up before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store.criteria import Criterion, Match, Query, TokenTest
from fhir_kernel.store.mongo.filters import Filter, criterion_filter
from fhir_kernel.store.mongo.joins import without_joins
from fhir_kernel.store.mongo.keys import token_key
from fhir_kernel.store.mongo.plan import MOST_MERGED, conjuncts
from fhir_kernel.store.mongo.sizes import Sizes
from fhir_kernel.store.mongo.versions import key_of, microseconds
from fhir_kernel.store.records import Key

MAX_JOINED = 200_000
"""Resources on the other side of a chain or `_has`."""


@dataclass(frozen=True, slots=True)
class Joined(Sizes):
    """Counts and finds what meets criteria, on the other side of a chain or `_has` too."""

    async def count(self, resource_type: str, criterion: Criterion, query: Query | None = None) -> int:
        """How many current resources meet the criterion."""
        made = await self.planned(resource_type, await self.parts(resource_type, criterion, query))
        return await self.counted(made.filter, made.index)

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

    async def parts(self, resource_type: str, criterion: Criterion, query: Query | None) -> list[Filter]:
        """The filters that must all hold, without joins. Raises LimitExceeded."""
        simple = await without_joins(resource_type, criterion, self)
        parts = list(conjuncts(criterion_filter(resource_type, simple)))
        if query is not None and query.as_of is not None:
            made = {"$lte": microseconds(query.as_of)}
            parts.append({"$or": [{"u": made}, {"e": made}]})
        return parts

    async def _all(self, resource_type: str, criterion: Criterion, fields: dict[str, int]) -> list[dict[str, Any]]:
        made = await self.planned(resource_type, await self.parts(resource_type, criterion, None))
        cursor = self.resources.find(made.filter, fields, session=self.session, **made.options())
        rows = await cursor.limit(MAX_JOINED + 1).max_time_ms(self.milliseconds).to_list()
        if len(rows) > MAX_JOINED:
            raise LimitExceeded(
                f"a chain or _has leads to more than {MAX_JOINED:,} resources of type {resource_type}: "
                "ask for fewer of them, or begin the search at the other end"
            )
        return rows
