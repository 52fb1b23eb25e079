"""What a filter of a value set selects (https://hl7.org/fhir/R4/valueset-filter-operator.html).

`child-of` and `descendent-leaf` are operators of R5, which R4 writes as an extension on the operator.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import regex

from fhir_kernel.resource import Resource
from terminology.engine.messages import failure
from terminology.limits import Limits
from terminology.tables.hierarchy import Hierarchy
from terminology.tables.runs import EMPTY, Runs
from terminology.tables.table import Table

OPERATOR = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.compose.include.filter.op"
_Key = TypeVar("_Key")

_CODES = frozenset({"concept", "code"})
_STANDARD = "http://hl7.org/fhir/concept-properties#"
_KNOWN = frozenset({"notSelectable", "status", "inactive", "deprecated", "display", "definition"})


_RECURSION = regex.compile(r"\(\?(?:R|&|P>|[+-]?\d+\))")
"""Calls of a pattern from within, which no dialect of FHIR's has and which can use up all memory."""

_RELATIVES: Mapping[str, Callable[[Hierarchy, int], Iterable[int]]] = {
    "parent": lambda hierarchy, position: hierarchy.children(position),
    "child": lambda hierarchy, position: hierarchy.parents(position),
}
"""By property, the concepts that have the one at a position as their parent, or child."""


def operator_of(filter_: Resource) -> str:
    """The operator, also where R4 has to write it as an extension."""
    for each in filter_.get("_op", {}).get("extension", ()):
        if each.get("url") == OPERATOR:
            return str(each.get("valueCode", ""))
    return str(filter_.get("op", ""))


def select(table: Table, name: str, op: str, value: str, limits: Limits) -> Runs | None:
    """The concepts that the filter selects; None where the code system does not know such a filter.

    Raises OperationFailed for a regular expression that is wrong or takes too long.
    """
    if name in _CODES:
        by_code = _BY_CODE.get(op)
        return by_code(table, value, limits) if by_code else None
    if name in _RELATIVES and op == "=":
        position = table.position(value)
        return EMPTY if position is None else Runs.of(sorted(_RELATIVES[name](table.hierarchy, position)))
    values = _values(table, name)
    if values is None or op not in _BY_VALUE:
        return None
    return _BY_VALUE[op](table, values, value, limits)


def _everything(table: Table) -> Runs:
    return Runs.between(0, len(table))


def _is_a(table: Table, code: str, _limits: Limits) -> Runs:
    position = table.position(code)
    return EMPTY if position is None else Runs.between(position, position + 1) | table.hierarchy.descendants(position)


def _descendent_of(table: Table, code: str, _limits: Limits) -> Runs:
    position = table.position(code)
    return EMPTY if position is None else table.hierarchy.descendants(position)


def _is_not_a(table: Table, code: str, limits: Limits) -> Runs:
    return _everything(table) - _is_a(table, code, limits)


def _generalizes(table: Table, code: str, _limits: Limits) -> Runs:
    position = table.position(code)
    return EMPTY if position is None else Runs.between(position, position + 1) | table.hierarchy.ancestors(position)


def _child_of(table: Table, code: str, _limits: Limits) -> Runs:
    position = table.position(code)
    return EMPTY if position is None else Runs.of(table.hierarchy.children(position))


def _descendent_leaf(table: Table, code: str, limits: Limits) -> Runs:
    return Runs.of(each for each in _descendent_of(table, code, limits) if table.hierarchy.is_leaf(each))


def _of_code(table: Table, code: str, _limits: Limits) -> Runs:
    position = table.position(code)
    return EMPTY if position is None else Runs.between(position, position + 1)


def _in_codes(table: Table, value: str, _limits: Limits) -> Runs:
    found = (table.position(code) for code in _split(value))
    return Runs.of(sorted(each for each in found if each is not None))


def _not_in_codes(table: Table, value: str, limits: Limits) -> Runs:
    return _everything(table) - _in_codes(table, value, limits)


def _code_exists(table: Table, value: str, _limits: Limits) -> Runs:
    return _everything(table) if value == "true" else EMPTY


def _code_matches(table: Table, pattern: str, limits: Limits) -> Runs:
    codes = ((position, table.code(position)) for position in range(len(table)))
    return Runs.of(_matching(codes, pattern, table, limits))


_BY_CODE: Mapping[str, Callable[[Table, str, Limits], Runs]] = {
    "is-a": _is_a,
    "descendent-of": _descendent_of,
    "is-not-a": _is_not_a,
    "generalizes": _generalizes,
    "child-of": _child_of,
    "descendent-leaf": _descendent_leaf,
    "=": _of_code,
    "in": _in_codes,
    "not-in": _not_in_codes,
    "exists": _code_exists,
    "regex": _code_matches,
}


