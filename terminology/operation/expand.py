"""`ValueSet/$expand` (https://hl7.org/fhir/R4/valueset-operation-expand.html)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource
from terminology.engine.block import Block, Shape
from terminology.engine.compose import Composition, compose, search
from terminology.engine.definition import Definition
from terminology.engine.edition import Ref, TableEdition
from terminology.engine.entries import Entries
from terminology.engine.messages import failure
from terminology.engine.options import Options, read_options, see_value_set
from terminology.engine.requests import requested_value_set, scope_of
from terminology.engine.scope import Scope
from terminology.engine.status import status_warning
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService

_LEFT_OUT = frozenset(
    {"id", "meta", "text", "purpose", "compose", "description", "contact", "copyright", "publisher", "extension"}
    | {"contained", "expansion"}
)
_ECHOED = (
    "excludeNested",
    "activeOnly",
    "includeDesignations",
    "includeDefinition",
    "excludeNotForUI",
    "excludePostCoordinated",
)
_UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
_DEEPEST = 50
"""Levels of nested codes; readers and writers of JSON have their limits, so what is deeper is listed flat."""


def expand(service: TerminologyService, call: Call) -> Resource:
    """The value set with its expansion. Raises OperationFailed."""
    options = read_options(call)
    scope = scope_of(service, call, options)
    definition = requested_value_set(call, scope)
    see_value_set(options, definition.resource)
    scope.require_supplements(definition)
    if "expansion" in definition.resource and definition.compose is None and not _narrows(options):
        return {key: value for key, value in definition.resource.items() if key != "id"}
    made = compose(definition, scope)
    if options.filter:
        made = search(made, options.filter)
    scope.check_supplements()
    expansion = _expansion(definition, made, scope)
    expansion = {"identifier": f"urn:uuid:{service.new_id()}", "timestamp": service.now(), **expansion}
    kept = definition.resource
    if not options.flag("includeDefinition"):
        kept = {key: value for key, value in kept.items() if key not in _LEFT_OUT}
    return {**{key: value for key, value in kept.items() if key not in ("id", "text")}, "expansion": expansion}


def _narrows(options: Options) -> bool:
    """Whether less is asked for than an expansion that is there already."""
    return bool(options.filter or options.numbers or any(map(options.flag, ("activeOnly", "excludeNotForUI"))))


def _expansion(definition: Definition, made: Composition, scope: Scope) -> Resource:
    options = scope.options
    offset, count = options.numbers.get("offset", 0), options.numbers.get("count")
    total = len(made)
    _check_cost(definition, total, offset, count, scope)
    entries = Entries(options, definition.resource, by_version=made.by_version)
    if _may_nest(made, options, total):
        contains = _nested(made, entries)
    else:
        contains = [entries.entry(block, ref) for block, ref in _page(made, offset, total if count is None else count)]
    expansion: Resource = {}
    extensions = [*_openness(made), *entries.definitions()]
    if extensions:
        expansion["extension"] = extensions
    expansion["total"] = total
    if "offset" in options.numbers:
        expansion["offset"] = offset
    expansion["parameter"] = _parameters(definition, made, scope)
    if contains:
        expansion["contains"] = contains
    return {key: value for key, value in expansion.items() if value != []}


def _check_cost(definition: Definition, total: int, offset: int, count: int | None, scope: Scope) -> None:
    limit = scope.limits.expansion_codes if count is None else scope.limits.page_codes
    limit = min(limit, scope.options.numbers.get("limit") or limit)
    wanted = max(total - offset, 0) if count is None else min(count, max(total - offset, 0))
    if wanted > limit:
        chinese = scope.options.chinese
        raise failure("VALUESET_TOO_COSTLY", chinese=chinese, value_set=definition.canonical, limit=f">{limit}")


def _may_nest(made: Composition, options: Options, total: int) -> bool:
    if not made.may_nest or options.flag("excludeNested"):
        return False
    count = options.numbers.get("count")
    return not options.numbers.get("offset") and (count is None or count > total)


def _page(made: Composition, offset: int, count: int) -> Iterator[tuple[Block, Ref]]:
    for block in made.blocks:
        if count <= 0:
            return
        refs = block.page(offset, count)
        offset = max(offset - len(block), 0)
        count -= len(refs)
        yield from ((block, ref) for ref in refs)


def _nested(made: Composition, entries: Entries) -> list[Resource]:
    """Entries under their parents; all flat where a concept is listed below two of them, or too deep."""
    roots: list[Resource] = []
    flat: list[Resource] = []
    is_tree = True
    for block in made.blocks:
        by_ref: dict[Ref, Resource] = {}
        depths: dict[int, int] = {}
        for ref in block.page(0, len(block)):
            entry = by_ref[ref] = entries.entry(block, ref)
            flat.append(entry)
            parent, is_only = _parent(block, ref, by_ref)
            is_tree = is_tree and is_only
            depth = depths[id(entry)] = depths[id(parent)] + 1 if parent is not None else 1
            is_tree = is_tree and depth <= _DEEPEST
            (roots if parent is None else parent.setdefault("contains", [])).append(entry)
    if is_tree:
        return roots
    return [{key: value for key, value in entry.items() if key != "contains"} for entry in flat]


def _parent(block: Block, ref: Ref, listed: dict[Ref, Resource]) -> tuple[Resource | None, bool]:
    """The entry to put `ref` under, and whether that is the only place for it."""
    if block.shape is Shape.FLAT or not isinstance(block.edition, TableEdition) or not isinstance(ref, int):
        return None, True
    hierarchy = block.edition.table.hierarchy
    parents = hierarchy.parents(ref)
    if block.shape is Shape.PARENT:
        return (listed.get(parents[0]) if parents else None), True
    at = parents
    while at and at[0] not in listed:
        at = hierarchy.parents(at[0])
    return (listed[at[0]] if at else None), len(parents) < 2


def _openness(made: Composition) -> list[Resource]:
    if not made.open_reasons:
        return []
    reason = {"url": f"{_UNCLOSED}-reason", "valueString": "; ".join(dict.fromkeys(made.open_reasons))}
    return [{"url": _UNCLOSED, "valueBoolean": True}, reason]


def _parameters(definition: Definition, made: Composition, scope: Scope) -> list[Resource]:
    """What an expansion says of how it was made."""
    options = scope.options
    found: list[Resource] = []
    if options.filter:
        found.append({"name": "filter", "valueString": options.filter})
    if options.languages is not None:
        found.append({"name": "displayLanguage", "valueCode": str(options.languages)})
    found += [{"name": "designation", "valueString": each} for each in options.designations]
    flags = {name: options.flags[name] for name in _ECHOED if name in options.flags}
    if made.versions_match:
        flags["versionsMatch"] = True
    found += [{"name": name, "valueBoolean": value} for name, value in flags.items()]
    found += [
        {"name": name, "valueInteger": options.numbers[name]} for name in ("offset", "count") if name in options.numbers
    ]
    warnings = status_warning(definition.resource, definition.resource)
    applied = ((name, value) for name, value in scope.applied if value != definition.canonical)
    uris = dict.fromkeys([*warnings, *made.parameters, *applied])
    return found + [{"name": name, "valueUri": value} for name, value in uris]
