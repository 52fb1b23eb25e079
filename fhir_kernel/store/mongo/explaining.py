"""How MongoDB carries out a search: each question to it with its winning plan and what that examined.

https://www.mongodb.com/docs/manual/reference/explain-results/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, cast

import orjson
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.asynchronous.cursor import AsyncCursor

from fhir_kernel.store.criteria import Query
from fhir_kernel.store.mongo.layout import Collection, Database, Fields
from fhir_kernel.store.mongo.search import Search
from fhir_kernel.store.questions import Question, sent_with, shown

_MOST = 50
"""Questions that are explained; those to the other side of a chain come again and again."""


async def explain(search: Search, query: Query) -> list[Question]:
    """What is asked for a page, explained one by one: each is carried out twice."""
    recorder = Recorder(search.resources)
    await replace(search, resources=cast(Collection, recorder)).page(query)
    sent = sent_with(query)
    return [_question(await recorder.explained(each), sent) for each in recorder.asked[:_MOST]]


@dataclass(frozen=True, slots=True)
class Recorder:
    """The collection, as a search uses it; it remembers what it was asked."""

    resources: Collection
    asked: list[AsyncCursor[Fields] | Fields] = field(default_factory=list)
    """Cursors, to be asked again, and commands."""

    @property
    def database(self) -> Database:
        """Other collections are not looked at."""
        return self.resources.database

    def find(self, *wanted: Any, **options: Any) -> AsyncCursor[Fields]:
        """As of the collection."""
        cursor = self.resources.find(*wanted, **options)
        self.asked.append(cursor)
        return cursor

    async def aggregate(self, stages: Sequence[Fields], **options: Any) -> AsyncCommandCursor[Fields]:
        """As of the collection."""
        self._remember(stages, options)
        return await self.resources.aggregate(stages, **options)

    async def count_documents(self, filter_: Fields, **options: Any) -> int:
        """As of the collection, which asks for it in these stages."""
        limit = [{"$limit": options["limit"]}] if "limit" in options else []
        self._remember([{"$match": filter_}, *limit, {"$count": "n"}], options)
        return await self.resources.count_documents(filter_, **options)

    async def explained(self, asked: AsyncCursor[Fields] | Fields) -> Fields:
        """What MongoDB says of a question."""
        if isinstance(asked, AsyncCursor):
            return await asked.clone().explain()
        return await self.database.command("explain", asked, verbosity="executionStats")

    def _remember(self, stages: Sequence[Fields], options: Fields) -> None:
        hint = {"hint": options["hint"]} if "hint" in options else {}
        self.asked.append({"aggregate": self.resources.name, "pipeline": list(stages), "cursor": {}, **hint})


_AS_IT_IS = ("sort", "limit", "skip", "hint")
_WITH_VALUES = ("filter", "min", "max")
_STAGES_AS_THEY_ARE = ("$sort", "$limit", "$count")


def _question(explained: Fields, sent: Set[Any]) -> Question:
    command = explained["command"]
    kind = next(iter(command))
    asked = {name: command[name] for name in _AS_IT_IS if name in command}
    asked |= {name: shown(command[name], sent) for name in _WITH_VALUES if name in command}
    if "pipeline" in command:
        asked["pipeline"] = [_stage(each, sent) for each in command["pipeline"]]
    planned = next(_with("queryPlanner", explained))["queryPlanner"]["winningPlan"]
    done = next(_with("executionStats", explained))["executionStats"]
    keys, documents, found = (done[name] for name in ("totalKeysExamined", "totalDocsExamined", "nReturned"))
    examined = f"{keys} keys and {documents} documents examined, {found} found"
    return Question(f"{kind} {orjson.dumps(asked).decode()}", (*_lines(planned.get("queryPlan", planned), 0), examined))


def _stage(stage: Fields, sent: Set[Any]) -> Fields:
    return {name: each if name in _STAGES_AS_THEY_ARE else shown(each, sent) for name, each in stage.items()}


def _with(name: str, value: Any) -> Iterator[Fields]:
    """The objects that have a property: those of an aggregation stand in its first stage, those of shards in each."""
    if isinstance(value, dict):
        if name in value:
            yield value
        for each in value.values():
            yield from _with(name, each)
    elif isinstance(value, list):
        for each in value:
            yield from _with(name, each)


def _lines(stage: Fields, depth: int) -> Iterator[str]:
    index = f" {stage['indexName']}" if "indexName" in stage else ""
    yield f"{'  ' * depth}{stage['stage']}{index}"
    for each in (*([stage["inputStage"]] if "inputStage" in stage else []), *stage.get("inputStages", ())):
        yield from _lines(each, depth + 1)
