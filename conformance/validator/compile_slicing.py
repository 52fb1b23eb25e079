"""ElementDefinition.slicing → `SlicingPlan`: each discriminator worked out into a test that values pass or not.

https://hl7.org/fhir/R4/profiling.html#discriminator
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from conformance.validator.compile_type import binding_of
from conformance.validator.definitions import Definitions
from conformance.validator.discriminator import Step, UnusablePath, parse_path
from conformance.validator.plan import Binding, ElementPlan, SlicePlan, SlicingPlan, Test
from conformance.validator.tree import Element
from fhir_kernel.definitions.model import is_profile
from fhir_kernel.errors import DefinitionError
from fhir_kernel.resource import Resource

PlanSlice = Callable[[Element, Element], ElementPlan]
"""(the sliced element, one of its slices) → the slice's plan."""
_DEFAULT = "@default"
_MAX_DEPTH = 4


def compile_slicing(node: Element, plan_slice: PlanSlice, definitions: Definitions) -> SlicingPlan | None:
    """The slicing of `node`; None where it has neither slices nor a closed slicing."""
    slicing = node.definition.get("slicing", {})
    if not node.slices:
        return None
    discriminators = slicing.get("discriminator") or _implied(node)
    slices = tuple(
        SlicePlan(
            name,
            tuple(test for each in discriminators for test in _tests(each, child, definitions)),
            plan_slice(node, child),
            name == _DEFAULT,
        )
        for name, child in node.slices.items()
    )
    spelt = tuple(f"{each['type']}:{each['path']}" for each in discriminators)
    return SlicingPlan(slicing.get("rules", "open"), bool(slicing.get("ordered")), spelt, slices)


def _implied(node: Element) -> list[Resource]:
    """Choice elements are sliced by type and extensions by url where nothing is said."""
    if node.path.endswith("[x]"):
        return [{"type": "type", "path": "$this"}]
    if node.name in ("extension", "modifierExtension"):
        return [{"type": "value", "path": "url"}]
    return []


def _tests(discriminator: Resource, child: Element, definitions: Definitions) -> Iterator[Test]:
    kind, path = discriminator["type"], discriminator["path"]
    try:
        steps = parse_path(path)
    except UnusablePath:
        return
    if kind in ("value", "pattern"):
        yield from _value_tests(path, steps, child, definitions)
    elif kind == "exists":
        yield from _exists_tests(path, steps, child, definitions)
    elif kind == "type":
        yield from _type_tests(path, steps, child, definitions)
    elif kind == "profile":
        profiles = _profiles(steps, child, definitions)
        if profiles:
            yield Test("profile", path, profiles=tuple(profiles))


def _value_tests(path: str, steps: tuple[Step, ...], child: Element, definitions: Definitions) -> Iterator[Test]:
    profiles = [profile for entry in child.definition.get("type", ()) for profile in entry.get("profile", ())]
    if path == "url" and profiles:
        yield Test("value", path, fixed=(profiles[0].partition("|")[0],))
        return
    found = elements_at(child, steps, definitions)
    test = _stated(path, found)
    if test.is_void:
        test = _within(path, steps, child)
    if not test.is_void:
        yield test
        return
    for element in found:
        yield from _deeper(path, element, definitions, _MAX_DEPTH)


def _within(path: str, steps: tuple[Step, ...], child: Element) -> Test:
    """What the fixed value or pattern of the slice itself holds at `steps`."""
    for key, value in child.definition.items():
        if not key.startswith(("fixed", "pattern")):
            continue
        for step in steps:
            value = value.get(step.argument) if isinstance(value, dict) and step.kind == "child" else None
        if value is not None:
            return Test("value", path, patterns=(value,))
    return Test("value", path)


def _deeper(path: str, element: Element, definitions: Definitions, depth: int) -> Iterator[Test]:
    """What the children of an element state, where the element itself states nothing."""
    for name, below in element.children.items():
        inner = name if path in ("", "$this") else f"{path}.{name}"
        test = _stated(inner, [below])
        if not test.is_void:
            yield test
        elif depth and ":" not in name:
            yield from _deeper(inner, below, definitions, depth - 1)
    for below in element.slices.values():
        if below.definition.get("min", 0) > 0:
            test = _stated(path, [below])
            if not test.is_void:
                yield test
            elif depth:
                yield from _deeper(path, below, definitions, depth - 1)


