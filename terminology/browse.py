"""Search over code systems, value sets, maps and naming systems (https://hl7.org/fhir/R4/search.html).

Of every resource one row is kept with what can be searched for; the resources themselves stay where they are.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fhir_kernel.resource import Resource

_SP = "http://hl7.org/fhir/SearchParameter/"
ParameterType = Literal["string", "token", "uri"]


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """What can be searched for. `values` gives the texts of a resource; of a token `system|code`."""

    name: str
    type: ParameterType
    definition: str
    values: Callable[[Resource], Iterable[str]]


MODIFIERS: Mapping[ParameterType, tuple[str, ...]] = {
    "string": ("exact", "contains", "missing"),
    "token": ("not", "missing"),
    "uri": ("missing",),
}


def _element(name: str) -> Callable[[Resource], Iterable[str]]:
    return lambda resource: [str(resource[name])] if name in resource else ()


def _tokens(resource: Resource) -> Iterator[str]:
    found: Any = resource.get("identifier", ())
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, dict):
            yield f"{each.get('system', '')}|{each.get('value', '')}"


def _of_unique_ids(name: str) -> Callable[[Resource], Iterable[str]]:
    return lambda resource: [str(each[name]) for each in resource.get("uniqueId", ()) if name in each]


_ID = SearchParameter("_id", "token", _SP + "Resource-id", _element("id"))
_NAMED = (
    SearchParameter("name", "string", _SP + "conformance-name", _element("name")),
    SearchParameter("status", "token", _SP + "conformance-status", _element("status")),
    SearchParameter("publisher", "string", _SP + "conformance-publisher", _element("publisher")),
    SearchParameter("description", "string", _SP + "conformance-description", _element("description")),
)
_CANONICAL = (
    SearchParameter("url", "uri", _SP + "conformance-url", _element("url")),
    SearchParameter("version", "token", _SP + "conformance-version", _element("version")),
    SearchParameter("title", "string", _SP + "conformance-title", _element("title")),
    SearchParameter("identifier", "token", _SP + "conformance-identifier", _tokens),
)
SEARCH_PARAMETERS: Mapping[str, tuple[SearchParameter, ...]] = {
    "CodeSystem": (
        _ID,
        *_CANONICAL,
        *_NAMED,
        SearchParameter("system", "uri", _SP + "CodeSystem-system", _element("url")),
        SearchParameter("content-mode", "token", _SP + "CodeSystem-content-mode", _element("content")),
    ),
    "ValueSet": (_ID, *_CANONICAL, *_NAMED),
    "ConceptMap": (_ID, *_CANONICAL, *_NAMED),
    "NamingSystem": (
        _ID,
        *_NAMED,
        SearchParameter("kind", "token", _SP + "NamingSystem-kind", _element("kind")),
        SearchParameter("value", "string", _SP + "NamingSystem-value", _of_unique_ids("value")),
        SearchParameter("id-type", "token", _SP + "NamingSystem-id-type", _of_unique_ids("type")),
    ),
}
"""By resource type; a test holds them to the definitions of FHIR."""


@dataclass(frozen=True, slots=True)
class Row:
    """What can be searched for in one resource, by the name of the parameter."""

    values: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str | None:
        """The first value there is."""
        found = self.values.get(name, ())
        return found[0] if found else None

    @property
    def canonical(self) -> str | None:
        """`url|version`."""
        url, version = self.first("url"), self.first("version")
        return f"{url}|{version}" if url and version else url


class Shelf:
    """The rows of one resource type, in the order of their source."""

    def __init__(self, resource_type: str, resources: Iterable[Resource]) -> None:
        parameters = SEARCH_PARAMETERS[resource_type]
        self.rows: Sequence[Row] = tuple(Row(_values(each, parameters)) for each in resources)
        self._by_url: dict[str, list[Row]] = {}
        self._by_id: dict[str, Row] = {}
        for row in self.rows:
            if (resource_id := row.first("_id")) is not None:
                self._by_id.setdefault(resource_id, row)
            for url in row.values.get("url", ()):
                self._by_url.setdefault(url, []).append(row)

    def with_id(self, resource_id: str) -> Row | None:
        """The first row with an id."""
        return self._by_id.get(resource_id)

    def search(self, criteria: Sequence[Criterion], sort: Sequence[tuple[str, bool]] = ()) -> Sequence[Row]:
        """The rows that meet all criteria. `sort` names parameters, each with whether the greatest comes first."""
        rest = list(criteria)
        found: Sequence[Row] = self.rows
        for each in criteria:
            if each.name == "url" and each.modifier is None:
                found = [row for url in dict.fromkeys(each.values) for row in self._by_url.get(url, ())]
                rest.remove(each)
                break
        matching = [row for row in found if all(each.accepts(row) for each in rest)]
        for name, descending in reversed(sort):
            matching.sort(key=lambda row: fold(row.first(name) or ""), reverse=descending)
        return matching


@dataclass(frozen=True, slots=True)
class Criterion:
    """One parameter of a search; any of `values` is enough."""

    name: str
    type: ParameterType
    modifier: str | None
    values: tuple[str, ...]

    def accepts(self, row: Row) -> bool:
        """Whether the row meets it."""
        found = row.values.get(self.name, ())
        if self.modifier == "missing":
            return (self.values[0] == "true") != bool(found)
        matches = _MATCHES[self.type, None if self.modifier == "not" else self.modifier]
        return any(matches(each, value) for each in found for value in self.values) != (self.modifier == "not")


@dataclass(frozen=True, slots=True)
class NotSearchable:
    """A part of a search that is not understood, and why."""

    name: str
    text: str


def criterion(resource_type: str, name: str, value: str) -> Criterion | NotSearchable:
    """What `name=value` of a search asks, the name with its modifier and the value with its commas."""
    base, _, modifier = name.partition(":")
    known = {each.name: each for each in SEARCH_PARAMETERS[resource_type]}
    if base not in known:
        near = difflib.get_close_matches(base, known, n=3, cutoff=0.5)
        hint = f"; perhaps {' or '.join(near)}" if near else ""
        there = ", ".join(sorted(known))
        text = f"{resource_type} cannot be searched by '{base}'{hint}; possible: {there}"
        return NotSearchable(name, text)
    kind = known[base].type
    if modifier and modifier not in MODIFIERS[kind]:
        there = ", ".join(f":{each}" for each in MODIFIERS[kind])
        return NotSearchable(name, f"The modifier ':{modifier}' is not possible for '{base}'; possible: {there}")
    values = tuple(_split(value))
    if modifier == "missing" and values not in (("true",), ("false",)):
        return NotSearchable(name, f"'{name}' is '{value}'; expected true or false")
    return Criterion(base, kind, modifier or None, values)


def fold(text: str) -> str:
    """The text without what a search for text passes over: case and the amount of white space."""
    return " ".join(text.split()).casefold()


def _values(resource: Resource, parameters: Sequence[SearchParameter]) -> Mapping[str, tuple[str, ...]]:
    found = ((each.name, tuple(each.values(resource))) for each in parameters)
    return {name: values for name, values in found if values}


def _split(value: str) -> Iterator[str]:
    """The alternatives between commas; a backslash takes its meaning from the character behind it."""
    part, escaped = "", False
    for character in value:
        if escaped or character not in ",\\":
            part, escaped = part + character, False
        elif character == "\\":
            escaped = True
        else:
            yield part
            part = ""
    yield part


def _is_token(found: str, asked: str) -> bool:
    """Codes of FHIR itself have no system here, so that of the question is not compared with one."""
    system, bar, code = asked.rpartition("|")
    found_system, _, found_code = found.rpartition("|")
    if not bar or not found_system:
        return found_code == code
    return found_system == system and code in ("", found_code)


def _begins(found: str, asked: str) -> bool:
    return fold(found).startswith(fold(asked))


def _contains(found: str, asked: str) -> bool:
    return fold(asked) in fold(found)


def _is(found: str, asked: str) -> bool:
    return found == asked


_MATCHES: Mapping[tuple[ParameterType, str | None], Callable[[str, str], bool]] = {
    ("string", None): _begins,
    ("string", "exact"): _is,
    ("string", "contains"): _contains,
    ("token", None): _is_token,
    ("uri", None): _is,
}
