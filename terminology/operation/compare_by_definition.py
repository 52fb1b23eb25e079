"""Compares two value sets by what their definitions say, system by system, without listing their codes.

https://hl7.org/fhir/tools/valueset-comparison.html

It is tried where no value sets are imported and nothing is excluded. Of each code system both sides then take all, a
list of codes, or what filters select; what can be told from that is exact. One that is not held has some codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fhir_kernel.resource import Resource
from terminology.engine.definition import Definition
from terminology.engine.edition import Edition, TableEdition, version_of
from terminology.engine.filters import operator_of
from terminology.engine.scope import Scope, is_partial
from terminology.engine.select import Part, parts_of, selected
from terminology.failures import OperationFailed
from terminology.operation.relation import Relation, relation_of
from terminology.tables.runs import Runs


@dataclass(slots=True)
class _Taken:
    """What one side takes of one code system."""

    editions: list[Edition | None] = field(default_factory=list)
    versions: set[str | None] = field(default_factory=set)
    """The versions meant: those that are held, or as they are stated."""
    whole: bool = False
    codes: set[str] = field(default_factory=set)
    filtered: dict[object, tuple[Part, Edition | None]] = field(default_factory=dict)
    """By the filters, whatever their order."""

    @property
    def edition(self) -> Edition | None:
        return self.editions[0]


def compare_by_definition(this: Definition, other: Definition, scope: Scope) -> Relation | None:
    """How the codes relate; None where the definitions alone do not tell."""
    if not (_is_simple(this, scope) and _is_simple(other, scope)):
        return None
    try:
        mine, theirs = _taken(this, scope), _taken(other, scope)
        found = Relation()
        for system in dict.fromkeys((*mine, *theirs)):
            relation = _of_system(mine.get(system), theirs.get(system), scope)
            if relation is None:
                return None
            found = found.joined(relation)
    except OperationFailed:
        return None  # comparing by codes fails for the same reason, and tells it
    return found


def _is_simple(definition: Definition, scope: Scope) -> bool:
    compose = definition.compose
    if compose is None or "lockedDate" in compose or definition.excludes or definition.leaves_out_inactive:
        return False
    narrowed = scope.options.flag("activeOnly") or scope.options.flag("excludeNotForUI") or scope.options.filter
    return not narrowed and all(
        "system" in each and "valueSet" not in each and not ("concept" in each and "filter" in each)
        for each in definition.includes
    )


def _taken(definition: Definition, scope: Scope) -> Mapping[str, _Taken]:
    found: dict[str, _Taken] = {}
    for part in parts_of(definition, "include"):
        row = part.row
        system = scope.content.canonical(row["system"])
        version = scope.determine_version(system, row.get("version"))
        edition = scope.edition(system, version, as_stated=True)
        taken = found.setdefault(system, _Taken())
        taken.editions.append(edition)
        taken.versions.add(version_of(edition) if edition is not None else version)
        if "concept" in row:
            taken.codes |= _known(row["concept"], edition)
        elif row.get("filter"):
            taken.filtered[_key(row["filter"], edition)] = part, edition
        else:
            taken.whole = True
    return {system: taken for system, taken in found.items() if taken.whole or taken.codes or taken.filtered}


def _known(concepts: Iterable[Resource], edition: Edition | None) -> set[str]:
    """The codes as the code system writes them, without those it does not know; as listed where it is not all held."""
    codes = [each["code"] for each in concepts if isinstance(each.get("code"), str)]
    if edition is None or is_partial(edition):
        return set(codes)
    return {edition.code(ref) for code in codes if (ref := edition.locate(code)) is not None}


def _key(filters: Sequence[Resource], edition: Edition | None) -> object:
    version = version_of(edition) if edition is not None else None
    return version, frozenset((each.get("property"), operator_of(each), each.get("value")) for each in filters)


def _of_system(this: _Taken | None, other: _Taken | None, scope: Scope) -> Relation | None:
    """What is known of one code system; None where only listing its codes could tell."""
    if this is None or other is None:
        one = this or other
        assert one is not None
        some = _has_some(one, scope)
        return None if some is None else Relation(in_this=some and other is None, in_other=some and this is None)
    if this.whole or other.whole:
        return _of_whole(this, other)
    if not this.filtered and not other.filtered:
        versions_matter = any(each is not None and each.header.get("versionNeeded") for each in this.editions)
        if versions_matter and (this.versions != other.versions or len(this.versions) > 1):
            return None
        return relation_of(frozenset(this.codes), frozenset(other.codes))
    if this.codes or other.codes or len(this.versions | other.versions) > 1:
        return None
    return _of_filters(this, other, scope)


def _has_some(taken: _Taken, scope: Scope) -> bool | None:
    """Whether any code is taken."""
    if taken.codes:
        return True
    if taken.whole:
        return any(not isinstance(each, TableEdition) or len(each.table) > 0 for each in taken.editions)
    if not taken.filtered:
        return False
    chosen = _chosen(taken, scope)
    return None if chosen is None else any(chosen)


def _of_whole(this: _Taken, other: _Taken) -> Relation | None:
    if len(this.versions | other.versions) > 1:
        return None
    edition = this.edition
    if this.whole and other.whole:
        return Relation(in_both=not isinstance(edition, TableEdition) or len(edition.table) > 0)
    part = other if this.whole else this
    if not isinstance(edition, TableEdition) or is_partial(edition) or part.filtered:
        return None
    rest, some = len(part.codes) < len(edition.table), bool(part.codes)
    return Relation(in_this=rest and this.whole, in_other=rest and other.whole, in_both=some)


def _of_filters(this: _Taken, other: _Taken, scope: Scope) -> Relation | None:
    """Filters are compared where both sides say the same, or one thing each of the same kind."""
    same = this.filtered.keys() == other.filtered.keys()
    if not same and (len(this.filtered) > 1 or len(other.filtered) > 1):
        return None
    mine, theirs = _chosen(this, scope), _chosen(other, scope)
    if mine is None or theirs is None:
        return None
    if same:
        return Relation(in_both=any(mine), alike=True)
    left, right = mine[0], theirs[0]
    return Relation(bool(left - right), bool(right - left), bool(left & right))


def _chosen(taken: _Taken, scope: Scope) -> list[Runs] | None:
    """What the filters select; None where the code system is not held as a list of all its codes."""
    found: list[Runs] = []
    for part, edition in taken.filtered.values():
        if not isinstance(edition, TableEdition) or is_partial(edition):
            return None
        runs = selected(part, edition, scope.limits)
        assert isinstance(runs, Runs)
        found.append(runs)
    return found
