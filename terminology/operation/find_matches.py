"""`CodeSystem/$find-matches` (https://hl7.org/fhir/R4/codesystem-operation-find-matches.html).

A match is complete where a concept has all the given properties and partial where it has some. For a person
(`exact` = false) there are possible matches too: the words of a text are in the concept's own text, or the concept is
further down, or up, in the hierarchy than was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fhir_kernel.resource import Resource
from terminology.engine.edition import Edition, TableEdition, url_of, version_of
from terminology.engine.filters import select
from terminology.engine.message_table import MESSAGES
from terminology.engine.messages import failure
from terminology.engine.options import parameter_value, read_options
from terminology.engine.requests import argument, scope_of, text_argument
from terminology.engine.scope import Scope
from terminology.limits import Limits
from terminology.operation.held_system import held_edition
from terminology.operations import Call
from terminology.tables.properties import value_text
from terminology.tables.runs import EMPTY, Runs
from terminology.tables.table import Table
from terminology.tables.text import fold, holds_words

if TYPE_CHECKING:
    from terminology.service import TerminologyService

MOST_PROPERTIES = 20
MOST_MATCHES = 100
_CODES = frozenset({"code", "concept"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A property that was given, with the concepts that have it, and those that only come close."""

    parameter: Resource
    code: str
    having: Runs
    close: Runs = EMPTY


def find_matches(service: TerminologyService, call: Call) -> Resource:
    """At most MOST_MATCHES concepts, those that match most first. Raises OperationFailed."""
    given = [each for each in call.parameters if each.get("name") == "property"]
    rest = tuple(each for each in call.parameters if each.get("name") != "property")
    call = replace(call, parameters=rest)  # elsewhere a property is a name
    scope = scope_of(service, call, read_options(call))
    edition = _edition(call, scope)
    exact = argument(call, "exact") is True
    if len(given) > MOST_PROPERTIES:
        found, limit = len(given), MOST_PROPERTIES
        raise failure("parameter-too-often", chinese=scope.options.chinese, name="property", found=found, limit=limit)
    wanted = [_wanted(each, edition.table, scope, exact=exact) for each in given]
    matches = [_match(edition, position, wanted, scope, exact=exact) for position in _ranked(wanted)]
    return {"resourceType": "Parameters", "parameter": matches} if matches else {"resourceType": "Parameters"}


def _edition(call: Call, scope: Scope) -> TableEdition:
    system, version = text_argument(call, "system"), text_argument(call, "version")
    if call.instance is not None:
        system, version = call.instance.get("url"), call.instance.get("version")
    if not system:
        raise failure("parameter-missing", chinese=scope.options.chinese, path="system", expected="system")
    edition: Edition = held_edition(system, version, scope)
    if not isinstance(edition, TableEdition):
        raise failure("codes-not-listed", chinese=scope.options.chinese, system=system)
    return edition


def _wanted(parameter: Resource, table: Table, scope: Scope, *, exact: bool) -> Wanted:
    parts = parameter.get("part", ())
    code = _code_of(parts)
    if code is None:
        raise failure("parameter-missing", chinese=scope.options.chinese, path="property", expected="property.code")
    having, close = Runs.between(0, len(table)), EMPTY
    value = _value_of(parts)
    if value is not None:
        having = _having(table, code, value, scope.limits)
        close = EMPTY if exact else _close(table, code, value) - having
    for each in parts:
        if each.get("name") == "subproperty":
            # concepts of a table have their properties side by side, without the groups that nesting makes
            nested = each.get("part", ())
            having &= _having(table, _code_of(nested) or "", _value_of(nested) or "", scope.limits)
    return Wanted(parameter, code, having, close)


