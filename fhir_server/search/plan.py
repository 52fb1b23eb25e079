"""How the resources of one type are searched through for values: walks by the property that they begin at."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from fhir_kernel.errors import FhirPathError, FhirPathEvaluationError, FhirPathTypeError
from fhir_kernel.fhirpath.ast import Expr
from fhir_kernel.fhirpath.engine import Engine, Expression
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.navigation import root_node
from fhir_kernel.fhirpath.parser import parse
from fhir_kernel.fhirpath.temporal import Date, DateTime
from fhir_kernel.fhirpath.values import Item, Node
from fhir_kernel.resource import Resource
from fhir_kernel.store.values import CompositeValue, Value
from fhir_server.search.definitions import SearchDefinition
from fhir_server.search.elements.references import type_of_reference
from fhir_server.search.extractors import TEXTS, Extract, Extractors
from fhir_server.search.paths import NoPath, Path, PathReader, Walk, walk

_SYSTEM: Mapping[type, str] = MappingProxyType({int: "integer", Decimal: "decimal", Date: "date", DateTime: "dateTime"})
"""The FHIR types that stand for System values."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Whole:
    """A walk from the resource itself, worth while where one of `needs` is there; empty: always."""

    needs: frozenset[str]
    run: Walk


@dataclass(slots=True)
class Plan:
    """Everything that resources of one type are found by."""

    by_key: dict[str, list[tuple[str, Walk]]] = field(default_factory=dict)
    """By the first property: the code of a parameter and where to go from the value of the property."""
    whole: list[tuple[str, Whole]] = field(default_factory=list)

    def values(self, resource: Resource) -> dict[str, list[Value]]:
        """The values of a resource by code, each once."""
        found: dict[str, list[Value]] = {}
        for key, element in resource.items():
            for code, run in self.by_key.get(key, ()):
                self._add(found, code, run, element)
        for code, each in self.whole:
            if not each.needs or not each.needs.isdisjoint(resource):
                self._add(found, code, each.run, resource)
        for code, values in found.items():
            if len(values) > 1:
                found[code] = list(dict.fromkeys(values))
        return found

    def values_of(self, resource: Resource, wanted: str) -> list[Value]:
        """The values of one parameter."""
        found: list[Value] = []
        for key, element in resource.items():
            for code, run in self.by_key.get(key, ()):
                if code == wanted:
                    run(element, found)
        for code, each in self.whole:
            if code == wanted:
                each.run(resource, found)
        return list(dict.fromkeys(found))

    @staticmethod
    def _add(found: dict[str, list[Value]], code: str, run: Walk, element: Any) -> None:
        values = found.get(code)
        if values is not None:
            run(element, values)
            return
        values = []
        run(element, values)
        if values:
            found[code] = values


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes plans."""

    paths: PathReader
    extractors: Extractors
    engine: Engine

    def plan(self, resource_type: str, definitions: Mapping[str, SearchDefinition]) -> Plan:
        """The plan of a type with these parameters. Raises FhirPathError where an expression is none."""
        plan = Plan()
        for code, definition in definitions.items():
            try:
                self._add_paths(plan, resource_type, definition)
            except NoPath:
                plan.whole.append((code, Whole(frozenset(), self._evaluated(definition))))
        return plan

    def check(self, definition: SearchDefinition) -> None:
        """Raises FhirPathError where an expression cannot be used."""
        for text in (definition.expression, *(each.expression for each in definition.components)):
            try:
                self.paths.paths(parse(text), "Resource")
            except NoPath:
                self.engine.compile(text)

    def reaches(self, resource_type: str, definition: SearchDefinition) -> bool:
        """Whether an expression that can be used may lead to values in resources of a type."""
        try:
            paths = self.paths.paths(parse(definition.expression), resource_type)
            return any(self._extract(definition, each)[0] is not None for each in paths)
        except NoPath:
            return self._fits(resource_type, definition.expression)

    def names_canonicals(self, resource_type: str, definition: SearchDefinition) -> bool:
        """Whether a reference that can be used may be a canonical in resources of a type, or another URI.

        https://hl7.org/fhir/R4/references.html#canonical
        """
        if definition.type != "reference":
            return False
        try:
            return any(each.type in TEXTS for each in self.paths.paths(parse(definition.expression), resource_type))
        except NoPath:
            return True

    def _fits(self, resource_type: str, text: str) -> bool:
        try:
            self.engine.compile(text, resource_type, strict=True)
        except FhirPathTypeError:
            return False
        return True

    def _add_paths(self, plan: Plan, resource_type: str, definition: SearchDefinition) -> None:
        made: list[tuple[Path, Extract, frozenset[str]]] = []
        for path in self.paths.paths(parse(definition.expression), resource_type):
            extract, needs = self._extract(definition, path)
            if extract is not None:
                made.append((path, extract, needs))
        for path, extract, needs in made:
            first = path.steps[0] if path.steps else None
            if isinstance(first, str):
                plan.by_key.setdefault(first, []).append((definition.code, walk(path.steps[1:], extract)))
            else:
                plan.whole.append((definition.code, Whole(needs, walk(path.steps, extract))))

    def _extract(self, definition: SearchDefinition, path: Path) -> tuple[Extract | None, frozenset[str]]:
        if not definition.components:
            return self.extractors.choose(definition.type, path.type, path.place), frozenset()
        parts = [self._part(each.definition, parse(each.expression), path.type) for each in definition.components]
        made = _composite([walks for walks, _ in parts]) if all(walks for walks, _ in parts) else None
        return made, parts[-1][1]

    def _part(self, definition: SearchDefinition, tree: Expr, start: str) -> tuple[list[Walk], frozenset[str]]:
        """The walks of one component, and the properties that one of them begins at."""
        walks: list[Walk] = []
        keys: set[str] = set()
        for path in self.paths.paths(tree, start):
            extract = self.extractors.choose(definition.type, path.type, path.place)
            if extract is not None:
                walks.append(walk(path.steps, extract))
                keys.update(each for each in path.steps[:1] if isinstance(each, str))
        return walks, frozenset(keys)

    # what is no path

    def _evaluated(self, definition: SearchDefinition) -> Walk:
        expression = self.engine.compile(definition.expression)
        parts = [(each.definition, self.engine.compile(each.expression)) for each in definition.components]

        def run(resource: Any, out: list[Value]) -> None:
            env = Environment(resource=root_node(resource), resolve=self._resolve)
            try:
                for item in expression.evaluate(resource, env):
                    if parts:
                        self._add_composite(parts, item, env, out)
                    else:
                        self._add_item(definition, item, out)
            except FhirPathEvaluationError as error:  # what was found so far counts; the resource is not to blame
                _LOG.warning("search parameter %s: %s", definition.url, error)

        return run

    def _add_composite(
        self, parts: Sequence[tuple[SearchDefinition, Expression]], item: Item, env: Environment, out: list[Value]
    ) -> None:
        found: list[tuple[Value, ...]] = []
        for definition, expression in parts:
            values: list[Value] = []
            for each in expression.evaluate(item, env):
                self._add_item(definition, each, values)
            if not values:
                return
            found.append(tuple(dict.fromkeys(values)))
        out.append(CompositeValue(tuple(found)))

    def _add_item(self, definition: SearchDefinition, item: Item, out: list[Value]) -> None:
        if isinstance(item, Node):
            name, value = item.type, item.value
        else:
            name, value = ("boolean", item) if isinstance(item, bool) else (_SYSTEM.get(type(item), "string"), item)
        extract = self.extractors.choose(definition.type, name, "")
        if extract is not None:
            extract(value if isinstance(value, bool | int | dict) or name == "decimal" else str(value), out)

    def _resolve(self, reference: str, _origin: Node) -> Resource | None:
        """No more than its type, which is all that parameters ask for."""
        named = type_of_reference({"reference": reference}, self.extractors.read)
        return {"resourceType": named} if named else None


def usable(planner: Planner, definition: SearchDefinition) -> FhirPathError | None:
    """Why a definition cannot be used; None where it can."""
    try:
        planner.check(definition)
    except FhirPathError as error:
        return error
    return None


def _composite(parts: Sequence[Sequence[Walk]]) -> Extract:
    """The last part is tried first: it tells most often that there is nothing."""
    order = tuple(reversed(range(len(parts))))

    def extract(element: Any, out: list[Value]) -> None:
        found: list[tuple[Value, ...]] = [()] * len(parts)
        for index in order:
            values: list[Value] = []
            for run in parts[index]:
                run(element, values)
            if not values:
                return
            found[index] = tuple(values)
        out.append(CompositeValue(tuple(found)))

    return extract
