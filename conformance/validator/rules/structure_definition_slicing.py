"""Rules for the slicings of a StructureDefinition (https://hl7.org/fhir/R4/profiling.html#slicing)."""

from __future__ import annotations

from conformance.validator.rules.knowledge_values import objects, part, rows, text
from conformance.validator.rules.structure_definition_subject import Subject
from fhir_kernel.resource import Resource


def check_slicings(subject: Subject, view: str) -> None:
    """Slicings stand on elements that repeat, discriminate by paths that exist and are set up once."""
    if view == "snapshot" and "differential" in subject.definition:
        return
    set_up: dict[str, Resource] = {}
    for place, element in subject.elements(view):
        path, slicing = text(element, "path"), part(element, "slicing")
        if path is None or not slicing:
            continue
        _check_place(subject, path, place)
        _check_discriminators(subject, element, view, place)
        sliced = _sliced_id(element, path)
        if "sliceName" not in element:
            set_up[sliced] = slicing
        elif sliced in set_up and not _is_resliced(subject, element, view):
            _check_same(subject, set_up[sliced], slicing, f"{place}.slicing")


def _check_place(subject: Subject, path: str, place: str) -> None:
    if "." not in path:
        subject.report("slicing-at-root", f"{place}.slicing", found=path)
    for element in subject.base:
        if element.get("path") == path and part(element, "base").get("max") in ("0", "1") and "[x]" not in path:
            subject.report("slicing-without-repeat", f"{place}.slicing", found=path)
            return


def _check_discriminators(subject: Subject, element: Resource, view: str, place: str) -> None:
    whole = subject.in_snapshot(element, view) or element
    types = subject.context_types(whole)
    if not types:
        return
    for at, discriminator in rows(part(element, "slicing"), "discriminator"):
        expression = text(discriminator, "path")
        if expression is None or expression == "$this":
            continue
        reason = subject.fault_of(expression, types)
        if reason is not None:
            spot = f"{place}.slicing.discriminator[{at}]"
            subject.report("discriminator", spot, found=expression, expected=", ".join(types), reason=reason)


def _sliced_id(element: Resource, path: str) -> str:
    """The id of the element that a slice is a slice of."""
    parent, separator, name = (text(element, "id") or path).rpartition(".")
    return parent + separator + name.partition(":")[0]


def _is_resliced(subject: Subject, element: Resource, view: str) -> bool:
    prefix = f"{element['sliceName']}/"
    return any(str(other.get("sliceName", "")).startswith(prefix) for _, other in subject.elements(view))


def _check_same(subject: Subject, first: Resource, again: Resource, place: str) -> None:
    if _summary(first) != _summary(again):
        subject.report("slicing-changed", place, found=_summary(again), expected=_summary(first))


def _summary(slicing: Resource) -> str:
    return ", ".join(f"{row.get('type')}:{row.get('path')}" for row in objects(slicing, "discriminator"))
