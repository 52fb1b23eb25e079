"""The invariants of StructureDefinition and ElementDefinition as Python.

https://hl7.org/fhir/R4/structuredefinition.html#invs, https://hl7.org/fhir/R4/elementdefinition.html#invs
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from conformance.validator.builtin_reading import Value, are_distinct, exists, has_choice, rows
from conformance.validator.references import Scope

_STEP = r"[^\s.,:;'\"/|?!@#$%&*()\[\]{}]{1,64}"
_PATH = re.compile(rf"^{_STEP}(\.{_STEP}(\[x\])?(:[^\s.]+)?)*$")
_CORE_PATH = re.compile(r"^[A-Za-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*(\[x\])?)*$")
_SLICE_NAME = re.compile(r"^[a-zA-Z0-9/\-_\[\]@]+$")
_SYSTEM_TYPE = r"^http://hl7\.org/fhirpath/System\.[A-Z][A-Za-z]+$"
_OWN_TYPE = re.compile(rf"^[a-zA-Z0-9]+$|{_SYSTEM_TYPE}")
_WHOLE_TYPE = re.compile(rf"^[a-zA-Z0-9.]+$|{_SYSTEM_TYPE}")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_NOT_WITH_REFERENCE = ("defaultValue", "fixed", "pattern", "minValue", "maxValue")
_REFERENCES = ("Reference", "canonical")


def eld_1(value: Value) -> bool:
    """A slicing has discriminators or a description."""
    return bool(value.get("discriminator")) or exists(value, "description")


def eld_2(value: Value) -> bool:
    """min is not greater than max."""
    if not (exists(value, "min") and exists(value, "max")):
        return True
    least, most = value.get("min"), value.get("max")
    if not isinstance(most, str):
        return False
    is_number = _WHOLE_NUMBER.fullmatch(most) is not None
    return most == "*" or (is_number and isinstance(least, int) and least <= int(most))


def eld_4(value: Value) -> bool:
    """Aggregation only for references."""
    return value.get("code") in _REFERENCES or not exists(value, "aggregation")


def eld_5(value: Value) -> bool:
    """An element with a contentReference has no type, values or binding of its own."""
    if not exists(value, "contentReference"):
        return True
    if value.get("type") or value.get("example") or value.get("binding") or exists(value, "maxLength"):
        return False
    return not any(has_choice(value, name) for name in _NOT_WITH_REFERENCE)


def eld_6(value: Value) -> bool:
    """A fixed value only where there is one type."""
    return _count(value, "type") <= 1 or not has_choice(value, "fixed")


def eld_7(value: Value) -> bool:
    """A pattern only where there is one type."""
    return _count(value, "type") <= 1 or not has_choice(value, "pattern")


def eld_8(value: Value) -> bool:
    """Not both a pattern and a fixed value."""
    return not (has_choice(value, "pattern") and has_choice(value, "fixed"))


def eld_11(_value: Value) -> bool:
    """A binding only for coded types. As published it always holds: it asks for any answer, not for a true one."""
    return True


def eld_12(value: Value) -> bool:
    """The value set of a binding is an absolute URL."""
    if not exists(value, "valueSet"):
        return True
    url = value.get("valueSet")
    return isinstance(url, str) and url.startswith(("http:", "https", "urn:"))


def eld_13(value: Value) -> bool:
    """No type twice."""
    return are_distinct(rows(value, "type"), "code")


def eld_14(value: Value) -> bool:
    """No constraint key twice."""
    return are_distinct(rows(value, "constraint"), "key")


def eld_15(value: Value) -> bool:
    """Not both a default value and a meaning of its absence."""
    return not exists(value, "meaningWhenMissing") or not has_choice(value, "defaultValue")


def eld_16(value: Value) -> bool:
    """A slice's name is of letters, digits and a few signs."""
    name = value.get("sliceName")
    return _SLICE_NAME.search(name) is not None if isinstance(name, str) else "_sliceName" not in value


def eld_17(value: Value) -> bool:
    """Target profiles only for references."""
    return value.get("code") in _REFERENCES or not exists(value, "targetProfile")


def eld_18(value: Value) -> bool:
    """A modifier needs its reason."""
    is_modifier = value.get("isModifier")
    if is_modifier is False or (is_modifier is None and "_isModifier" not in value):
        return True
    return exists(value, "isModifierReason")


def eld_19(value: Value) -> bool:
    """A path is of names with dots between them."""
    path = value.get("path")
    return isinstance(path, str) and _PATH.search(path) is not None


def eld_20(value: Value) -> bool:
    """A path should be of letters and digits, with choices written name[x]."""
    path = value.get("path")
    return isinstance(path, str) and _CORE_PATH.search(path) is not None


def eld_21(value: Value) -> bool:
    """A constraint should have a FHIRPath expression."""
    return exists(value, "expression")


def eld_22(value: Value) -> bool:
    """sliceIsConstraining only for slices."""
    return not exists(value, "sliceIsConstraining") or exists(value, "sliceName")


def sdf_1(value: Value) -> bool:
    """The paths of a snapshot are unique, save in constraints."""
    return value.get("derivation") == "constraint" or are_distinct(_elements(value, "snapshot"), "path")


def sdf_3(value: Value) -> bool:
    """The elements of a snapshot have a definition and a cardinality."""
    names = ("definition", "min", "max")
    return all(exists(row, name) for row in rows(value, "element") for name in names)


