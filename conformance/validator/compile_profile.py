"""A profile → its `ProfilePlan`: what its snapshot asks beyond what the type asks already.

Each element is compared with the same element of the type; only facets that are stricter remain. Discriminators are
worked out once here, into tests that a value passes or not (`compile_slicing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from conformance.validator.compile_slicing import PlanSlice, compile_slicing
from conformance.validator.compile_type import binding_of
from conformance.validator.constraints import constraints_of
from conformance.validator.definitions import Definitions, canonicals_of, profiles_of
from conformance.validator.narrative_control import narrative_constraints
from conformance.validator.plan import Binding, Constraint, ElementPlan, ProfilePlan, TypeChoice
from conformance.validator.tree import Element
from fhir_kernel.definitions.model import Field, is_profile
from fhir_kernel.errors import DefinitionError
from fhir_kernel.resource import Resource

_MIN_LENGTH = "http://hl7.org/fhir/StructureDefinition/minLength"


def compile_profile(canonical: str, definitions: Definitions) -> ProfilePlan:
    """The plan of the profile `canonical`. Raises UnknownDefinition, SnapshotError."""
    structure = definitions.catalog.structure(canonical.partition("#")[0])
    tree = definitions.tree(canonical)
    compiler = _Compiler(definitions, structure)
    root_type = tree.path if "." in tree.path else structure["type"]
    if is_profile(structure):
        root = without_idle_references(compiler.element(tree, definitions.base_of(tree), root_type, ()))
    else:
        root = ElementPlan(tree.id, tree.path, tree.path, compiler.profile)
    version = structure.get("version", "")
    return ProfilePlan(structure["url"], version, root_type, structure["kind"], root)


class _Compiler:
    """One profile in the making."""

    def __init__(self, definitions: Definitions, structure: Resource) -> None:
        self.definitions = definitions
        self.model = definitions.catalog.model
        self.profile = "|".join(part for part in (structure["url"], structure.get("version")) if part)

    def element(self, node: Element, base: Element | None, owner: str, fields: tuple[Field, ...]) -> ElementPlan:
        """The plan of `node`, whose base is `base` and whose JSON forms are `fields`, in a value of type `owner`."""
        row, before = node.definition, base.definition if base is not None else {}
        is_slice = ":" in node.id.rpartition(".")[2]
        plan: dict[str, Any] = {
            "id": node.id,
            "path": node.path,
            "name": node.name,
            "profile": self.profile,
            "fields": tuple((f.name, f.type, f.is_primitive) for f in fields),
            "min": _min(row, before, is_slice=is_slice),
            "max": _max(row, before, is_slice=is_slice),
            "content_of": "" if node.children else row.get("contentReference", "").partition("#")[2],
        }
        if row.get("max") == "0":
            return ElementPlan(**plan)
        plan |= self._facets(node, base)
        plan["children"] = tuple(self._children(node, base, _inner_type(node, owner, fields)))
        plan["slicing"] = compile_slicing(node, self._slice_plan(owner, fields), self.definitions)
        return ElementPlan(**plan)

    def _slice_plan(self, owner: str, fields: tuple[Field, ...]) -> PlanSlice:
        def plan(node: Element, each: Element) -> ElementPlan:
            return self.element(each, node, owner, fields)

        return plan

    def _facets(self, node: Element, base: Element | None) -> dict[str, Any]:
        row, before = node.definition, base.definition if base is not None else {}
        return {
            "types": self._types(node, before),
            "fixed": _changed(row, before, "fixed"),
            "pattern": _changed(row, before, "pattern"),
            "binding": _binding(row, before, self.profile),
            "constraints": self._constraints(node, before),
            "max_length": int(row["maxLength"]) if row.get("maxLength") != before.get("maxLength") else None,
            "min_length": _min_length(row),
            "min_value": _changed(row, before, "minValue"),
            "max_value": _changed(row, before, "maxValue"),
        }

    def _types(self, node: Element, before: Resource) -> tuple[TypeChoice, ...] | None:
        rows = node.definition.get("type", ())
        if not rows or "contentReference" in node.definition or rows == before.get("type"):
            return None
        if node.path == node.profile["type"]:
            return None
        if rows[0]["code"].startswith("http://hl7.org/fhirpath/") or rows[0]["code"] == "xhtml":
            return None
        return tuple(_type_choice(each) for each in rows)

    def _constraints(self, node: Element, before: Resource) -> tuple[Constraint, ...]:
        rows = node.definition.get("constraint", ())
        if not rows:
            return ()
        known = {(each["key"], each.get("expression")) for each in before.get("constraint", ())}
        known |= {(each["key"], each.get("expression")) for each in self._type_constraints(node)}
        keys = {key for key, _ in known}
        new = [
            r
            for r in rows
            if (r["key"], r.get("expression")) not in known and not (r["key"] in keys and _is_general(r["key"]))
        ]
        controls = narrative_constraints(node.definition) if node.type_codes == ("Narrative",) else ()
        return (*constraints_of(new, node.path), *controls)

    def _type_constraints(self, node: Element) -> Iterable[Resource]:
        if node.path == node.profile["type"]:
            return ()
        found: list[Resource] = []
        for code in node.type_codes:
            try:
                found += self.definitions.tree(code).definition.get("constraint", ())
            except DefinitionError:
                continue  # a type that is not known says nothing
        return found

    def _children(self, node: Element, base: Element | None, owner: str) -> Iterable[ElementPlan]:
        schema = self.model.types.get(owner)
        for name, child in node.children.items():
            step = name.partition(":")[0].removesuffix("[x]")
            field = schema.fields.get(step) if schema else None
            if field is not None and not field.is_choice:
                fields: tuple[Field, ...] = (field,)
            else:
                fields = schema.choices.get(step, ()) if schema else ()
            if not fields:
                continue
            below = self.definitions.child(base, step) if base is not None else None
            plan = self.element(child, below, owner, fields)
            if plan.asks_anything:
                yield plan


def without_idle_references(root: ElementPlan) -> ElementPlan:
    """`root` without content references to elements of which the profile asks nothing."""
    active = {plan.id for plan in _below(root) if _is_active(plan)}
    return _pruned(root, active)


def _below(plan: ElementPlan) -> Iterator[ElementPlan]:
    yield plan
    for child in plan.children:
        yield from _below(child)


def _is_active(plan: ElementPlan) -> bool:
    return plan.asks_of_itself or any(child.asks_of_number or _is_active(child) for child in plan.children)


def _pruned(plan: ElementPlan, active: set[str]) -> ElementPlan:
    """`plan` with only those children that ask something in the end."""
    children = tuple(_pruned(child, active) for child in plan.children)
    content_of = plan.content_of if plan.content_of in active else ""
    return replace(plan, children=tuple(child for child in children if child.asks_anything), content_of=content_of)


def _inner_type(node: Element, owner: str, fields: tuple[Field, ...]) -> str:
    """The `Model.types` key of what `node` holds, in which its children are looked up."""
    if not fields:
        return owner
    if len(fields) == 1 and fields[0].type != "Resource":
        return fields[0].type
    codes = node.type_codes
    return codes[0] if codes else owner


def _min(row: Resource, before: Resource, *, is_slice: bool) -> int | None:
    lowest = int(row.get("min", 0))
    return lowest if lowest > (0 if is_slice else int(before.get("min", 0))) else None


def _max(row: Resource, before: Resource, *, is_slice: bool) -> int | None:
    highest = row.get("max", "*")
    if highest == "*" or (highest == before.get("max") and not is_slice):
        return None
    return int(highest)


def _type_choice(entry: Resource) -> TypeChoice:
    return TypeChoice(
        entry["code"],
        profiles_of(entry),
        canonicals_of(entry, "targetProfile"),
        tuple(entry.get("aggregation", ())),
    )


def _changed(row: Resource, before: Resource, prefix: str) -> Any:
    """The value of `fixed[x]`, `pattern[x]`, `minValue[x]` … where the base does not state the same."""
    for key, value in row.items():
        if key.startswith(prefix) and key[len(prefix) : len(prefix) + 1].isupper():
            return value if before.get(key) != value else None
    return None


def _binding(row: Resource, before: Resource, profile: str) -> Binding | None:
    binding = binding_of(row)
    if binding is None or binding == binding_of(before):
        return None
    is_contained = binding.value_set.startswith("#")
    return replace(binding, value_set=profile + binding.value_set) if is_contained else binding


def _min_length(row: Resource) -> int | None:
    for extension in row.get("extension", ()):
        if extension["url"] == _MIN_LENGTH:
            return int(extension["valueInteger"])
    return None


def _is_general(key: str) -> bool:
    """Constraints of all elements and resources, which profiles repeat in older or newer wordings."""
    return key.startswith(("ele-", "ext-", "dom-"))
