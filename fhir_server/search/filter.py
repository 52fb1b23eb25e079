"""What `_filter` asks for (https://hl7.org/fhir/R4/search_filter.html)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

from fhir_kernel.store.criteria import (
    All,
    Criterion,
    DateTest,
    Match,
    Missing,
    Not,
    Some,
    StringTest,
    Test,
    Updated,
    UriTest,
    WithId,
)
from fhir_server.search.conditions import Conditions, Types
from fhir_server.search.context import not_understood, too_much, wrong_value
from fhir_server.search.definitions import SearchDefinition
from fhir_server.search.elements.fold import fold
from fhir_server.search.filter_syntax import Comparison, Filter, Logical, Name, Negation, parse_filter

_ORDERED = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "pr")
OPERATORS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": _ORDERED,
        "quantity": _ORDERED,
        "date": (*_ORDERED, "po"),
        "string": ("eq", "ne", "co", "sw", "ew", "pr"),
        "token": ("eq", "ne", "ss", "sb", "in", "ni", "pr"),
        "reference": ("eq", "ne", "re", "pr"),
        "uri": ("eq", "ne", "co", "sw", "ss", "sb", "pr"),
        "composite": ("eq", "ne", "pr"),
        "special": ("eq", "ne", "pr"),
    }
)
"""The operators by type of parameter."""

_RELATIONS = frozenset(("ss", "sb", "in", "ni"))
_STRINGS: Mapping[str, Literal["equal", "contains", "starts", "ends"]] = MappingProxyType(
    {"eq": "equal", "ne": "equal", "co": "contains", "sw": "starts", "ew": "ends"}
)
_URIS: Mapping[str, Literal["equal", "contains", "starts", "above", "below"]] = MappingProxyType(
    {"eq": "equal", "ne": "equal", "co": "contains", "sw": "starts", "ss": "below", "sb": "above"}
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Makes criteria of filters."""

    conditions: Conditions

    def criterion(self, types: Types, text: str) -> Criterion:
        """What resources of `types` must meet. Raises RequestRefused."""
        return self._of(types, parse_filter(text, self.conditions.context.limits), 0)

    def _of(self, types: Types, tree: Filter, steps: int) -> Criterion:
        match tree:
            case Logical("and", parts):
                return All(tuple(self._of(types, each, steps) for each in parts))
            case Logical(_, parts):
                return Some(tuple(self._of(types, each, steps) for each in parts))
            case Negation(part):
                return Not(self._of(types, part, steps))
            case Comparison():
                return self._path(types, tree.path, tree, steps)

    def _path(self, types: Types, path: tuple[Name, ...], asked: Comparison, steps: int) -> Criterion:
        if steps > self.conditions.context.limits.steps:
            raise too_much("_filter", f"'_filter' follows more than {self.conditions.context.limits.steps} references")
        first, rest = path[0], path[1:]
        if first.name.startswith("_has:"):
            return self._has(types, first, rest, asked, steps)
        if rest:
            return self._chain(types, first, rest, asked, steps)
        if first.narrowed is not None:
            raise wrong_value("_filter", f"'_filter': brackets behind '{first.name}' need a parameter after them")
        return self._compare(types, first.name, asked)

    def _has(self, types: Types, first: Name, rest: tuple[Name, ...], asked: Comparison, steps: int) -> Criterion:
        parts = first.name.split(":", 3)
        if len(parts) < 4:
            raise not_understood("_filter", f"'{first.name}' is incomplete; expected _has:Type:reference:parameter")
        inner = (Name(parts[3], first.narrowed), *rest)
        self._reference_of((parts[1],), parts[2])
        at = len(self.conditions.questions)
        found = self._path((parts[1],), inner, asked, steps + 1)
        is_known = len(self.conditions.questions) == at
        return self.conditions.canonicals.has(types, parts[1], parts[2], found, is_known=is_known)

    def _chain(self, types: Types, first: Name, rest: tuple[Name, ...], asked: Comparison, steps: int) -> Criterion:
        code, _, wanted = first.name.partition(":")
        definition = self._reference_of(types, code)
        head = "_id" if rest[0].name == "id" else rest[0].name.partition(":")[0]
        targets = [wanted] if wanted else [each for each in definition.targets if self._has_code(each, head)]
        if not targets or not all(map(self.conditions.index.is_type, targets)):
            raise not_understood("_filter", f"'{rest[0].name}' is known for no type that '{first.name}' may lead to")
        at = len(self.conditions.questions)
        inner = {each: self._inner(each, first, rest, asked, steps + 1) for each in targets}
        chain = partial(self.conditions.canonicals.chain, types, code, is_known=len(self.conditions.questions) == at)
        return Some(tuple(chain((target,), each) for target, each in inner.items()))

    def _inner(self, target: str, first: Name, rest: tuple[Name, ...], asked: Comparison, steps: int) -> Criterion:
        inner = self._path((target,), rest, asked, steps)
        return inner if first.narrowed is None else All((self._of((target,), first.narrowed, steps), inner))

    def _has_code(self, resource_type: str, code: str) -> bool:
        return code in ("_id", "_lastUpdated", "_has") or code in self.conditions.index.parameters(resource_type)

    def _reference_of(self, types: Types, code: str) -> SearchDefinition:
        if not all(map(self.conditions.index.is_type, types)):
            raise not_understood("_filter", f"'{types[0]}' is no type of resource")
        definition = self.conditions.definition(types, code)
        if definition.type != "reference":
            raise not_understood("_filter", f"'{code}' is a {definition.type}; expected a reference before the dot")
        return definition

    # one comparison

    def _compare(self, types: Types, name: str, asked: Comparison) -> Criterion:
        if name in ("id", "_id"):
            return self._negatable(asked, ("eq", "ne"), WithId(frozenset((asked.value,))), "_id")
        if name == "_lastUpdated":
            return Updated(self._date(asked, name))
        definition = self.conditions.definition(types, name)
        allowed = OPERATORS_OF[definition.type]
        if asked.operator not in allowed:
            kind = f"'{name}' is a {definition.type}"
            raise wrong_value("_filter", f"'_filter': {kind}; found {asked.operator}, expected {', '.join(allowed)}")
        if asked.operator == "pr":
            return self._present(definition.code, asked)
        if definition.type == "token" and asked.operator in _RELATIONS:
            return self._codes(types, definition.code, asked)
        found = Match(definition.code, (self._test(definition, asked),))
        if asked.operator == "ne" and definition.type not in ("number", "quantity", "date"):
            return All((Not(Missing(definition.code)), Not(found)))
        return found

    def _negatable(self, asked: Comparison, allowed: tuple[str, ...], found: Criterion, name: str) -> Criterion:
        if asked.operator not in allowed:
            raise wrong_value("_filter", f"'_filter': '{name}' allows {', '.join(allowed)}; found {asked.operator}")
        return Not(found) if asked.operator == "ne" else found

    @staticmethod
    def _present(code: str, asked: Comparison) -> Criterion:
        if asked.value not in ("true", "false"):
            raise wrong_value("_filter", f"'_filter': '{code} pr {asked.value}'; expected true or false")
        return Not(Missing(code)) if asked.value == "true" else Missing(code)

    def _codes(self, types: Types, code: str, asked: Comparison) -> Criterion:
        match asked.operator:
            case "ss":  # the value subsumes what is found
                return self.conditions.codes(types, code, "below", asked.value)
            case "sb":
                return self.conditions.codes(types, code, "above", asked.value)
            case "ni":
                return Not(self.conditions.codes(types, code, "in", asked.value))
            case _:
                return self.conditions.codes(types, code, "in", asked.value)

    def _test(self, definition: SearchDefinition, asked: Comparison) -> Test:
        literals = self.conditions.literals
        match definition.type:
            case "string":
                return StringTest(_STRINGS[asked.operator], fold(asked.value))
            case "uri":
                return UriTest(_URIS[asked.operator], asked.value)
            case "date":
                return self._date(asked, definition.code)
            case "number" | "quantity":
                return literals.test(definition, asked.operator + asked.value, "_filter")
            case _:
                return literals.test(definition, asked.value, "_filter")

    def _date(self, asked: Comparison, name: str) -> DateTest:
        allowed = OPERATORS_OF["date"]
        if asked.operator not in allowed or asked.operator == "pr":
            raise wrong_value("_filter", f"'_filter': '{name}' is a date; found {asked.operator}")
        if asked.operator != "po":
            return self.conditions.literals.date(asked.operator + asked.value, "_filter")
        found = self.conditions.literals.date(asked.value, "_filter")
        return DateTest("ap", found.low, found.high)  # overlapping, and nothing widened
