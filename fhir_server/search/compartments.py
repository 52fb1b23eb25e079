"""Compartments: what belongs to a patient, an encounter, a practitioner … (https://hl7.org/fhir/R4/compartmentdefinition.html)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.store.criteria import Criterion, Match, OfTypes, ReferenceTest, Some, WithId


@dataclass(frozen=True, slots=True)
class Compartment:
    """One CompartmentDefinition: by type of resource, the parameters by which it belongs."""

    code: str
    parameters: Mapping[str, tuple[str, ...]]

    @property
    def types(self) -> Sequence[str]:
        """The types of what can belong, by name."""
        return sorted({self.code, *self.parameters})

    def criterion(self, types: Sequence[str], resource_id: str) -> Criterion:
        """What resources of `types` that belong to one resource meet; those that belong alike are asked together."""
        alike: dict[Criterion, list[str]] = {}
        for each in types:
            alike.setdefault(self._criterion(each, resource_id), []).append(each)
        if len(alike) == 1:
            return next(iter(alike))
        return Some(tuple(OfTypes(tuple(those), each) for each, those in alike.items()))

    def _criterion(self, resource_type: str, resource_id: str) -> Criterion:
        """None meets it where the type is not listed."""
        test = ReferenceTest(self.code, resource_id)
        parts: list[Criterion] = [Match(each, (test,)) for each in self.parameters.get(resource_type, ())]
        if resource_type == self.code:
            parts.append(WithId(frozenset((resource_id,))))
        return Some(tuple(parts))


def compartments_of(catalog: Catalog) -> Mapping[str, Compartment]:
    """The compartments by the type at their centre; what is only an example is left out."""
    found: dict[str, Compartment] = {}
    for each in catalog.all("CompartmentDefinition"):
        if each.get("code") in found and each.get("experimental"):
            continue
        rows = {row["code"]: tuple(row["param"]) for row in each.get("resource", ()) if row.get("param")}
        found[each["code"]] = Compartment(each["code"], rows)
    return found