def _values(table: Table, name: str) -> Mapping[str, Runs] | None:
    """By value, the concepts that have it for a property; None where there is no such property."""
    if name in _RELATIVES:
        return _derived(table, name)
    declared = {each.get("code"): each.get("uri", "") for each in table.header.get("property", ())}
    code = name
    if name not in declared:
        code = next((code for code, uri in declared.items() if uri == _STANDARD + name), name)
    found = table.property_values(code)
    if found or code in declared:
        return found if name != "inactive" else _inactive(table)
    return _derived(table, name) if name in _KNOWN else None


def _derived(table: Table, name: str) -> Mapping[str, Runs]:
    """Properties that every concept has without writing them."""
    if name == "inactive":
        return _inactive(table)
    if name == "notSelectable":
        return {"true": table.abstract} if table.abstract else {}
    if name in ("display", "definition"):
        return _grouped((table.concept(each).get(name), each) for each in range(len(table)))
    if name == "parent":
        parents = table.hierarchy.parents
        return _grouped((table.code(other), each) for each in range(len(table)) for other in parents(each))
    if name == "child":
        children = table.hierarchy.children
        return _grouped((table.code(other), each) for each in range(len(table)) for other in children(each))
    return {}


def _inactive(table: Table) -> Mapping[str, Runs]:
    return {"true": table.inactive, "false": _everything(table) - table.inactive}


def _grouped(rows: Iterable[tuple[str | None, int]]) -> Mapping[str, Runs]:
    found: dict[str, list[int]] = {}
    for value, position in rows:
        if value is not None:
            found.setdefault(value, []).append(position)
    return {value: Runs.of(positions) for value, positions in found.items()}


def _union(parts: Iterable[Runs]) -> Runs:
    return Runs.from_runs(run for part in parts for run in part.runs())


def _equal(_table: Table, values: Mapping[str, Runs], value: str, _limits: Limits) -> Runs:
    return _of_values(values, [value])


def _in(_table: Table, values: Mapping[str, Runs], value: str, _limits: Limits) -> Runs:
    return _of_values(values, _split(value))


def _not_in(table: Table, values: Mapping[str, Runs], value: str, limits: Limits) -> Runs:
    return _everything(table) - _in(table, values, value, limits)


def _exists(table: Table, values: Mapping[str, Runs], value: str, _limits: Limits) -> Runs:
    having = _union(values.values())
    return having if value == "true" else _everything(table) - having


def _matches(table: Table, values: Mapping[str, Runs], pattern: str, limits: Limits) -> Runs:
    return _union(_matching(((runs, value) for value, runs in values.items()), pattern, table, limits))


_BY_VALUE: Mapping[str, Callable[[Table, Mapping[str, Runs], str, Limits], Runs]] = {
    "=": _equal,
    "in": _in,
    "not-in": _not_in,
    "exists": _exists,
    "regex": _matches,
}


def _of_values(values: Mapping[str, Runs], wanted: Sequence[str]) -> Runs:
    """A Coding is kept as `system#code` and may be asked for with a version, or by its code alone."""
    found: list[Runs] = []
    bare: set[str] = set()
    for value in wanted:
        system, hash_, code = value.partition("#")
        if value in values:
            found.append(values[value])
        elif hash_:
            found.append(values.get(f"{system.partition('|')[0]}#{code}", EMPTY))
        else:
            bare.add(value)
    if bare:
        found += [runs for key, runs in values.items() if key.partition("#")[2] in bare]
    return _union(found)


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")]


def _matching(rows: Iterable[tuple[_Key, str]], pattern: str, table: Table, limits: Limits) -> Iterable[_Key]:
    compiled = compile_regex(pattern, str(table.header.get("url")), limits)
    deadline = time.monotonic() + limits.regex_seconds
    for key, text in rows:
        left = deadline - time.monotonic()
        try:
            if left <= 0:
                raise TimeoutError
            if compiled.fullmatch(text, timeout=left):
                yield key
        except TimeoutError:
            reason = f"it took longer than {limits.regex_seconds} s"
            system = table.header.get("url")
            raise failure("filter-regex-refused", system=system, value=pattern, reason=reason) from None


def compile_regex(pattern: str, system: str, limits: Limits) -> regex.Pattern[str]:
    """The pattern, to be matched against a whole value. Raises OperationFailed where it is wrong or too long."""
    if len(pattern) > limits.regex_length:
        reason = f"it has {len(pattern)} characters, more than {limits.regex_length}"
        raise failure("filter-regex-refused", system=system, value=pattern[:80], reason=reason)
    if _RECURSION.search(pattern):
        raise failure("filter-regex-refused", system=system, value=pattern, reason="it refers to itself")
    try:
        return regex.compile(pattern, regex.DOTALL)
    except (regex.error, ValueError) as error:
        raise failure("filter-regex-refused", system=system, value=pattern, reason=str(error)) from None
