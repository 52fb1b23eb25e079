"""What one include or exclude takes from a code system: one answer for `$expand` and `$validate-code`.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fhir_kernel.resource import Resource
from terminology.checks import Verdict
from terminology.codesystems.system import Filter
from terminology.engine.definition import Definition
from terminology.engine.edition import Edition, GrammarEdition, Ref, TableEdition, url_of
from terminology.engine.filters import operator_of, select
from terminology.engine.messages import failure
from terminology.limits import Limits
from terminology.tables.runs import Runs
from terminology.tables.table import Table


@dataclass(frozen=True, slots=True)
class Listed:
    """The concepts that a value set lists itself, in its order, but for codes that the code system does not know."""

    rows: Mapping[Ref, Resource]

    def __contains__(self, ref: object) -> bool:
        return ref in self.rows


@dataclass(frozen=True, slots=True)
class Tested:
    """Codes of a grammar: any may be judged, none can be listed."""

    holds: Callable[[str], bool]

    def __contains__(self, ref: object) -> bool:
        return isinstance(ref, str) and self.holds(ref)


Selected = Runs | Listed | Tested


@dataclass(frozen=True, slots=True)
class Part:
    """One include or exclude of a definition. `path` is where it stands, for messages."""

    definition: Definition
    row: Resource
    path: str


def parts_of(definition: Definition, kind: str) -> list[Part]:
    """The includes or excludes (`kind`) of a value set."""
    rows = definition.includes if kind == "include" else definition.excludes
    return [Part(definition, row, f"ValueSet.compose.{kind}[{index}]") for index, row in enumerate(rows)]


def selected(part: Part, edition: Edition, limits: Limits) -> Selected:
    """What the part takes from the edition, without regard to value sets that it names too.

    Remembered with the definition. Raises OperationFailed for a filter that has no value or is not understood.
    """
    remembered: dict[str, Selected] = part.definition.selections(edition)
    found = remembered.get(part.path)
    if found is None:  # two threads that come here at once find the same
        found = remembered[part.path] = _select(part, edition, limits)
    return found


def _select(part: Part, edition: Edition, limits: Limits) -> Selected:
    if "concept" in part.row:
        return _listed(part.row["concept"], edition)
    filters = part.row.get("filter", ())
    if isinstance(edition, TableEdition):
        runs = Runs.between(0, len(edition.table))
        for index, each in enumerate(filters):
            runs &= _filtered(part, index, each, edition.table, limits)
        return runs
    assert isinstance(edition, GrammarEdition)
    return _of_grammar(part, edition, limits)


def _listed(concepts: list[Resource], edition: Edition) -> Listed:
    rows: dict[Ref, Resource] = {}
    for each in concepts:
        ref = edition.locate(each["code"]) if isinstance(each.get("code"), str) else None
        if ref is not None:
            rows.setdefault(ref, each)
    return Listed(rows)


def _filtered(part: Part, index: int, filter_: Resource, table: Table, limits: Limits) -> Runs:
    name, op, value = filter_.get("property", ""), operator_of(filter_), filter_.get("value")
    path = f"{part.path}.filter[{index}]"
    system = table.header.get("url")
    if not isinstance(value, str) or not value:
        raise failure("UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE", path=path, system=system, property=name, op=op)
    found = select(table, name, op, value, limits)
    if found is None:
        value_set = part.definition.url
        params = {"property": name, "op": op, "value": value, "value_set": value_set, "system": system}
        raise failure("FILTER_NOT_UNDERSTOOD", path=path, **params)
    return found


def _of_grammar(part: Part, edition: GrammarEdition, limits: Limits) -> Selected:
    tests: list[Callable[[str], bool]] = [lambda code: edition.locate(code) is not None]
    for index, each in enumerate(part.row.get("filter", ())):
        tests.append(_grammar_test(part, index, each, edition))
    return Tested(lambda code: all(test(code) for test in tests))


def _grammar_test(part: Part, index: int, filter_: Resource, edition: GrammarEdition) -> Callable[[str], bool]:
    name, op, value = filter_.get("property", ""), operator_of(filter_), str(filter_.get("value") or "")
    chosen = edition.system.select(Filter(name, op, value)) if value else None
    if chosen is None:
        path = f"{part.path}.filter[{index}]"
        params = {"property": name, "op": op, "value": value}
        value_set, system = part.definition.url, url_of(edition)
        raise failure("FILTER_NOT_UNDERSTOOD", path=path, value_set=value_set, system=system, **params)
    if isinstance(chosen, frozenset):
        return chosen.__contains__
    test = chosen
    return lambda code: test(code).verdict is Verdict.IN
