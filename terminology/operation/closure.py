"""`$closure` (https://hl7.org/fhir/R4/conceptmap-operation-closure.html, terminology-service.html#closure).

A table of who subsumes whom among the codes that a client has met. The client keeps it; the server tells it what is
new, and keeps what it told, so that it can be told again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource
from terminology.closure_store import Closure, ClosureEntry, ClosureLimits, Pin
from terminology.engine.edition import TableEdition, version_of
from terminology.engine.message_table import MESSAGES
from terminology.engine.messages import failure
from terminology.engine.options import parameter_value, read_options
from terminology.engine.requests import scope_of, text_argument
from terminology.engine.scope import Scope
from terminology.failures import OperationFailed
from terminology.operation.held_system import held_edition, unknown_code
from terminology.operation.subsumes import check_subsuming
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService

_NAME = re.compile(r"[A-Za-z0-9.-]{1,64}")


def closure(service: TerminologyService, call: Call) -> Resource:
    """The ConceptMap of what is new in a table. Raises OperationFailed."""
    scope = scope_of(service, call, read_options(call))
    name = text_argument(call, "name")
    codings = [parameter_value(each) for each in call.parameters if each.get("name") == "concept"]
    version = text_argument(call, "version")
    _check(name, codings, version, scope)
    assert name is not None
    if codings:
        return _extended(service, name, codings, scope)
    if version is not None:
        return _replayed(service, name, version, scope)
    return _concept_map(service.closures.start(name), (), service, f"Closure Table {name} Creation")


def _check(name: str | None, codings: Sequence[Resource], version: str | None, scope: Scope) -> None:
    chinese = scope.options.chinese
    if name is None:
        raise failure("parameter-missing", chinese=chinese, path="name", expected="name")
    if not _NAME.fullmatch(name):
        raise failure("closure-name", chinese=chinese, path="name", name=name)
    if codings and version is not None:
        raise failure("parameters-both", chinese=chinese, path="version", one="concept", other="version")
    for each in codings:
        if not isinstance(each, dict) or not each.get("system") or not each.get("code"):
            raise failure("parameter-missing", chinese=chinese, path="concept", expected="concept with system and code")


def _extended(service: TerminologyService, name: str, codings: Sequence[Resource], scope: Scope) -> Resource:
    limits = service.closures.limits
    made = service.closures.change(name, lambda held: _with(held, codings, limits, scope))
    if made is None:
        raise failure("closure-unknown", chinese=scope.options.chinese, path="name", name=name)
    return _concept_map(made, made.changes[-1], service, f"Updates for Closure Table {name}")


def _replayed(service: TerminologyService, name: str, version: str, scope: Scope) -> Resource:
    held, chinese = service.closures.find(name), scope.options.chinese
    if held is None:
        raise failure("closure-unknown", chinese=chinese, path="name", name=name)
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise failure("closure-version", chinese=chinese, path="version", name=name, found=version)
    if int(version) > held.version:
        raise _must_restart(name, scope, "closure-not-issued", found=version, held=held.version)
    entries = tuple(entry for change in held.changes[int(version) :] for entry in change)
    return _concept_map(held, entries, service, f"Updates for Closure Table {name}")


def _with(held: Closure, codings: Sequence[Resource], limits: ClosureLimits, scope: Scope) -> Closure:
    """The table with further codes, and what is new by them as its last change."""
    concepts, pins = dict(held.concepts), dict(held.pins)
    entries: list[ClosureEntry] = []
    for system in dict.fromkeys(each["system"] for each in codings):
        own = [each for each in codings if each["system"] == system]
        edition = _edition(held, system, own, pins, scope)
        known = concepts.get(system, frozenset())
        fresh = [code for code in dict.fromkeys(each["code"] for each in own) if code not in known]
        entries += islice(_entries(edition, system, known, fresh, scope), limits.entries + 1)
        concepts[system] = known | frozenset(fresh)
    _check_size(held, concepts.values(), len(entries), limits, scope)
    changes = (*held.changes, tuple(entries))
    return Closure(held.name, MappingProxyType(concepts), MappingProxyType(pins), changes)


def _edition(
    held: Closure, system: str, codings: Sequence[Resource], pins: dict[str, Pin], scope: Scope
) -> TableEdition:
    """The code system in the one version on which the table rests. Raises OperationFailed: it has changed since."""
    stated = next((each["version"] for each in codings if each.get("version")), None)
    pin = pins.get(system)
    if pin is not None and stated is None and pin.stated:
        stated = pin.version
    edition = held_edition(system, stated, scope, "concept.system")
    version = version_of(edition)
    pin = pins.setdefault(system, Pin(version, stated is not None))
    for each in (
        edition,
        *(held_edition(system, coding.get("version"), scope) for coding in codings if "version" in coding),
    ):
        if version_of(each) != pin.version:
            params = {"system": system, "held": pin.version, "found": version_of(each)}
            raise _must_restart(held.name, scope, "closure-system-changed", **params)
    return check_subsuming(edition, scope)


def _entries(
    edition: TableEdition, system: str, known: frozenset[str], fresh: Sequence[str], scope: Scope
) -> Iterator[ClosureEntry]:
    """Who subsumes whom among the fresh codes, and between them and those that were there."""
    codes: dict[int, list[str]] = {}
    for code in known:
        if (position := edition.locate(code)) is not None:
            codes.setdefault(position, []).append(code)
    there = sorted(codes)
    hierarchy = edition.table.hierarchy
    for code in fresh:
        position = edition.locate(code)
        if position is None:
            raise unknown_code(edition, code, "concept.code", scope)
        yield from (ClosureEntry(system, code, other, "equal") for other in codes.get(position, ()))
        for above in hierarchy.ancestors(position):
            yield from (ClosureEntry(system, code, other, "subsumes") for other in codes.get(above, ()))
        for start, end in hierarchy.descendants(position).runs():
            for below in there[bisect_left(there, start) : bisect_left(there, end)]:
                yield from (ClosureEntry(system, other, code, "subsumes") for other in codes[below])
        if position not in codes:
            insort(there, position)
        codes.setdefault(position, []).append(code)


def _check_size(
    held: Closure, concepts: Iterable[frozenset[str]], fresh: int, limits: ClosureLimits, scope: Scope
) -> None:
    entries = fresh + sum(len(each) for each in held.changes)
    sizes = (("concept", sum(len(each) for each in concepts), limits.concepts), ("entry", entries, limits.entries))
    for what, size, limit in sizes:
        if size > limit:
            raise failure("closure-full", chinese=scope.options.chinese, name=held.name, limit=limit, what=what)


def _must_restart(name: str, scope: Scope, why: str, **params: object) -> OperationFailed:
    reason = MESSAGES[why].text(scope.options.chinese, params)
    return failure("closure-reinitialize", chinese=scope.options.chinese, path="name", name=name, reason=reason)


def _concept_map(held: Closure, entries: Sequence[ClosureEntry], service: TerminologyService, name: str) -> Resource:
    made: Resource = {
        "resourceType": "ConceptMap",
        "id": held.name,
        "version": str(held.version),
        "name": name,
        "status": "active",
        "experimental": True,
        "date": service.now(),
    }
    groups = [_group(system, entries) for system in dict.fromkeys(each.system for each in entries)]
    return {**made, "group": groups} if groups else made


def _group(system: str, entries: Sequence[ClosureEntry]) -> Resource:
    elements: dict[str, list[Resource]] = {}
    for each in entries:
        if each.system == system:
            target = {"code": each.target, "equivalence": each.equivalence}
            elements.setdefault(each.source, []).append(target)
    rows = [{"code": code, "target": targets} for code, targets in elements.items()]
    return {"source": system, "target": system, "element": rows}
