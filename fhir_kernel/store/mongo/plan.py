"""Which condition of a search is asked of an index; the others are compared with what it finds.

MongoDB's own planner races its candidates and remembers the winner for all queries of the same shape, however many
resources their keys have. Here the condition that finds least decides, and the rest is put where no index is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bson import MaxKey, MinKey

from fhir_kernel.store.mongo import keys
from fhir_kernel.store.mongo.filters import Filter, everywhere
from fhir_kernel.store.mongo.layout import BY_KEY, BY_UPDATE

MOST_MERGED = 50
"""Of so many keys MongoDB merges the resources of each in the order of their ids; it would of 200."""

_FALSE: Filter = {"_id": -1}


Bounds = tuple[Sequence[tuple[str, Any]], Sequence[tuple[str, Any]]]
"""The least key, and the least beyond, as `min` and `max` of a cursor have them."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter that an index answers."""

    filter: Filter
    index: str | None
    """None: MongoDB is to choose."""
    known: int | None = None
    """How many resources it finds at most, where that can be told."""
    in_order: bool = False
    """Whether the index yields resources in the order of their ids."""
    bounds: Bounds | None = None
    """Of what is compared by range, between which keys of the index it lies."""

    @property
    def is_cheap(self) -> bool:
        """Whether it can be counted without reading resources."""
        return self.index == BY_KEY

    def question(self, resource_type: str) -> Filter:
        """What the index is asked."""
        return {"t": resource_type, **self.filter} if self.index == BY_UPDATE else self.filter


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of an index and what is compared afterwards."""

    filter: Filter
    index: str | None

    def options(self) -> dict[str, Any]:
        return {} if self.index is None else {"hint": self.index}


def conjuncts(filter_: Filter) -> Iterator[Filter]:
    """The conditions that must all hold."""
    if set(filter_) == {"$and"}:
        for part in filter_["$and"]:
            yield from conjuncts(part)
    elif filter_:
        yield filter_


def candidates(resource_type: str, parts: Sequence[Filter]) -> list[Condition]:
    """The conditions that an index answers, in the order in which they stand."""
    return [found for part in parts if (found := _condition(resource_type, part)) is not None]


def every_resource(resource_type: str) -> Condition:
    """All of a type, in the order of their ids."""
    return Condition({"x": keys.type_key(resource_type)}, BY_KEY, in_order=True)


def plan(resource_type: str, driver: Condition, parts: Sequence[Filter]) -> Plan:
    """The index asked for `driver`, the other parts compared."""
    others = [part for part in parts if part is not driver.filter]
    if "x" not in driver.filter:
        others.append({"x": keys.type_key(resource_type)})
    rest = [_unseen(everywhere(others))] if others else []
    return Plan(everywhere([driver.question(resource_type), *rest]), driver.index)


def _unseen(filter_: Filter) -> Filter:
    """The same condition in a form that the planner makes no use of."""
    return {"$nor": [{"$nor": [filter_, _FALSE]}, _FALSE]}


def _condition(resource_type: str, part: Filter) -> Condition | None:
    field, asked = next(iter(part.items()))
    match field:
        case "x" if not isinstance(asked, dict):
            return Condition(part, BY_KEY, in_order=True)
        case "x" if "$in" in asked:
            return Condition(part, BY_KEY, in_order=len(asked["$in"]) <= MOST_MERGED)
        case "_id":
            return Condition(part, "_id_", known=len(asked["$in"]), in_order=True)
        case "u":
            return Condition(part, BY_UPDATE)
        case "d" | "q" | "g":
            index = _index_of(field, asked["$elemMatch"])
            return None if index is None else Condition(part, index, bounds=_bounds(field, asked["$elemMatch"], index))
        case "$or" if all(_is_narrow(resource_type, each) for each in asked):
            return Condition(part, None)
    return None


def _is_narrow(resource_type: str, alternative: Filter) -> bool:
    """Whether MongoDB finds an index for an alternative by itself; the one by update begins with the type."""
    return any("u" not in each and _condition(resource_type, each) for each in conjuncts(alternative))


_ORDERS = {
    "by_start": ("lo", "hi"),
    "by_end": ("hi", "lo"),
    "by_least": ("lo", "hi"),
    "by_greatest": ("hi", "lo"),
    "by_text": ("f",),
}
"""What follows the parameter in the keys of an index."""


def _bounds(field: str, entry: Filter, index: str) -> Bounds:
    """By what is asked of the first value of a key; that of the others is not seen. Only texts are to be equal."""
    first, *others = _ORDERS[index]
    asked = entry[first] if isinstance(entry[first], dict) else {"$gte": entry[first], "$lt": entry[first] + "\0"}
    least = asked.get("$gte", asked.get("$gt", MinKey()))
    beyond = asked.get("$lte", asked.get("$lt", MaxKey()))
    after_equal, up_to_equal = "$gt" in asked, "$lt" not in asked
    parameter = (f"{field}.p", entry["p"])
    low = [parameter, (f"{field}.{first}", least), *((f"{field}.{each}", _end(after_equal)) for each in others)]
    high = [parameter, (f"{field}.{first}", beyond), *((f"{field}.{each}", _end(up_to_equal)) for each in others)]
    return low, high


def _end(is_last: bool) -> MinKey | MaxKey:
    return MaxKey() if is_last else MinKey()


def _index_of(field: str, entry: Filter) -> str | None:
    if field == "g":
        return "by_text" if "f" in entry else None
    start, end = ("by_start", "by_end") if field == "d" else ("by_least", "by_greatest")
    return start if "lo" in entry else end if "hi" in entry else None
