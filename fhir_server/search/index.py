"""What a resource is found by: every search parameter of a catalog, compiled once for each type of resource.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import FhirPathError
from fhir_kernel.fhirpath.engine import Engine, Limits
from fhir_kernel.resource import Resource
from fhir_kernel.store.values import ReferenceValue, Value
from fhir_server.search.bindings import BoundSystems
from fhir_server.search.compartments import Compartment, compartments_of
from fhir_server.search.definitions import COMMON_BASES, SearchDefinition, bases_of, define, definitions_by_base
from fhir_server.search.elements.narrative import content_text, narrative_text
from fhir_server.search.elements.references import Read, reference_reader
from fhir_server.search.extractors import Extractors
from fhir_server.search.paths import PathReader
from fhir_server.search.plan import Plan, Planner, usable

_LIMITS = Limits(max_steps=200_000, max_seconds=1.0)
"""What an expression that is no path may cost for one resource, since every write waits for it."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Resources of a type that have yet to be looked through for values of a parameter."""

    done: int
    total: int


_NAMED_BY = (("url", "uri"), ("version", "token"))
"""The parameters of what has a canonical URL (https://hl7.org/fhir/R4/references.html#canonical)."""
NOTHING_WAITS: Mapping[str, Mapping[str, Backlog]] = {}


@dataclass(frozen=True, slots=True)
class _Edition:
    """What is searched by at one time, with the plans that were made for it."""

    by_base: Mapping[str, Mapping[str, SearchDefinition]]
    own: Mapping[str, Resource] = field(default_factory=dict)
    token: str = ""
    faults: dict[str, FhirPathError | None] = field(default_factory=dict)
    parameters: dict[str, Mapping[str, SearchDefinition]] = field(default_factory=dict)
    naming: dict[tuple[str, str], bool] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)


class SearchIndex:
    """The search parameters of a catalog, and those that a store adds to them.

    Besides these it keeps plans, which are made when first needed. Threads may share it.
    """

    def __init__(self, catalog: Catalog, *, bases: Sequence[str] = (), with_text: bool = True) -> None:
        """References below one of `bases` are local. `with_text`: whether `_text` and `_content` find resources."""
        self.model = catalog.model
        self.bases = tuple(bases)
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
        self._catalog = catalog
        self._given = definitions_by_base(catalog.all("SearchParameter"))
        self._edition = _Edition(self._given)
        self.backlog: Mapping[str, Mapping[str, Backlog]] = NOTHING_WAITS
        """By type and code, the parameters by which not all resources are found yet."""

    @property
    def token(self) -> str:
        """Names the parameters that a store adds, as they are at one time; empty: none have been taken up."""
        return self._edition.token

    def edition(self) -> str:
        """The same as `token`, for whoever remembers what was made of the parameters."""
        return self._edition.token

    @property
    def own(self) -> Mapping[str, Resource]:
        """The SearchParameters that a store adds, by their ids."""
        return self._edition.own

    @property
    def given(self) -> Mapping[str, Mapping[str, SearchDefinition]]:
        """The parameters of the catalog by base type and code."""
        return self._given

    def take_up(self, own: Mapping[str, Resource], token: str) -> None:
        """Search by these SearchParameters of a store from now on, besides those of the catalog, which come first."""
        self._edition = self._with(own, token)

    def trial(self, own: Mapping[str, Resource]) -> SearchIndex:
        """What this would be if it had taken up these."""
        made: SearchIndex = object.__new__(SearchIndex)
        made.__dict__.update(self.__dict__)
        made._edition = self._with(own, "")
        return made

    def _with(self, own: Mapping[str, Resource], token: str) -> _Edition:
        if not own:
            return _Edition(self._given, own, token)
        rows = [own[each] for each in sorted(own, reverse=True)]
        return _Edition(definitions_by_base((*rows, *self._catalog.all("SearchParameter"))), own, token)

    def define(self, resource: Resource) -> SearchDefinition | None:
        """A SearchParameter as searches would need it; None where it is no such, or a part of it is not known."""
        known = {each.url: each for codes in self._edition.by_base.values() for each in codes.values()}
        return define(resource, {url: each for url, each in known.items() if each.type != "composite"})

    def unusable(self, definition: SearchDefinition) -> FhirPathError | None:
        """Why the expression of a definition cannot be used, be it among the parameters or not."""
        return usable(self._planner, definition)

    def types_below(self, base: str) -> Iterator[str]:
        """The types of resources that have the parameters of a base type; none where it is no such type."""
        if base in COMMON_BASES:
            yield from (each for each in self.types if self.model.is_a(each, base))
        elif self.model.is_resource(base):
            yield base

    def reaches(self, resource_type: str, definition: SearchDefinition) -> bool:
        """Whether a parameter may have values in resources of a type. Raises FhirPathError where it cannot be used."""
        return self._planner.reaches(resource_type, definition)

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
        return self._parameters(self._edition, resource_type)

    def _parameters(self, edition: _Edition, resource_type: str) -> Mapping[str, SearchDefinition]:
        known = edition.parameters.get(resource_type)
        if known is None:
            bases = bases_of(resource_type, has_narrative=self.model.is_a(resource_type, "DomainResource"))
            merged = {code: each for base in bases for code, each in edition.by_base.get(base, {}).items()}
            known = {code: each for code, each in merged.items() if self._fault(edition, each) is None}
            edition.parameters[resource_type] = known
        return known

    def fault(self, definition: SearchDefinition) -> FhirPathError | None:
        """Why the expression of a definition cannot be used; then it is not among the parameters."""
        return self._fault(self._edition, definition)

    def _fault(self, edition: _Edition, definition: SearchDefinition) -> FhirPathError | None:
        if definition.url not in edition.faults:
            edition.faults[definition.url] = usable(self._planner, definition)
        return edition.faults[definition.url]

    def references(self, resource: Resource, parameter: str) -> Sequence[ReferenceValue]:
        """Where the references of one parameter lead, for `_include`."""
        values = self._plan(str(resource["resourceType"])).values_of(resource, parameter)
        return [each for each in values if isinstance(each, ReferenceValue)]

    def names_canonicals(self, resource_type: str, code: str) -> bool:
        """Whether a parameter of a type may find canonicals, which name resources by their urls."""
        edition = self._edition
        key = (resource_type, code)
        if key not in edition.naming:
            found = self._parameters(edition, resource_type).get(code)
            edition.naming[key] = found is not None and self.may_name_canonicals(resource_type, found)
        return edition.naming[key]

    def may_name_canonicals(self, resource_type: str, definition: SearchDefinition) -> bool:
        """The same of a definition, be it among the parameters or not; not where it cannot be used."""
        return self.unusable(definition) is None and self._planner.names_canonicals(resource_type, definition)

    def is_canonical(self, resource_type: str) -> bool:
        """Whether canonicals name resources of this type."""
        known = self.parameters(resource_type)
        return all(code in known and known[code].type == type_ for code, type_ in _NAMED_BY)

    def is_type(self, name: str) -> bool:
        """Whether this is a type of resource."""
        return self.model.is_resource(name)

    def _plan(self, resource_type: str) -> Plan:
        edition = self._edition
        plan = edition.plans.get(resource_type)
        if plan is None:
            made = self._planner.plan(resource_type, self._parameters(edition, resource_type))
            plan = edition.plans[resource_type] = made
        return plan
