"""The concepts of a CodeSystem resource in memory (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final, final

from fhir_kernel.resource import Resource
from terminology.tables.concept_status import status_rules
from terminology.tables.edges import Edges
from terminology.tables.hierarchy import Hierarchy
from terminology.tables.hierarchy_build import BuiltHierarchy, build_hierarchy
from terminology.tables.properties import elements, properties_of
from terminology.tables.runs import Runs
from terminology.tables.text import fold, texts_of, words_of

_NO_VALUES: Final[Mapping[str, Runs]] = MappingProxyType({})


@final
class MemoryTable:
    """A Table over a resource; nothing is looked at before it is asked for, and then once."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    @classmethod
    def of(cls, resource: Resource) -> MemoryTable:
        """The concepts of a CodeSystem; those without a code are left out, of a repeated code the first stands."""
        return cls(resource)

    @cached_property
    def header(self) -> Resource:
        return {name: value for name, value in self._resource.items() if name != "concept"}

    @property
    def hierarchy(self) -> Hierarchy:
        return self._built.hierarchy

    def __len__(self) -> int:
        return len(self._rows)

    def position(self, code: str) -> int | None:
        return self._positions.get(code)

    def position_ignoring_case(self, code: str) -> int | None:
        return self._folded_positions.get(code.casefold())

    def code(self, position: int) -> str:
        return str(self._concepts[position]["code"])

    def display(self, position: int) -> str | None:
        display = self._concepts[position].get("display")
        return display if isinstance(display, str) else None

    def concept(self, position: int) -> Resource:
        concept = self._concepts[position]
        return (
            {name: value for name, value in concept.items() if name != "concept"} if "concept" in concept else concept
        )

    @property
    def inactive(self) -> Runs:
        return self._statuses[0]

    @property
    def abstract(self) -> Runs:
        return self._statuses[1]

    def property_values(self, name: str) -> Mapping[str, Runs]:
        return self._properties.get(name, _NO_VALUES)

    def search(self, text: str) -> Runs:
        words = words_of(text)
        if not words:
            return Runs.between(0, len(self))
        return Runs.of_sorted(
            [
                position
                for position, texts in enumerate(self._texts)
                if any(all(word in each for word in words) for each in texts)
            ]
        )

    @property
    def dropped(self) -> Sequence[tuple[str, str]]:
        """Codes, each with the parent it cannot have because that is below it: (code, parent)."""
        codes = list(self._rows)
        return [(codes[row], codes[parent]) for row, parent in self._built.dropped]

    @cached_property
    def _rows(self) -> Mapping[str, tuple[Resource, str | None]]:
        """By code, in the order of the source, the concept and the one it is nested in."""
        rows: dict[str, tuple[Resource, str | None]] = {}
        for concept, parent in nested_concepts(self._resource):
            rows.setdefault(concept["code"], (concept, parent))
        return rows

    @cached_property
    def _built(self) -> BuiltHierarchy:
        numbers = {code: row for row, code in enumerate(self._rows)}
        parents = Edges.declared_by(self._resource).parents(self._rows)
        return build_hierarchy([[numbers[each] for each in above if each in numbers] for above in parents])

    @cached_property
    def _concepts(self) -> Sequence[Resource]:
        in_source = [concept for concept, _ in self._rows.values()]
        return [in_source[row] for row in self._built.order]

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {each["code"]: position for position, each in enumerate(self._concepts)}

    @cached_property
    def _folded_positions(self) -> Mapping[str, int]:
        return {code.casefold(): position for code, position in reversed(list(self._positions.items()))}

    @cached_property
    def _statuses(self) -> tuple[Runs, Runs]:
        rules = status_rules(self._resource)
        statuses = [rules.of(each) for each in self._concepts]
        inactive = [position for position, (each, _) in enumerate(statuses) if each]
        return Runs.of_sorted(inactive), Runs.of_sorted([at for at, (_, each) in enumerate(statuses) if each])

    @cached_property
    def _properties(self) -> Mapping[str, Mapping[str, Runs]]:
        found: dict[str, dict[str, dict[int, None]]] = {}
        for position, concept in enumerate(self._concepts):
            for code, value in properties_of(concept):
                found.setdefault(code, {}).setdefault(value, {})[position] = None
        return {
            code: {value: Runs.of_sorted(list(values[value])) for value in sorted(values)}
            for code, values in found.items()
        }

    @cached_property
    def _texts(self) -> Sequence[Sequence[str]]:
        return [[fold(each) for each in texts_of(concept)] for concept in self._concepts]


def nested_concepts(resource: Resource) -> Iterator[tuple[Resource, str | None]]:
    """Every concept that has a code with the code of the one it is nested in, parents first."""
    waiting: list[tuple[Resource, str | None]] = [(each, None) for each in elements(resource, "concept")]
    waiting.reverse()
    while waiting:
        concept, parent = waiting.pop()
        if isinstance(code := concept.get("code"), str):
            yield concept, parent
            waiting.extend(reversed([(each, code) for each in elements(concept, "concept")]))
