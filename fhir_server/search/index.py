"""What a resource is found by: every search parameter of a catalog, compiled once for each type of resource.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import FhirPathError
from fhir_kernel.fhirpath.engine import Engine, Limits
from fhir_kernel.resource import Resource
from fhir_kernel.store.values import ReferenceValue, Value
from fhir_server.search.bindings import BoundSystems
from fhir_server.search.compartments import Compartment, compartments_of
from fhir_server.search.definitions import SearchDefinition, bases_of, definitions_by_base
from fhir_server.search.elements.narrative import content_text, narrative_text
from fhir_server.search.elements.references import Read, reference_reader
from fhir_server.search.extractors import Extractors
from fhir_server.search.paths import PathReader
from fhir_server.search.plan import Plan, Planner, usable

_LIMITS = Limits(max_steps=200_000, max_seconds=1.0)
"""What an expression that is no path may cost for one resource, since every write waits for it."""


class SearchIndex:
    """The search parameters of a catalog. Nothing is kept in it but plans, which are made when first needed."""

    def __init__(self, catalog: Catalog, *, bases: Sequence[str] = (), with_text: bool = True) -> None:
        """References below one of `bases` are local. `with_text`: whether `_text` and `_content` find resources."""
        self.model = catalog.model
        self.read: Read = reference_reader(bases)
        """Reads references as they are read from resources."""
        self.compartments: Mapping[str, Compartment] = compartments_of(catalog)
        """By the type at their centre."""
        self.types = tuple(sorted(each for each in self.model.types if self.model.is_resource(each)))
        """The types of resource."""
        self.with_text = with_text
        extractors = Extractors(self.model, self.read, BoundSystems(catalog))
        self._planner = Planner(
            PathReader(self.model, self.read), extractors, Engine(self.model, limits=_LIMITS, as_filters=True)
        )
        self._by_base = definitions_by_base(catalog.all("SearchParameter"))
        self._faults: dict[str, FhirPathError | None] = {}
        self._parameters: dict[str, Mapping[str, SearchDefinition]] = {}
        self._plans: dict[str, Plan] = {}

    def prepare(self, types: Sequence[str]) -> None:
        """Make the plans of these types now, which else are made by whoever needs them first."""
        for resource_type in types:
            self._plan(resource_type)

    def values(self, resource: Resource) -> Mapping[str, Sequence[Value]]:
        """The values of a resource by code of parameter; without `_id` and `_lastUpdated`, which stores know."""
        found = self._plan(str(resource["resourceType"])).values(resource)
        if self.with_text:
            narrative = narrative_text(resource)
            if narrative is not None:
                found["_text"] = [narrative]
            found["_content"] = [content_text(resource)]
        return found

    def parameters(self, resource_type: str) -> Mapping[str, SearchDefinition]:
        """The parameters of a type by code; those of all resources too."""
        known = self._parameters.get(resource_type)
        if known is None:
            bases = bases_of(resource_type, has_narrative=self.model.is_a(resource_type, "DomainResource"))
            merged = {code: each for base in bases for code, each in self._by_base.get(base, {}).items()}
            known = {code: each for code, each in merged.items() if self.fault(each) is None}
            self._parameters[resource_type] = known
        return known

    def fault(self, definition: SearchDefinition) -> FhirPathError | None:
        """Why the expression of a definition cannot be used; then it is not among the parameters."""
        if definition.url not in self._faults:
            self._faults[definition.url] = usable(self._planner, definition)
        return self._faults[definition.url]

    def references(self, resource: Resource, parameter: str) -> Sequence[ReferenceValue]:
        """Where the references of one parameter lead, for `_include`."""
        values = self._plan(str(resource["resourceType"])).values_of(resource, parameter)
        return [each for each in values if isinstance(each, ReferenceValue)]

    def is_type(self, name: str) -> bool:
        """Whether this is a type of resource."""
        return self.model.is_resource(name)

    def _plan(self, resource_type: str) -> Plan:
        plan = self._plans.get(resource_type)
        if plan is None:
            plan = self._plans[resource_type] = self._planner.plan(resource_type, self.parameters(resource_type))
        return plan
