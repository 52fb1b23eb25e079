"""What a profile on Parameters says of each named parameter (https://hl7.org/fhir/R4/parameters.html)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.validator.tree import Element, build_tree
from fhir_kernel.resource import Resource

_HOLDERS = ("value", "resource", "part")


@dataclass(frozen=True, slots=True)
class Described:
    """One parameter as a slice of `Parameters.parameter` describes it."""

    name: str
    min: str
    max: str
    types: tuple[str, ...]
    """Of its value or its resource, whichever it may have."""
    targets: tuple[str, ...]
    """What its references and canonicals may point at."""


def described_by(profile: Resource) -> Iterator[Described]:
    """The parameters that slices of a profile with snapshot fix the name of."""
    parameter = build_tree(profile).children.get("parameter")
    for slice_ in parameter.slices.values() if parameter is not None else ():
        name = _name(slice_)
        if name is not None:
            yield _described(name, slice_)


def _name(slice_: Element) -> str | None:
    row = slice_.children["name"].definition if "name" in slice_.children else {}
    name = row.get("fixedString") or row.get("patternString")
    return name if isinstance(name, str) else None


def _described(name: str, slice_: Element) -> Described:
    rows = [
        row
        for holder in ("value", "resource")
        if _is_used(slice_, holder)
        for row in slice_.children[holder].definition.get("type", ())
    ]
    types = dict.fromkeys(str(row["code"]) for row in rows)
    targets = dict.fromkeys(str(each) for row in rows for each in row.get("targetProfile", ()))
    row = slice_.definition
    return Described(name, str(row.get("min", 0)), str(row.get("max", "*")), tuple(types), tuple(targets))


def _is_used(slice_: Element, holder: str) -> bool:
    """Whether a parameter may have `holder`: it is not forbidden, and no other holder is required in its place."""
    children = slice_.children
    if holder not in children or str(children[holder].definition.get("max")) == "0":
        return False
    others = (children[each].definition for each in _HOLDERS if each != holder and each in children)
    return not any(row.get("min", 0) > 0 for row in others)
