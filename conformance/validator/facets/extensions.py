"""Extensions: known, allowed where they stand, and what their definitions say.

https://hl7.org/fhir/R4/extensibility.html and https://hl7.org/fhir/R4/defining-extensions.html#context
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from conformance.validator.extension_info import ExtensionInfo
from conformance.validator.path import At, element_path
from conformance.validator.run import Item, Run
from fhir_kernel.errors import FhirPathError
from fhir_kernel.fhirpath import node

_CANONICAL = frozenset({"url", "version", "name", "status"})


def extensions(rows: list[Any], at: At, name: str, holder: dict[str, Any], holder_type: str, run: Run) -> None:
    """Check the extensions `rows` that stand at property `name` of `holder`, a value of type `holder_type`."""
    check = run.shared.space["check_Extension"]
    for index, row in enumerate(rows):
        place = (at, name, index)
        check(row, place, run)
        if type(row) is dict:
            _check_one(row, place, name, holder, holder_type, run)


def _check_one(row: dict[str, Any], at: At, name: str, holder: dict[str, Any], holder_type: str, run: Run) -> None:
    url = row.get("url")
    if not isinstance(url, str) or not url:
        return  # its absence is an error of the type Extension
    is_nested = holder_type == "Extension"
    if ":" not in url:
        if not is_nested:
            run.report("extension.relative-url", at, found=url)
        return
    info = run.shared.extension(url)
    if info is None:
        _unknown(url, at, name, run)
        return
    if info.is_modifier != (name == "modifierExtension"):
        expected = "modifierExtension" if info.is_modifier else "extension"
        run.report("extension.modifier", at, url=url, found=name, expected=expected)
    if not _is_allowed(info, at, holder, holder_type, run):
        contexts = ", ".join(f"{kind}:{text}" for kind, text in info.contexts)
        run.report("extension.context", at, url=url, found=_spelt(at, holder_type, run), expected=contexts)
    _context_invariants(info, row, at, holder, holder_type, run)
    run.later(Item(row, "Extension", at), url)


def _unknown(url: str, at: At, name: str, run: Run) -> None:
    policy = run.shared.policy
    is_open = url.startswith(policy.open_extension_domains)
    if name == "modifierExtension" and not is_open:
        run.report("extension.unknown-modifier", at, url=url)
        return
    level = "information" if is_open else policy.unknown_extension
    if level != "ignore":
        run.report("extension.unknown", at, url=url, severity=level)


def _is_allowed(info: ExtensionInfo, at: At, holder: dict[str, Any], holder_type: str, run: Run) -> bool:
    if not info.contexts:
        return True
    path = element_path(at[0], run.place.at, run.place.scope.resource.get("resourceType", ""))
    if run.shared.may_stand(info.url, path, holder_type, lambda: _is_among_places(info, at[0], holder_type, run)):
        return True
    for kind, text in info.contexts:
        if kind == "extension":
            if any(_names(url, text) for url in _enclosing(at[0], holder, holder_type, run)):
                return True
        elif kind == "fhirpath" and _selects(text, holder, run):
            return True
    return False


def _is_among_places(info: ExtensionInfo, at: At, holder_type: str, run: Run) -> bool:
    places = frozenset(places_of(at, holder_type, run))
    texts = [text for kind, text in info.contexts if kind not in ("extension", "fhirpath")]
    return any(text.replace("[x]", "") in places or text.partition("#")[2] in places for text in texts)


def _enclosing(at: At, holder: dict[str, Any], holder_type: str, run: Run) -> Iterator[str]:
    """The URL of the extension that holds the element at `at`, or that has it as its value."""
    if holder_type == "Extension":
        yield str(holder.get("url", ""))
    elif len(at) == 3 and at[1] == "value":
        outer = _value_at(at[0], run)
        if isinstance(outer, dict) and "url" in outer:
            yield str(outer["url"])


def _value_at(at: At, run: Run) -> Any:
    """The JSON at a place of the current resource; None where a choice element stands on the way."""
    if at is run.place.at or len(at) != 3:
        return run.place.scope.resource
    parent, name, index = at
    above = _value_at(parent, run)
    value = (above.get(name) or above.get(f"_{name}")) if isinstance(above, dict) else None
    return value[index] if isinstance(value, list) and 0 <= index < len(value) else value


def _names(url: str, context: str) -> bool:
    return url in (context, context.partition("#")[2], context.rpartition("/")[2])


def _selects(expression: str, holder: dict[str, Any], run: Run) -> bool:
    """Whether the FHIRPath context of an extension, run on the resource, gives the element that holds it."""
    resource = run.place.scope.resource
    try:
        found = run.shared.engine.compile(expression).evaluate(
            node(resource, resource.get("resourceType", "Resource")), run.environment
        )
    except FhirPathError:
        return False
    values = [getattr(each, "value", each) for each in found]
    return any(each is holder for each in values) or values == [True]


def places_of(at: At, holder_type: str, run: Run) -> Iterator[str]:
    """All names under which the element at `at` may be a context: its type, what that derives from, its paths."""
    yield "Element"
    yield from _lineage(holder_type, run)
    yield from _interfaces(holder_type, run)
    steps: list[str] = []
    place = at
    while place is not run.place.at and len(place) == 3:
        steps.insert(0, place[1])
        place = place[0]
    kinds = [run.place.scope.resource.get("resourceType", "")]
    for depth in range(len(steps) + 1):
        yield from (".".join((kind, *steps[depth:])) for each in kinds for kind in _lineage(each, run))
        if depth < len(steps):
            kinds = [f.type for kind in kinds for f in _fields(kind, steps[depth], run)]
    if steps and steps[-1] and holder_type[:1]:
        yield (
            ".".join((run.place.scope.resource.get("resourceType", ""), *steps))
            + holder_type[:1].upper()
            + holder_type[1:]
        )


def _lineage(type_name: str, run: Run) -> Iterator[str]:
    current: str | None = type_name
    while current is not None:
        yield current
        schema = run.shared.model.types.get(current)
        current = schema.base if schema else None


def _interfaces(type_name: str, run: Run) -> Iterator[str]:
    """R5's interfaces, which newer extensions name: any resource with the elements of one is one."""
    schema = run.shared.model.types.get(type_name)
    if schema is not None and schema.kind == "resource" and schema.fields.keys() >= _CANONICAL:
        yield "CanonicalResource"
        yield "MetadataResource"


def _fields(kind: str, element: str, run: Run) -> list[Any]:
    schema = run.shared.model.types.get(kind)
    if schema is None:
        return []
    field = schema.fields.get(element)
    return [field] if field is not None else list(schema.choices.get(element, ()))


def _spelt(at: At, holder_type: str, run: Run) -> str:
    return ", ".join(dict.fromkeys(place for place in places_of(at[0], holder_type, run) if place != "Element"))


def _context_invariants(
    info: ExtensionInfo, row: dict[str, Any], at: At, holder: dict[str, Any], holder_type: str, run: Run
) -> None:
    for expression in info.context_invariants:
        environment = replace(run.environment, variables={"extension": [node(row, "Extension")]})
        try:
            holds = run.shared.engine.compile(expression).holds(node(holder, holder_type), environment)
        except FhirPathError as error:
            run.report("invariant.unusable", at, key="contextInvariant", reason=str(error))
            continue
        if not holds:
            run.report("extension.context-invariant", at, url=info.url, expected=expression)
