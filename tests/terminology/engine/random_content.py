"""Code systems with several parents and versions, and value sets that select from them, made at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.terminology.engine.world import code_system, value_set

Row = dict[str, Any]
HOME = "http://example.org"
CODES = tuple("abcdefgh")
VERSIONS = ("1.0.0", "1.2.0", "2.0.0")
_OPERATORS = ("is-a", "descendent-of", "is-not-a", "generalizes", "=", "in", "not-in", "regex", "exists")
_EXTENDED = ("child-of", "descendent-leaf")
_OPERATOR = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.compose.include.filter.op"


@st.composite
def code_systems(draw: DrawFn) -> list[Row]:
    """One code system without versions, one in one or several."""
    plain = draw(_code_system(f"{HOME}/plain", None))
    versions = draw(st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=2, unique=True))
    return [plain, *(draw(_code_system(f"{HOME}/versioned", each)) for each in versions)]


@st.composite
def value_sets(draw: DrawFn, systems: list[Row]) -> list[Row]:
    """Value sets of which each may name those before it; the last is the one to ask about."""
    made: list[Row] = []
    for index in range(draw(st.integers(1, 3))):
        nested = [each["url"] for each in made]
        rows = draw(st.lists(_part(systems, nested), min_size=1, max_size=3))
        more: Row = {"exclude": draw(st.lists(_part(systems, nested), min_size=1, max_size=2))}
        more = more if draw(st.booleans()) else {}
        if draw(st.booleans()):
            more["inactive"] = draw(st.booleans())
        made.append(value_set(f"{HOME}/vs/{index}", *rows, **more))
    return made


@st.composite
def _code_system(draw: DrawFn, url: str, version: str | None) -> Row:
    chosen = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=8, unique=True))
    rows = []
    for index, code in enumerate(chosen):
        parents = draw(st.lists(st.sampled_from(chosen[:index]), max_size=2, unique=True)) if index else []
        properties = [{"code": "parent", "valueCode": each} for each in parents]
        properties += draw(st.sampled_from([[], [_flag("inactive")], [_flag("notSelectable")], [_colour("red")]]))
        rows.append({"code": code, "display": f"The {code}", **({"property": properties} if properties else {})})
    declared = [{"code": "inactive", "type": "boolean"}, {"code": "colour", "type": "code"}]
    return code_system(url, *rows, property=declared, **({"version": version} if version else {}))


@st.composite
def _part(draw: DrawFn, systems: list[Row], nested: list[str]) -> Row:
    row: Row = {}
    if nested and draw(st.booleans()):
        row["valueSet"] = draw(st.lists(st.sampled_from(nested), min_size=1, max_size=2, unique=True))
        if draw(st.booleans()):
            return row
    system = draw(st.sampled_from(systems))
    row["system"] = system["url"]
    if "version" in system and draw(st.booleans()):
        row["version"] = system["version"]
    kind = draw(st.sampled_from(["all", "concept", "filter"]))
    if kind == "concept":
        row["concept"] = [{"code": each} for each in draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=4))]
    if kind == "filter":
        row["filter"] = draw(st.lists(_filters(), min_size=1, max_size=2))
    return row


def _filters() -> SearchStrategy[Row]:
    by_code = st.builds(_filter, st.just("concept"), st.sampled_from(_OPERATORS), st.sampled_from(CODES))
    extended = st.builds(_extended, st.sampled_from(_EXTENDED), st.sampled_from(CODES))
    by_value = st.builds(_filter, st.just("colour"), st.sampled_from(["=", "in", "not-in", "regex"]), st.just("red"))
    flags = st.builds(_filter, st.just("inactive"), st.just("="), st.sampled_from(["true", "false"]))
    return by_code | extended | by_value | flags


def _filter(name: str, op: str, value: str) -> Row:
    return {"property": name, "op": op, "value": "true" if op == "exists" else value}


def _extended(op: str, value: str) -> Row:
    extension = {"url": _OPERATOR, "valueCode": op}
    return {"property": "concept", "_op": {"extension": [extension]}, "value": value}


def _flag(code: str) -> Row:
    return {"code": code, "valueBoolean": True}


def _colour(value: str) -> Row:
    return {"code": "colour", "valueCode": value}