def _stated(path: str, elements: list[Element]) -> Test:
    fixed: list[Any] = []
    patterns: list[Any] = []
    bindings: list[Binding] = []
    for element in elements:
        row = element.definition
        fixed += [value for key, value in row.items() if key.startswith("fixed") and key[5:6].isupper()]
        patterns += [value for key, value in row.items() if key.startswith("pattern") and key[7:8].isupper()]
        binding = binding_of(row)
        if binding is not None and binding.strength == "required" and not _is_inherited(binding, elements):
            bindings.append(binding)
        if fixed or patterns:
            break
    return Test(
        "value", path, tuple(fixed[:1]), tuple(patterns[:1]), tuple(bindings[:1]) if not fixed + patterns else ()
    )


def _is_inherited(binding: Binding, elements: list[Element]) -> bool:
    """Whether the type itself has the binding, so that it tells no slice from another."""
    bases = (binding_of(each.definition) for each in elements if not is_profile(each.profile))
    return any(base is not None and base.value_set == binding.value_set for base in bases)


def _exists_tests(path: str, steps: tuple[Step, ...], child: Element, definitions: Definitions) -> Iterator[Test]:
    for element in elements_at(child, steps, definitions)[:1]:
        if element.definition.get("max") == "0":
            yield Test("exists", path, exists=False)
        elif element.definition.get("min", 0) > 0:
            yield Test("exists", path, exists=True)


def _type_tests(path: str, steps: tuple[Step, ...], child: Element, definitions: Definitions) -> Iterator[Test]:
    types: list[str] = []
    if steps and steps[-1].kind == "resolve":
        for element in elements_at(child, steps[:-1], definitions)[:1]:
            for entry in element.definition.get("type", ()):
                types += [_type_of(canonical, definitions) for canonical in entry.get("targetProfile", ())]
    else:
        for element in elements_at(child, steps, definitions)[:1]:
            types += element.type_codes
            if not types and "." not in element.path:
                types.append(element.profile["type"])
    if types:
        yield Test("type", path, types=tuple(dict.fromkeys(types)))


def _type_of(canonical: str, definitions: Definitions) -> str:
    try:
        return str(definitions.catalog.structure(canonical)["type"])
    except DefinitionError:
        return canonical.rpartition("/")[2]


def _profiles(steps: tuple[Step, ...], child: Element, definitions: Definitions) -> list[str]:
    key = "profile"
    if steps and steps[-1].kind == "resolve":
        steps, key = steps[:-1], "targetProfile"
    found: list[str] = []
    for element in elements_at(child, steps, definitions)[:1]:
        for entry in element.definition.get("type", ()):
            found += entry.get(key, ()) or ([entry["code"]] if key == "profile" else [])
    return found


def elements_at(element: Element, steps: tuple[Step, ...], definitions: Definitions) -> list[Element]:
    """The definitions that say something of what stands at `steps` below `element`, nearest first."""
    found = [element]
    for step in steps:
        found = [below for each in found for below in _take(each, step, definitions)]
    return found


def _take(element: Element, step: Step, definitions: Definitions) -> Iterator[Element]:
    if step.kind == "child":
        own = element.children.get(step.argument)
        if own is not None:
            yield own
            yield from (below for below in own.slices.values() if below.definition.get("min", 0) > 0)
        for origin in definitions.origins(element):
            if step.argument in origin.children:
                yield origin.children[step.argument]
    elif step.kind == "extension":
        yield from _extension(element, step.argument, definitions)
    elif step.kind == "resolve":
        for entry in element.definition.get("type", ()):
            for canonical in entry.get("targetProfile", ()):
                try:
                    yield definitions.tree(canonical)
                except DefinitionError:
                    continue  # a target profile that is not known tells nothing
    else:
        kind = step.argument.rpartition(".")[2]
        yield from (below for below in element.slices.values() if kind in below.type_codes)
        if kind in element.type_codes:
            yield element


def _extension(element: Element, url: str, definitions: Definitions) -> Iterator[Element]:
    sliced = element.children.get("extension")
    for below in sliced.slices.values() if sliced is not None else ():
        profiles = [canonical for entry in below.definition.get("type", ()) for canonical in entry.get("profile", ())]
        named = below.children.get("url")
        if url in profiles or (named is not None and named.definition.get("fixedUri") == url):
            yield below
    try:
        yield definitions.tree(url)
    except DefinitionError:
        return
