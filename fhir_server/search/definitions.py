"""What resources can be searched by: the SearchParameters of a catalog, by type of resource.

https://hl7.org/fhir/R4/searchparameter.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from fhir_kernel.resource import Resource

ParameterType = Literal["number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"]
TYPES = frozenset(get_args(ParameterType))
COMMON_BASES = ("Resource", "DomainResource")
_ELSEWHERE = frozenset({"_id", "_lastUpdated", "_query", "_filter", "_text", "_content", "_list", "_has", "_type"})
"""What is not found by an expression."""


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a composite parameter. `expression` starts at what the whole one selects."""

    definition: SearchDefinition
    expression: str


@dataclass(frozen=True, slots=True)
class SearchDefinition:
    """One SearchParameter, as far as searches need it."""

    code: str
    type: ParameterType
    url: str
    expression: str = ""
    targets: tuple[str, ...] = ()
    """Of a reference, the types that it may lead to."""
    components: tuple[Component, ...] = ()
    description: str = ""


def definitions_by_base(parameters: Iterable[Resource]) -> Mapping[str, Mapping[str, SearchDefinition]]:
    """By base type and code. Of two for one code the later counts, unless it alone is experimental.

    What has no base type, no expression or an unknown type is passed over: nothing is found by it.
    """
    rows = [each for each in parameters if each.get("type") in TYPES and each.get("expression")]
    by_url = {str(each["url"]): _plain(each) for each in rows if each["type"] != "composite"}
    found: dict[str, dict[str, SearchDefinition]] = {}
    for row in sorted(rows, key=lambda each: not each.get("experimental", False)):
        if row.get("code") in _ELSEWHERE:
            continue
        definition = define(row, by_url)
        if definition is not None:
            for base in row.get("base", ()):
                found.setdefault(base, {})[definition.code] = definition
    return found


def define(row: Resource, by_url: Mapping[str, SearchDefinition]) -> SearchDefinition | None:
    """What a SearchParameter defines; None where a part of a composite is not among those of `by_url`."""
    return _composite(row, by_url) if row["type"] == "composite" else _plain(row)


def bases_of(resource_type: str, *, has_narrative: bool) -> Iterator[str]:
    """The base types whose parameters a type of resource has, the most general first."""
    yield from COMMON_BASES if has_narrative else COMMON_BASES[:1]
    yield resource_type


def _plain(row: Resource) -> SearchDefinition:
    return SearchDefinition(
        code=row["code"],
        type=row["type"],
        url=row["url"],
        expression=row["expression"],
        targets=tuple(row.get("target", ())),
        description=row.get("description", ""),
    )


def _composite(row: Resource, by_url: Mapping[str, SearchDefinition]) -> SearchDefinition | None:
    """None where a part is not known."""
    parts = [(by_url.get(str(each["definition"]).partition("|")[0]), each) for each in row.get("component", ())]
    components = tuple(Component(part, each["expression"]) for part, each in parts if part is not None)
    if not components or len(components) != len(parts):
        return None
    return SearchDefinition(
        code=row["code"],
        type="composite",
        url=row["url"],
        expression=row["expression"],
        components=components,
        description=row.get("description", ""),
    )