def _having(table: Table, code: str, value: str, limits: Limits) -> Runs:
    """The concepts that have exactly this value."""
    position = table.position(value)
    if code in _CODES:
        return EMPTY if position is None else Runs.between(position, position + 1)
    if code == "display":
        return Runs.of_sorted([each for each in table.search(value) if table.display(each) == value])
    declared = table.property_values(code)
    if not declared and code == "parent":
        return EMPTY if position is None else Runs.of(table.hierarchy.children(position))
    if not declared and code == "child":
        return EMPTY if position is None else Runs.of(table.hierarchy.parents(position))
    if code == "definition" and len(table) > limits.listed_codes:
        return EMPTY  # no index has definitions, and to read them all takes too long
    return select(table, code, "=", value, limits) or EMPTY


def _close(table: Table, code: str, value: str) -> Runs:
    """The concepts that may be meant: by their words, or because they lie further down or up than was asked for."""
    position = table.position(value)
    if code == "parent":
        return EMPTY if position is None else table.hierarchy.descendants(position)
    if code == "child":
        return EMPTY if position is None else table.hierarchy.ancestors(position)
    if code == "display":
        return table.search(value)
    folded = fold(value)
    if not folded.strip() or code in _CODES:
        return EMPTY
    near = (runs for text, runs in table.property_values(code).items() if _is_text(text) and holds_words(text, value))
    return Runs.from_runs(run for runs in near for run in runs.runs())


def _is_text(value: str) -> bool:
    """Whether a property's value is words, not a number, a boolean or a Coding."""
    return "#" not in value and not value.replace(".", "").isdigit() and value not in ("true", "false")


def _ranked(wanted: Sequence[Wanted]) -> Iterator[int]:
    """Positions, first those that have most of the properties, then those that come close to most."""
    left, seen = MOST_MATCHES, EMPTY
    for runs in _by_rank(wanted):
        fresh = runs - seen
        yield from fresh.page(0, left)
        left, seen = left - len(fresh), seen | fresh
        if left <= 0:
            return


def _by_rank(wanted: Sequence[Wanted]) -> Iterator[Runs]:
    matching, close = _levels([each.having for each in wanted]), _levels([each.close for each in wanted])
    for level in matching:
        yield from (level & each for each in close)
        yield level
    yield from close


def _levels(sets: Sequence[Runs]) -> list[Runs]:
    """What is in at least n of the sets, then in at least n - 1, down to one."""
    at_least: list[Runs] = [EMPTY] * len(sets)
    for count, runs in enumerate(sets):
        for level in range(count, 0, -1):
            at_least[level] |= at_least[level - 1] & runs
        at_least[0] |= runs
    return at_least[::-1]


def _match(edition: TableEdition, position: int, wanted: Sequence[Wanted], scope: Scope, *, exact: bool) -> Resource:
    coding = {"system": url_of(edition), "version": version_of(edition), "code": edition.code(position)}
    coding["display"] = edition.table.display(position)
    parts: list[Resource] = [
        {"name": "code", "valueCoding": {key: value for key, value in coding.items() if value is not None}}
    ]
    missing = [each for each in wanted if position not in each.having]
    parts += [_unmatched(each.parameter) for each in missing]
    if not exact:
        close = [each.code for each in missing if position in each.close]
        message_id = "match-possible" if close else "match-partial" if missing else "match-complete"
        numbers = {"asked": len(wanted), "matched": len(wanted) - len(missing), "close": ", ".join(close)}
        parts.append({"name": "comment", "valueString": MESSAGES[message_id].text(scope.options.chinese, numbers)})
    return {"name": "match", "part": parts}


def _unmatched(parameter: Resource) -> Resource:
    """A property as it was given, as what was not matched."""
    renamed = {"subproperty": "property"}
    parts = [{**each, "name": renamed.get(each.get("name", ""), each.get("name"))} for each in parameter["part"]]
    return {"name": "unmatched", "part": parts}


def _code_of(parts: Sequence[Resource]) -> str | None:
    code = next((parameter_value(each) for each in parts if each.get("name") == "code"), None)
    return code if isinstance(code, str) and code else None


def _value_of(parts: Sequence[Resource]) -> str | None:
    value: Any = next((parameter_value(each) for each in parts if each.get("name") == "value"), None)
    return None if value is None else value_text(value)
