"""A listed code system from a CodeSystem resource (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fhir_kernel.resource import Resource
from terminology.codesystems.absent import AbsentSystem
from terminology.codesystems.listed import ListedSystem, Properties
from terminology.codesystems.system import CodeSystem
from terminology.findings import Concept

_STANDARD = "http://hl7.org/fhir/concept-properties#"
_INACTIVE_STATUSES = frozenset({"deprecated", "retired", "inactive", "withdrawn"})


def read_code_system(resource: Resource) -> CodeSystem:
    """The code system that `resource` describes; one that cannot tell where it holds no concept."""
    concepts: dict[str, Concept] = {}
    properties: dict[str, Properties] = {}
    children: dict[str, dict[str, None]] = {}
    meanings = _meanings(resource)
    for row, parent in walk_concepts(resource.get("concept", ())):
        code = sys.intern(row["code"])
        values = _properties(row, meanings)
        concepts[code] = _concept(row, code, values)
        if values:
            properties[code] = values
        if parent is not None:
            children.setdefault(parent, {})[code] = None
        for child in values.get("child", ()):
            children.setdefault(code, {})[child] = None
        for each in values.get("parent", ()):
            children.setdefault(each, {})[code] = None
    if not concepts:
        return AbsentSystem(resource["url"], resource.get("version"), _why_empty(resource))
    return ListedSystem(
        url=resource["url"],
        version=resource.get("version"),
        concepts=concepts,
        content=resource.get("content", "fragment"),
        case_sensitive=resource.get("caseSensitive", False),
        children={parent: tuple(c for c in found if c in concepts) for parent, found in children.items()},
        properties=properties,
        declared=frozenset(meanings.values()) | {each["code"] for each in resource.get("filter", ()) if "code" in each},
    )


def displays_of(row: Resource) -> dict[str, str | None]:
    """The texts that a concept goes by, the preferred one first, each with its language where that is stated."""
    found: dict[str, str | None] = {}
    if isinstance(display := row.get("display"), str):
        found[display] = None
    for each in row.get("designation", ()):
        if isinstance(text := each.get("value"), str):
            language = each.get("language")
            found.setdefault(text, language if isinstance(language, str) else None)
    return found


def _why_empty(resource: Resource) -> str:
    return "terminology.unknown-system" if resource.get("content") == "not-present" else "terminology.empty-system"


def walk_concepts(concepts: Iterable[Resource]) -> Iterator[tuple[Resource, str | None]]:
    """Every concept with its parent's code, parents first."""
    waiting: list[tuple[Resource, str | None]] = [(each, None) for each in reversed(list(concepts))]
    while waiting:
        row, parent = waiting.pop()
        if not isinstance(row.get("code"), str):
            continue
        yield row, parent
        waiting.extend((child, row["code"]) for child in reversed(row.get("concept", ())))


def _meanings(resource: Resource) -> Mapping[str, str]:
    """By property code, the name it goes by: the standard one where its URI says so, as others may have renamed it."""
    found = {}
    for each in resource.get("property", ()):
        uri = each.get("uri", "")
        found[each.get("code", "")] = uri.removeprefix(_STANDARD) if uri.startswith(_STANDARD) else each.get("code", "")
    return found


def _properties(row: Resource, meanings: Mapping[str, str]) -> Properties:
    found: dict[str, list[str]] = {}
    for each in row.get("property", ()):
        value = next((v for key, v in each.items() if key.startswith("value")), None)
        if value is not None:
            code = each.get("code", "")
            found.setdefault(meanings.get(code, code), []).append(_text(value))
    return {name: tuple(values) for name, values in found.items()}


def _text(value: Any) -> str:
    """As a filter names it: a Coding is `system#code`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value.get('system', '')}#{value.get('code', '')}" if isinstance(value, dict) else str(value)


def _concept(row: Resource, code: str, values: Properties) -> Concept:
    displays = displays_of(row)
    abstract = "true" in values.get("notSelectable", ()) or "true" in values.get("abstract", ())
    inactive = "true" in values.get("inactive", ()) or not _INACTIVE_STATUSES.isdisjoint(values.get("status", ()))
    languages = tuple(displays.values())
    return Concept(code, tuple(displays), languages if any(languages) else (), abstract, inactive)
