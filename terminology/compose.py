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

FindValueSet = Callable[[str, bool], Selection]
"""A nested value set, by canonical, whole or its active concepts only; its guard against cycles is the caller's."""

_TOO_COSTLY = "http://hl7.org/fhir/StructureDefinition/valueset-toocostly"


def select_codes(
    value_set: Resource, systems: Systems, nested: FindValueSet, *, active_only: bool = False
) -> Selection:
    """The codes of `value_set`: by its compose, or by its expansion where there is none or it cannot be decided.

    `active_only`: without concepts that are inactive.
    """
    composed = _composed(value_set["compose"], systems, nested, active_only) if "compose" in value_set else None
    if "expansion" in value_set and (composed is None or composed.tests):
        expanded = _active_only(_expanded(value_set), systems) if active_only else _expanded(value_set)
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


def _composed(compose: Resource, systems: Systems, nested: FindValueSet, active_only: bool) -> Selection:
    active_only = active_only or compose.get("inactive") is False
    included = union(NOTHING, *(_included(row, systems, nested, active_only) for row in compose.get("include", ())))
    excluded = union(NOTHING, *(_part(row, systems, nested) for row in compose.get("exclude", ())))
    rest = difference(included, excluded)
    if excluded != NOTHING and (system := _told_apart(compose)) is not None:
        # a code that one version includes and another excludes stays in: by code alone that cannot be told
        return undecided(_cannot_tell("terminology.versions-side-by-side", system=system))
    return rest


def _included(row: Resource, systems: Systems, nested: FindValueSet, active_only: bool) -> Selection:
    part = _part(row, systems, nested, active_only)
    if not active_only or "system" not in row:
        return part
    url = row["system"]
    active = systems.get(url, row.get("version")).select(Filter("inactive", "=", "false"))
    return part if active is None else intersection(part, _selection(url, active))


def _told_apart(compose: Resource) -> str | None:
    """A system of which different versions are named, unless one is taken out of another."""
    included, excluded = compose.get("include", ()), compose.get("exclude", ())
    versions: dict[str, str | None] = {}
    differing = None
    for row in (*included, *excluded):
        if "system" in row and versions.setdefault(row["system"], row.get("version")) != row.get("version"):
            differing = str(row["system"])
    is_one = len(versions) == 1 and all(row.get("system") and row.get("version") for row in (*included, *excluded))
    if is_one and {row["version"] for row in included}.isdisjoint(row["version"] for row in excluded):
        return None
    return differing


def _part(row: Resource, systems: Systems, nested: FindValueSet, active_only: bool = False) -> Selection:
    """One include or exclude: its own concepts, within each value set that it names."""
    within = [nested(canonical, active_only) for canonical in row.get("valueSet", ())]
    own = [_of_system(row, row["system"], systems)] if "system" in row else []
    parts = [*own, *within]
    return intersection(*parts) if parts else NOTHING


def _of_system(row: Resource, url: str, systems: Systems) -> Selection:
    version = row.get("version")
    if "concept" in row:
        codes = frozenset(each["code"] for each in row["concept"] if "code" in each)
        # whether a code is one at all is asked apart, but of the newest version
        return listed(url, _known(codes, systems.get(url, version)) if version else codes)
    system = systems.get(url, version)
    if "filter" not in row:
        return _selection(url, system.codes() or system.find)
    return intersection(*(_filtered(url, system, each) for each in row["filter"]))


def _known(codes: frozenset[str], system: CodeSystem) -> frozenset[str]:
    return frozenset(code for code in codes if system.find(code).verdict is not Verdict.OUT)


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
