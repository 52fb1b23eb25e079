"""A ValueSet's definition as a selection of codes (https://hl7.org/fhir/R4/valueset.html#compositions)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fhir_kernel.issues import issue
from fhir_kernel.resource import Resource
from terminology.checks import Verdict
from terminology.codesystems.system import CodeSystem, Filter, Selected
from terminology.findings import Finding, but_not
from terminology.selection import NOTHING, Selection, difference, intersection, listed, tested, undecided, union
from terminology.systems import Systems

FindValueSet = Callable[[str], Selection]
"""A nested value set, by canonical; its guard against cycles is the caller's."""

_TOO_COSTLY = "http://hl7.org/fhir/StructureDefinition/valueset-toocostly"


def select_codes(value_set: Resource, systems: Systems, nested: FindValueSet) -> Selection:
    """The codes of `value_set`: by its compose, or by its expansion where there is none or it cannot be decided."""
    composed = _composed(value_set["compose"], systems, nested) if "compose" in value_set else None
    if "expansion" in value_set and (composed is None or composed.tests):
        expanded = _expanded(value_set)
        return expanded if composed is None or not expanded.tests else union(composed, _without_tests(expanded))
    if composed is None:
        return undecided(_cannot_tell("terminology.empty-value-set", value_set=value_set.get("url", "")))
    return composed


def concepts_of(value_set: Resource) -> Iterator[tuple[str, Resource]]:
    """Every concept that the value set lists itself, with its system."""
    for include in value_set.get("compose", {}).get("include", ()):
        for row in include.get("concept", ()):
            yield include.get("system", ""), row
    for row in _contained(value_set.get("expansion", {}).get("contains", ())):
        yield row.get("system", ""), row


def _composed(compose: Resource, systems: Systems, nested: FindValueSet) -> Selection:
    included = union(NOTHING, *(_part(row, systems, nested) for row in compose.get("include", ())))
    excluded = union(NOTHING, *(_part(row, systems, nested) for row in compose.get("exclude", ())))
    rest = difference(included, excluded)
    return _active_only(rest, systems) if compose.get("inactive") is False else rest


def _part(row: Resource, systems: Systems, nested: FindValueSet) -> Selection:
    """One include or exclude: its own concepts, within each value set that it names."""
    within = [nested(canonical) for canonical in row.get("valueSet", ())]
    own = [_of_system(row, row["system"], systems)] if "system" in row else []
    parts = [*own, *within]
    return intersection(*parts) if parts else NOTHING


def _of_system(row: Resource, url: str, systems: Systems) -> Selection:
    if "concept" in row:
        return listed(url, frozenset(each["code"] for each in row["concept"] if "code" in each))
    system = systems.get(url, row.get("version"))
    if "filter" not in row:
        return _selection(url, system.codes() or system.find)
    return intersection(*(_filtered(url, system, each) for each in row["filter"]))


def _filtered(url: str, system: CodeSystem, row: Resource) -> Selection:
    where = Filter(row.get("property", ""), row.get("op", ""), str(row.get("value", "")))
    selected = system.select(where)
    if selected is None:
        cannot = _cannot_tell("terminology.filter", system=url, property=where.property, op=where.op, value=where.value)
        return tested(url, lambda code: but_not(cannot, _absence(system, code)))
    return _selection(url, selected)


def _absence(system: CodeSystem, code: str) -> Finding:
    """IN where `code` is certainly no concept of the system."""
    found = system.find(code).verdict
    return Finding(Verdict.IN if found is Verdict.OUT else Verdict.OUT)


def _selection(url: str, selected: Selected) -> Selection:
    if isinstance(selected, frozenset):
        return listed(url, selected)
    assert selected is not None
    return tested(url, selected)


def _active_only(selection: Selection, systems: Systems) -> Selection:
    inactive = {
        url: frozenset(code for code in codes if (c := systems.get(url).find(code).concept) is not None and c.inactive)
        for url, codes in selection.listed.items()
    }
    return difference(selection, Selection({url: codes for url, codes in inactive.items() if codes}))


def _expanded(value_set: Resource) -> Selection:
    expansion = value_set["expansion"]
    codes: dict[str, set[str]] = {}
    for row in _contained(expansion.get("contains", ())):
        if "code" in row and "system" in row and not row.get("abstract"):
            codes.setdefault(row["system"], set()).add(row["code"])
    whole = Selection({system: frozenset(found) for system, found in codes.items()})
    if not _is_partial(expansion, sum(map(len, codes.values()))):
        return whole
    return union(whole, undecided(_cannot_tell("terminology.incomplete-expansion", value_set=value_set.get("url", ""))))


def _is_partial(expansion: Resource, found: int) -> bool:
    too_costly = any(each.get("url") == _TOO_COSTLY for each in expansion.get("extension", ()))
    paged = any(each.get("name") in ("offset", "count", "filter") for each in expansion.get("parameter", ()))
    return too_costly or paged or expansion.get("total", 0) > found


def _contained(rows: Iterable[Resource]) -> Iterator[Resource]:
    waiting = list(rows)
    while waiting:
        row = waiting.pop()
        yield row
        waiting.extend(row.get("contains", ()))


def _without_tests(selection: Selection) -> Selection:
    return Selection(selection.listed)


def _cannot_tell(issue_id: str, **params: str) -> Finding:
    return Finding(Verdict.UNKNOWN, issue(issue_id, "", **params))
