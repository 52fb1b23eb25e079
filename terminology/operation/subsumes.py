"""`CodeSystem/$subsumes` (https://hl7.org/fhir/R4/codesystem-operation-subsumes.html).

What subsumption is, the code system says by its hierarchyMeaning. A child of an `is-a` hierarchy is a kind of its
parent; so it is in a `classified-with` one, where each thing has its one place, and where no meaning is stated. Under
`part-of` and `grouped-by` it is not: between different concepts nothing can be told then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fhir_kernel.resource import Resource
from terminology.engine.edition import Edition, Ref, TableEdition, content_of, url_of, version_of
from terminology.engine.messages import failure
from terminology.engine.options import parameter_value, read_options
from terminology.engine.requests import scope_of
from terminology.engine.scope import Scope, is_partial
from terminology.operation.held_system import held_edition, unknown_code
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService

_SUBSUMING = frozenset({None, "is-a", "classified-with"})


def subsumes(service: TerminologyService, call: Call) -> Resource:
    """`outcome`: equivalent, subsumes, subsumed-by or not-subsumed. Raises OperationFailed: that cannot be told."""
    scope = scope_of(service, call, read_options(call))
    given = {each.get("name"): parameter_value(each) for each in call.parameters}
    instance = call.instance or {}
    one, other = _coding("A", given, instance, scope), _coding("B", given, instance, scope)
    edition = _edition(one, other, given, instance, scope)
    refs = _located(edition, one, "A", given, scope), _located(edition, other, "B", given, scope)
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "outcome", "valueCode": _outcome(edition, *refs, scope)}],
    }


def check_subsuming(edition: Edition, scope: Scope) -> TableEdition:
    """The edition, where its hierarchy tells what subsumes what. Raises OperationFailed."""
    chinese, system = scope.options.chinese, url_of(edition)
    if not isinstance(edition, TableEdition):
        raise failure("subsumption-of-grammar", chinese=chinese, system=system)
    meaning = edition.header.get("hierarchyMeaning")
    if meaning not in _SUBSUMING:
        raise failure("subsumption-undefined", chinese=chinese, system=system, meaning=meaning)
    return edition


def _coding(letter: str, given: dict[Any, Any], instance: Resource, scope: Scope) -> Resource:
    """What A or B is, as a Coding, whichever parameter it came in."""
    code, coding = given.get(f"code{letter}"), given.get(f"coding{letter}")
    if coding is None:
        if not code or not isinstance(code, str):
            expected = f"code{letter} with system, or coding{letter}"
            raise failure("parameter-missing", chinese=scope.options.chinese, expected=expected)
        system = given.get("system") or instance.get("url")
        if not system:
            raise failure("parameter-missing", chinese=scope.options.chinese, path="system", expected="system")
        return {"system": system, "code": code}
    if code is not None:
        names = {"one": f"code{letter}", "other": f"coding{letter}"}
        raise failure("parameters-both", chinese=scope.options.chinese, path=f"coding{letter}", **names)
    for part in ("system", "code"):
        if not isinstance(coding, dict) or not coding.get(part):
            expected = f"coding{letter}.{part}"
            raise failure("parameter-missing", chinese=scope.options.chinese, path=expected, expected=expected)
    return dict(coding)


def _edition(one: Resource, other: Resource, given: dict[Any, Any], instance: Resource, scope: Scope) -> Edition:
    """The one edition that both codes, the parameters and the resource mean."""
    system = one["system"]
    for named in (other["system"], given.get("system"), instance.get("url")):
        if named and named != system and scope.content.canonical(named) != scope.content.canonical(system):
            raise failure("systems-differ", chinese=scope.options.chinese, system=system, other=named)
    versions = (given.get("version"), instance.get("version"), one.get("version"), other.get("version"))
    stated = {version for version in versions if version}
    if len(stated) < 2:
        return held_edition(system, stated.pop() if stated else None, scope)
    first, *rest = sorted(stated)
    found = held_edition(system, first, scope)
    for each in rest:
        if version_of(held_edition(system, each, scope)) != version_of(found):
            contradiction = {"version": first, "other": each}
            raise failure("versions-differ", chinese=scope.options.chinese, system=system, **contradiction)
    return found


def _located(edition: Edition, coding: Resource, letter: str, given: dict[Any, Any], scope: Scope) -> Ref:
    ref = edition.locate(coding["code"])
    if ref is not None:
        return ref
    path = f"coding{letter}.code" if f"coding{letter}" in given else f"code{letter}"
    raise unknown_code(edition, coding["code"], path, scope)


def _outcome(edition: Edition, one: Ref, other: Ref, scope: Scope) -> str:
    if one == other:
        return "equivalent"
    table = check_subsuming(edition, scope).table
    assert isinstance(one, int)
    assert isinstance(other, int)
    if table.hierarchy.subsumes(one, other):
        return "subsumes"
    if table.hierarchy.subsumes(other, one):
        return "subsumed-by"
    if is_partial(edition):
        params = {"system": url_of(edition), "content": content_of(edition)}
        codes = {"code": edition.code(one), "other": edition.code(other)}
        raise failure("subsumption-incomplete", chinese=scope.options.chinese, **params, **codes)
    return "not-subsumed"
