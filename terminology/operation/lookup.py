"""`CodeSystem/$lookup` (https://hl7.org/fhir/R4/codesystem-operation-lookup.html)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from fhir_kernel.resource import Resource
from terminology.engine.designations import preferred
from terminology.engine.edition import (
    Edition,
    Ref,
    TableEdition,
    properties_of,
    url_of,
    version_of,
)
from terminology.engine.messages import failure
from terminology.engine.options import read_options
from terminology.engine.requests import argument, scope_of, see_code_system, text_argument
from terminology.engine.scope import Scope
from terminology.engine.versions import listed_versions
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService

_ALWAYS = frozenset({"inactive"})
_HIERARCHY = ("parent", "child")


def lookup(service: TerminologyService, call: Call) -> Resource:
    """All that is known of a concept. Raises OperationFailed where it, or its code system, is not known."""
    options = read_options(call)
    scope = scope_of(service, call, options)
    code, system, version = _wanted(call)
    if call.instance is not None:
        see_code_system(call.instance, scope)
        system, version = call.instance.get("url"), call.instance.get("version")
    if not code or not system:
        raise failure("parameter-missing", chinese=options.chinese, expected="code and system, or coding")
    edition = _edition(system, version, scope)
    scope.see_supplements(edition)
    scope.check_supplements()
    ref = edition.locate(code)
    if ref is None:
        held = version_of(edition)
        message_id = "Unknown_Code_in_Version" if held else "Unknown_Code_in"
        raise failure(message_id, chinese=options.chinese, path="code", code=code, system=system, version=held or "")
    parameters = [*_about(edition, ref, scope), *_designations(edition, ref), *_properties(edition, ref, scope)]
    return {"resourceType": "Parameters", "parameter": parameters}


def _wanted(call: Call) -> tuple[str | None, str | None, str | None]:
    coding = argument(call, "coding")
    if isinstance(coding, dict):
        return coding.get("code"), coding.get("system"), coding.get("version")
    return text_argument(call, "code"), text_argument(call, "system"), text_argument(call, "version")


def _edition(system: str, version: str | None, scope: Scope) -> Edition:
    version = scope.determine_version(system, version)
    edition = scope.edition(system, version, as_stated=True)
    if edition is not None:
        return edition
    chinese, held = scope.options.chinese, scope.content.versions(system)
    if not version:
        raise failure("UNKNOWN_CODESYSTEM", chinese=chinese, path="system", system=system)
    if not held:
        raise failure("UNKNOWN_CODESYSTEM_VERSION_NONE", chinese=chinese, path="system", system=system, version=version)
    params = {"system": system, "version": version, "versions": listed_versions(held)}
    raise failure("UNKNOWN_CODESYSTEM_VERSION", chinese=chinese, path="system", **params)


def _about(edition: Edition, ref: Ref, scope: Scope) -> Iterator[Resource]:
    header = edition.header
    yield {"name": "name", "valueString": str(header.get("name") or header.get("title") or url_of(edition))}
    version = version_of(edition)
    if version is not None:
        yield {"name": "version", "valueString": version}
    shown = preferred(edition.names(ref), scope.options.languages) or preferred(edition.names(ref), None)
    yield {"name": "display", "valueString": shown.value if shown is not None else edition.code(ref)}
    yield {"name": "code", "valueCode": edition.code(ref)}
    yield {"name": "system", "valueUri": url_of(edition)}
    yield {"name": "abstract", "valueBoolean": edition.is_abstract(ref)}
    definition = edition.concept(ref).get("definition")
    if definition:
        yield {"name": "definition", "valueString": definition}


def _designations(edition: Edition, ref: Ref) -> Iterator[Resource]:
    for each in edition.names(ref):
        parts: list[Resource] = []
        if each.language is not None:
            parts.append({"name": "language", "valueCode": each.language})
        if each.use is not None:
            parts.append({"name": "use", "valueCoding": each.use})
        parts.append({"name": "value", "valueString": each.value})
        yield {"name": "designation", "part": parts}


def _properties(edition: Edition, ref: Ref, scope: Scope) -> Iterator[Resource]:
    wanted = scope.options.properties
    everything = not wanted or "*" in wanted
    written = set()
    for each, _ in properties_of(edition, ref):
        code, (type_, value) = each.get("code", ""), _value(each)
        written.add(code)
        if type_ and (everything or code in wanted or code in _ALWAYS):
            yield _property(code, type_, value)
    if "inactive" not in written:
        yield _property("inactive", "valueBoolean", edition.is_inactive(ref))
    for name, codes in zip(_HIERARCHY, _relatives(edition, ref), strict=True):
        if (everything or name in wanted) and name not in written:
            for code, display in codes:
                yield _property(name, "valueCode", code, display)


def _relatives(edition: Edition, ref: Ref) -> tuple[Iterable[tuple[str, str | None]], ...]:
    """Parents and children, with their displays."""
    if not isinstance(edition, TableEdition) or not isinstance(ref, int):
        return (), ()
    table, hierarchy = edition.table, edition.table.hierarchy
    groups = (hierarchy.parents(ref), hierarchy.children(ref))
    return tuple([(table.code(each), table.display(each)) for each in group] for group in groups)


def _value(property_: Resource) -> tuple[str, Any]:
    return next(((key, value) for key, value in property_.items() if key.startswith("value")), ("", None))


def _property(code: str, type_: str, value: Any, description: str | None = None) -> Resource:
    parts: list[Resource] = [{"name": "code", "valueCode": code}, {"name": "value", type_: value}]
    if description is not None:
        parts.append({"name": "description", "valueString": description})
    return {"name": "property", "part": parts}
