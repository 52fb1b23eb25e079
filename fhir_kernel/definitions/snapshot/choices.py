"""Slices of choice elements by type, whether spelled out or meant by a name such as `valueQuantity`.

https://hl7.org/fhir/R4/profiling.html#slicing and https://hl7.org/fhir/R4/formats.html#choice
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fhir_kernel.definitions.snapshot.scope import Scope
from fhir_kernel.definitions.snapshot.slicing import ApplyOne
from fhir_kernel.definitions.snapshot.sources import Sources, type_code, type_codes
from fhir_kernel.definitions.snapshot.tree import Change, Node
from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource

_BY_TYPE = [{"type": "type", "path": "$this"}]


@dataclass(frozen=True, slots=True)
class _TypeSlice:
    change: Change
    """With its slice name and type filled in."""
    code: str


def type_of_name(name: str, choice: Node, sources: Sources) -> str | None:
    """The type that `valueQuantity` means for `value[x]`; None if it is no such name."""
    stem = choice.name[:-3]
    suffix = name[len(stem) :]
    if not name.startswith(stem) or not suffix[:1].isupper():
        return None
    for code in type_codes(choice.element):
        if code[:1].upper() + code[1:] == suffix:
            return code
    for code in (suffix, suffix[:1].lower() + suffix[1:]):
        definition = sources.definition(code)
        if definition is not None and definition["kind"] != "resource":
            return str(definition["type"])
    return None


def slice_by_type(group: tuple[Node, ...], changes: list[Change], scope: Scope, apply_one: ApplyOne) -> Sequence[Node]:
    """The choice element sliced by type, then a slice for each type spoken of, then the base's other slices."""
    base, *there = group
    first = changes[0]
    is_shortcut = first.name != base.name or first.slice_name is not None
    slicer_change = Change(base.name, first.path) if is_shortcut else first
    _check_slicing(slicer_change)
    wanted = [_type_slice(c, base, scope) for c in (changes if is_shortcut else changes[1:])]
    plain = Node(base.name, _without_slicing(base.element), base.children)
    slicer = apply_one(plain, slicer_change, scope.sliced())
    mandatory = _mandatory_type(wanted)
    by_code = {code: node for node in there for code in type_codes(node.element)[:1]}
    made: list[Node] = []
    for each in wanted:
        start = by_code.pop(each.code, plain)
        keep_min = len(wanted) == 1
        made.append(apply_one(start, each.change, scope.sliced(), keep_min=keep_min))
    element = _narrow(slicer.element, mandatory, made, drops=is_shortcut and _is_extension_value(first))
    is_open = not there and element.get("max") != "0" and _uncovered(element, made)
    element["slicing"] = {"discriminator": _BY_TYPE, "ordered": False, "rules": "open" if is_open else "closed"}
    handled = {id(node) for node in by_code.values()}
    return (Node(base.name, element, slicer.children), *made, *(node for node in there if id(node) in handled))


def _check_slicing(change: Change) -> None:
    slicing = change.stated.get("slicing", {})
    if slicing.get("ordered"):
        raise SnapshotError("slicing by type cannot be ordered", path=change.path)
    discriminators = [{"type": d.get("type"), "path": d.get("path")} for d in slicing.get("discriminator", ())]
    if discriminators and discriminators != _BY_TYPE:
        raise SnapshotError("a choice can only be sliced by type:$this", path=change.path)


def _type_slice(change: Change, base: Node, scope: Scope) -> _TypeSlice:
    said = change.stated
    stated = [type_code(entry) for entry in said.get("type", ())]
    implied = type_of_name(change.name, base, scope.sources)
    implied = implied or type_of_name(change.slice_name or "", base, scope.sources)
    if len(stated) > 1 or (stated and implied and change.name != base.name and stated[0] != implied):
        raise SnapshotError(f"a slice for type {implied} cannot have type {' | '.join(stated)}", path=change.path)
    code = stated[0] if stated else implied
    if code is None:
        raise SnapshotError("a slice by type has neither a type nor a name that tells it", path=change.path)
    name = base.name[:-3] + code[:1].upper() + code[1:]
    if change.slice_name not in (None, name) and not scope.repair:
        raise SnapshotError(f"the slice must be named {name}, not {change.slice_name}", path=change.path)
    types = said.get("type") or _entries(base.element, code)
    element = {**said, "sliceName": name, "type": types}
    return _TypeSlice(Change(base.name, change.path, element, change.children), code)


def _entries(element: Resource, code: str) -> list[Resource]:
    return [entry for entry in element.get("type", ()) if type_code(entry) == code] or [{"code": code}]


def _mandatory_type(wanted: list[_TypeSlice]) -> str | None:
    for place, each in enumerate(wanted):
        if each.change.stated.get("min", 0) > 0:
            if place + 1 < len(wanted):
                raise SnapshotError("one type slice is mandatory, so others cannot exist", path=each.change.path)
            return each.code
    return None


def _narrow(element: Resource, mandatory: str | None, made: list[Node], *, drops: bool) -> Resource:
    narrowed = _without_slicing(element)
    types = narrowed.get("type", [])
    if mandatory is not None:
        narrowed["min"] = 1
        types = [entry for entry in types if type_code(entry) == mandatory]
    if drops:
        covered = {code for node in made for code in type_codes(node.element)}
        types = [entry for entry in types if type_code(entry) in covered]
    if len(types) > 1:
        prohibited = {code for node in made if node.element.get("max") == "0" for code in type_codes(node.element)}
        types = [entry for entry in types if type_code(entry) not in prohibited]
    narrowed["type"] = types
    return narrowed


def _uncovered(element: Resource, made: list[Node]) -> set[str]:
    return set(type_codes(element)) - {code for node in made for code in type_codes(node.element)}


def _is_extension_value(change: Change) -> bool:
    return change.path.rpartition(".")[0].endswith("xtension")


def _without_slicing(element: Resource) -> Resource:
    return {key: value for key, value in element.items() if key != "slicing"}