def sdf_8(value: Value, scope: Scope) -> bool:
    """The first element of a snapshot is that of the type, and all others are within it."""
    elements = rows(value, "element")
    first, prefix = _first_path(value), (_first_path(scope.resource.get("snapshot")) or "") + "."
    if scope.resource.get("kind") != "logical" and (first is None or first != scope.resource.get("type")):
        return False
    return all(str(row.get("path", "")).startswith(prefix) for row in elements[1:])


def sdf_8a(value: Value, scope: Scope) -> bool:
    """The first element of a differential begins with the type, and all others are within it."""
    elements = rows(value, "element")
    first, kind, type_name = _first_path(value), scope.resource.get("kind"), scope.resource.get("type")
    if kind != "logical" and not (
        isinstance(first, str) and isinstance(type_name, str) and first.startswith(type_name)
    ):
        return False
    prefix = (_first_path(scope.resource.get("differential")) or "").partition(".")[0] + "."
    return all(str(row.get("path", "")).startswith(prefix) for row in elements[1:])


def sdf_8b(value: Value) -> bool:
    """The elements of a snapshot name their base."""
    return all(row.get("base") for row in rows(value, "element"))


def sdf_9(value: Value) -> bool:
    """The root element has no label, code or requirements."""
    roots = (row for row in _all_elements(value) if _is_root(row))
    return not any(row.get("code") or exists(row, "label") or exists(row, "requirements") for row in roots)


def sdf_10(value: Value) -> bool:
    """A binding in a snapshot has a value set or a description."""
    binding = value.get("binding")
    if not isinstance(binding, dict):
        return True
    return exists(binding, "valueSet") or exists(binding, "description")


def sdf_14(value: Value) -> bool:
    """All elements have an id."""
    return all(exists(row, "id") for row in _all_elements(value))


def sdf_16(value: Value) -> bool:
    """The ids of a snapshot are there and unique."""
    return _have_own_ids(_elements(value, "snapshot"))


def sdf_17(value: Value) -> bool:
    """The ids of a differential are there and unique."""
    return _have_own_ids(_elements(value, "differential"))


def sdf_19(value: Value) -> bool:
    """HL7's own definitions use only types of HL7's."""
    url = value.get("url")
    if isinstance(url, str) and not url.startswith("http://hl7.org/fhir/StructureDefinition"):
        return True
    views = (("differential", _OWN_TYPE), ("snapshot", _WHOLE_TYPE))
    return all(
        isinstance(code, str) and pattern.search(code) is not None
        for view, pattern in views
        for code in _type_codes(_elements(value, view))
    )


def sdf_22(value: Value) -> bool:
    """HL7's own definitions have no default values."""
    url = value.get("url")
    if isinstance(url, str) and not url.startswith("http://hl7.org/fhir/StructureDefinition"):
        return True
    return not any(has_choice(row, "defaultValue") for row in _all_elements(value))


def sdf_23(value: Value) -> bool:
    """The root element is no slice."""
    return all("." in str(row.get("path", "")) for row in _all_elements(value) if exists(row, "sliceName"))


STRUCTURE_BUILTINS: Mapping[str, Callable[..., bool]] = MappingProxyType(
    {
        "eld-1": eld_1,
        "eld-2": eld_2,
        "eld-4": eld_4,
        "eld-5": eld_5,
        "eld-6": eld_6,
        "eld-7": eld_7,
        "eld-8": eld_8,
        "eld-11": eld_11,
        "eld-12": eld_12,
        "eld-13": eld_13,
        "eld-14": eld_14,
        "eld-15": eld_15,
        "eld-16": eld_16,
        "eld-17": eld_17,
        "eld-18": eld_18,
        "eld-19": eld_19,
        "eld-20": eld_20,
        "eld-21": eld_21,
        "eld-22": eld_22,
        "sdf-1": sdf_1,
        "sdf-10": sdf_10,
        "sdf-14": sdf_14,
        "sdf-16": sdf_16,
        "sdf-17": sdf_17,
        "sdf-19": sdf_19,
        "sdf-22": sdf_22,
        "sdf-23": sdf_23,
        "sdf-3": sdf_3,
        "sdf-8": sdf_8,
        "sdf-8a": sdf_8a,
        "sdf-8b": sdf_8b,
        "sdf-9": sdf_9,
    }
)
"""By constraint key; sdf-8 and sdf-8a take the scope too."""


def _count(value: Value, name: str) -> int:
    found = value.get(name)
    return len(found) if isinstance(found, list) else 0


def _elements(value: Value, view: str) -> list[Value]:
    return rows(value.get(view), "element")


def _all_elements(value: Value) -> list[Value]:
    return _elements(value, "snapshot") + _elements(value, "differential")


def _first_path(view: Any) -> str | None:
    elements = rows(view, "element")
    path = elements[0].get("path") if elements else None
    return path if isinstance(path, str) else None


def _is_root(element: Value) -> bool:
    path = element.get("path")
    return isinstance(path, str) and "." not in path


def _type_codes(elements: list[Value]) -> Iterator[Any]:
    """The codes of all types; None for one that has only an extension."""
    for element in elements:
        if "type" in element:
            yield from (row.get("code") for row in rows(element, "type") if exists(row, "code"))


def _have_own_ids(elements: list[Value]) -> bool:
    return all(exists(row, "id") for row in elements) and are_distinct(elements, "id")
