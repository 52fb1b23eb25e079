"""Filters of a value set over listed concepts (https://hl7.org/fhir/R4/valueset-filter-operator.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from terminology.codesystems.patterns import compile_pattern
from terminology.codesystems.system import Filter
from terminology.findings import Concept
from terminology.limits import Limits

_CODE_PROPERTIES = ("concept", "code")
_BUILT_IN = frozenset({"concept", "code", "display", "parent", "child", "inactive", "notSelectable", "status"})


class Hierarchy(Protocol):
    """What the filters need of a listed code system."""

    @property
    def concepts(self) -> Mapping[str, Concept]: ...
    @property
    def children(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def parents(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def properties(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]: ...
    @property
    def declared(self) -> frozenset[str]: ...


def select(system: Hierarchy, where: Filter) -> frozenset[str] | None:
    """The codes that the filter selects; None where the operator or the property is not known."""
    if where.property not in _BUILT_IN and where.property not in system.declared:
        return None
    if where.property in _CODE_PROPERTIES and where.op in _BY_HIERARCHY:
        if where.value not in system.concepts:
            return None
        return frozenset(_BY_HIERARCHY[where.op](system, where.value))
    test = _BY_VALUE[where.op](where.value) if where.op in _BY_VALUE else None
    if test is None:
        return None
    return frozenset(code for code in system.concepts if test(_values(system, code, where.property)))


def descendants(edges: Mapping[str, tuple[str, ...]], start: str) -> set[str]:
    """Everything that is reached from `start` along `edges`, without `start` unless a cycle comes back to it."""
    reached: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        code = waiting.pop()
        if code not in reached:
            reached.add(code)
            waiting.extend(edges.get(code, ()))
    return reached


def _is_a(system: Hierarchy, code: str) -> set[str]:
    return descendants(system.children, code) | {code}


def _leaves(system: Hierarchy, code: str) -> set[str]:
    return {each for each in descendants(system.children, code) if not system.children.get(each)}


_BY_HIERARCHY: Mapping[str, Callable[[Hierarchy, str], Iterable[str]]] = MappingProxyType(
    {
        "is-a": _is_a,
        "descendent-of": lambda system, code: descendants(system.children, code),
        "is-not-a": lambda system, code: set(system.concepts) - _is_a(system, code),
        "generalizes": lambda system, code: descendants(system.parents, code) | {code},
        "child-of": lambda system, code: system.children.get(code, ()),
        "descendent-leaf": _leaves,
    }
)

_Test = Callable[[tuple[str, ...]], bool]


def _equals(value: str) -> _Test:
    wanted = _unversioned(value)
    return lambda found: wanted in found


def _in(value: str) -> _Test:
    wanted = {_unversioned(part.strip()) for part in value.split(",")}
    return lambda found: not wanted.isdisjoint(found)


def _unversioned(value: str) -> str:
    """`system|version#code` as `system#code`; properties are kept without versions."""
    system, separator, code = value.partition("#")
    return system.partition("|")[0] + separator + code if separator else value


def _not_in(value: str) -> _Test:
    within = _in(value)
    return lambda found: not within(found)


def _exists(value: str) -> _Test:
    return lambda found: bool(found) == (value == "true")


def _regex(value: str) -> _Test | None:
    pattern = compile_pattern(value, Limits().regex_length)
    if pattern is None:
        return None
    return lambda found: any(pattern.fullmatch(each) for each in found)


_BY_VALUE: Mapping[str, Callable[[str], _Test | None]] = MappingProxyType(
    {"=": _equals, "in": _in, "not-in": _not_in, "exists": _exists, "regex": _regex}
)


def _values(system: Hierarchy, code: str, name: str) -> tuple[str, ...]:
    concept = system.concepts[code]
    if name in _CODE_PROPERTIES:
        return (code,)
    if name == "display":
        return concept.displays[:1]
    if name in ("parent", "child"):
        return (system.parents if name == "parent" else system.children).get(code, ())
    found = system.properties.get(code, {}).get(name, ())
    if not found and name in ("inactive", "notSelectable"):
        return ("true" if (concept.inactive if name == "inactive" else concept.abstract) else "false",)
    return found
