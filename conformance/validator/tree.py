"""A StructureDefinition's snapshot as a tree of elements and slices (https://hl7.org/fhir/R4/profiling.html)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource


@dataclass(slots=True)
class Element:
    """One ElementDefinition with its children and, where it is sliced, its slices in order."""

    definition: Resource
    profile: Resource
    """The StructureDefinition it comes from."""
    children: dict[str, Element] = field(default_factory=dict)
    slices: dict[str, Element] = field(default_factory=dict)
    """By slice name; reslices `a/b` are among the slices of slice `a`."""

    @property
    def id(self) -> str:
        return str(self.definition["id"])

    @property
    def path(self) -> str:
        return str(self.definition["path"])

    @property
    def name(self) -> str:
        """The last step of the path, without `[x]`."""
        return self.path.rpartition(".")[2].removesuffix("[x]")

    @property
    def type_codes(self) -> tuple[str, ...]:
        return tuple(entry["code"] for entry in self.definition.get("type", ()))

    def walk(self) -> Iterator[Element]:
        """This element and all below it, slices included."""
        yield self
        for below in (*self.children.values(), *self.slices.values()):
            yield from below.walk()


def build_tree(structure: Resource) -> Element:
    """The root element of `structure`, which must have a snapshot. Raises SnapshotError where ids do not fit."""
    root, *others = (Element(definition, structure) for definition in structure["snapshot"]["element"])
    by_id: dict[str, Element] = {root.definition.get("id", root.path): root}
    for number, element in enumerate(others, 1):
        try:
            by_id[element.id] = element
            _attach(element, by_id)
        except KeyError as missing:
            place = f"StructureDefinition.snapshot.element[{number}]"
            raise SnapshotError(f"the element lacks its {missing}", url=structure["url"], path=place) from None
    return root


def _attach(element: Element, by_id: dict[str, Element]) -> None:
    parent_id, _, last = element.id.rpartition(".")
    step, _, slice_name = last.partition(":")
    if not slice_name:
        by_id[parent_id].children[step.removesuffix("[x]")] = element
        return
    owner = by_id.get(f"{parent_id}.{step}")
    if owner is None:  # a lone slice of an element that the snapshot does not list
        by_id[parent_id].children[f"{step}:{slice_name}"] = element
        return
    *outer, _ = slice_name.split("/")
    for depth in range(1, len(outer) + 1):
        owner = owner.slices.get("/".join(outer[:depth]), owner)
    owner.slices[slice_name] = element
