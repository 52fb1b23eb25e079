"""The JSON shape of FHIR (https://hl7.org/fhir/R4/json.html): properties, arrays, empty values, cardinality."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from conformance.validator.facets.extensions import extensions
from conformance.validator.facets.primitives import fault, json_type, shown
from conformance.validator.path import At
from conformance.validator.plan import FieldPlan, TypePlan
from conformance.validator.rules.embedded_html import contains_html
from conformance.validator.run import Run

_SUGGESTED_AT_MOST = 200
"""Findings after which the nearest name is no longer looked for, which takes as long as all the rest."""
_ALWAYS = ("resourceType", "fhir_comments")


def not_an_object(value: Any, at: At, plan: TypePlan, run: Run) -> None:
    """An object was expected."""
    run.report("structure.not-an-object", at, found=json_type(value), expected=plan.name, profile=plan.profile)


def more_properties(value: dict[str, Any], at: At, plan: TypePlan, run: Run) -> None:
    """Properties that the type does not name: `_name` of primitives is checked, all others are unknown."""
    primitives = {field.name: field for field in plan.fields if field.is_primitive}
    known = {field.name for field in plan.fields}
    for key in value:
        if key in known or (key in _ALWAYS and (plan.kind == "resource" or key != "resourceType")):
            continue
        if key[:1] == "_" and key[1:] in primitives:
            _sibling(value, key, primitives[key[1:]], at, run)
        else:
            _unknown(key, at, plan, known, run)


def _unknown(key: str, at: At, plan: TypePlan, known: set[str], run: Run) -> None:
    near = [name for name in known if name.lower() == key.lower()]
    if not near and len(run.found) < _SUGGESTED_AT_MOST:
        near = get_close_matches(key, known, n=1, cutoff=0.75)
    issue_id = "structure.unknown-property-near" if near else "structure.unknown-property"
    step = (at, key, -1)
    run.report(issue_id, step, found=key, type=plan.name, expected=near[0] if near else "", profile=plan.profile)


def _sibling(value: dict[str, Any], key: str, field: FieldPlan, at: At, run: Run) -> None:
    """`_name`: the id and extensions of a primitive, or an array of them (https://hl7.org/fhir/R4/json.html#primitive)."""
    sibling, own = value[key], value.get(field.name)
    if key == "_id" and "resourceType" in value and isinstance(sibling, dict) and "extension" in sibling:
        run.report("structure.id-extension", (at, "id", -1))
    if not field.is_list:
        _primitive_element(sibling, (at, field.element, -1), field.type, has_value=own is not None, run=run)
        return
    step = (at, field.element, -1)
    if not isinstance(sibling, list):
        run.report("structure.not-a-list", step, found=json_type(sibling), name=key)
        return
    if isinstance(own, list) and len(own) != len(sibling):
        run.report("structure.sibling-length", step, name=key, found=len(sibling), expected=len(own))
    for index, each in enumerate(sibling):
        has_value = isinstance(own, list) and index < len(own) and own[index] is not None
        if each is not None or not has_value:
            _primitive_element(each, (at, field.element, index), field.type, has_value=has_value, run=run)


def _primitive_element(sibling: Any, at: At, type_name: str, *, has_value: bool, run: Run) -> None:
    if not isinstance(sibling, dict):
        run.report("structure.not-an-object", at, found=json_type(sibling), expected=f"Element ({type_name})")
        return
    for key in sibling:
        if key not in ("id", "extension", "fhir_comments"):
            run.report("structure.unknown-property", (at, key, -1), found=key, type=type_name, expected="")
    if "id" in sibling and (wrong := fault("string", sibling["id"])):
        run.report(wrong.issue_id, (at, "id", -1), **wrong.params)
    if "extension" in sibling:
        rows = sibling["extension"]
        if isinstance(rows, list) and rows:
            extensions(rows, at, "extension", sibling, type_name, run)
        else:
            run.report(
                "structure.empty-list" if rows == [] else "structure.not-a-list",
                (at, "extension", -1),
                found=json_type(rows),
                name="extension",
            )
    elif not has_value:
        run.report("structure.empty-element", at, type=type_name)


def empty(at: At, plan: TypePlan, run: Run) -> None:
    """ele-1: an element has a value or children; `id` alone is neither."""
    run.report("structure.empty-element", at, type=plan.name, profile=plan.profile, rule="ele-1")


def nulls(value: dict[str, Any], at: At, run: Run) -> None:
    """JSON null stands for nothing outside arrays of primitives."""
    for key, each in value.items():
        if each is None:
            run.report("structure.null", (at, key, -1), name=key)


def null_item(value: dict[str, Any], name: str, index: int, at: At, run: Run) -> None:
    """A null in an array of primitives needs an element in `_name` at the same place."""
    sibling = value.get(f"_{name}")
    if not (isinstance(sibling, list) and index < len(sibling) and sibling[index]):
        run.report("structure.null", (at, name, index), name=name)


def not_a_list(value: Any, at: At, field: FieldPlan, run: Run) -> None:
    """An array with at least one item was expected."""
    issue_id = "structure.empty-list" if value == [] else "structure.not-a-list"
    run.report(issue_id, at, found=json_type(value), name=field.name)


def absent(value: dict[str, Any], at: At, field: FieldPlan, plan: TypePlan, run: Run) -> None:
    """A required element is missing, unless a primitive's extension stands for it."""
    names = [f.name for f in plan.fields if f.element == field.element] if field.is_choice else [field.name]
    if any(value.get(f"_{name}") for name in names) or (value.get(field.name) is not None and not field.is_choice):
        return
    path = f"{plan.name}.{field.element}"
    run.report(
        "cardinality.min",
        at,
        name=field.element,
        found=0,
        expected=field.min,
        profile=plan.profile,
        element=path,
        rule="min",
    )


def too_many(values: list[Any], at: At, field: FieldPlan, plan: TypePlan, run: Run) -> None:
    """More repetitions than the type allows."""
    path = f"{plan.name}.{field.element}"
    run.report(
        "cardinality.max",
        at,
        name=field.element,
        found=len(values),
        expected=field.max,
        profile=plan.profile,
        element=path,
        rule="max",
    )


def many_choices(value: dict[str, Any], at: At, element: str, plan: TypePlan, run: Run) -> None:
    """A choice element stands in one form only (https://hl7.org/fhir/R4/formats.html#choice)."""
    found = [f.name for f in plan.fields if f.element == element and f.name in value]
    run.report("structure.many-choices", at, name=element, found=", ".join(found), profile=plan.profile)


def primitive(value: Any, at: At, type_name: str, run: Run) -> None:
    """A primitive that the quick test did not settle."""
    wrong = fault(type_name, value)
    if wrong is not None:
        run.report(wrong.issue_id, at, **wrong.params)


def text(value: Any, at: At, type_name: str, run: Run) -> None:
    """HTML where a policy forbids it."""
    policy = run.shared.policy
    if isinstance(value, str) and contains_html(value):
        level = policy.html_in_strings if type_name == "string" else policy.html_in_markdown
        run.report("primitive.html", at, found=value, severity=level)


__all__ = [
    "absent", "many_choices", "more_properties", "not_a_list", "not_an_object", "null_item", "nulls",
    "primitive", "shown", "text", "too_many",
]  # fmt: skip
