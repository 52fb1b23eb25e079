"""What this server can do (https://hl7.org/fhir/R4/http.html#capabilities), derived from the route table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Request
from fhir_server.formats import FORMATS
from fhir_server.library import Library
from fhir_server.outcomes import refused
from fhir_server.patch.apply import ACCEPT_PATCH
from fhir_server.routes import Route
from terminology.browse import SEARCH_PARAMETERS
from terminology.operations import Operation

PUBLISHED_AT = "https://plumbline.dev/fhir"
FHIR_RELEASE = "4.0.1"
TERMINOLOGY_SERVER = "http://hl7.org/fhir/CapabilityStatement/terminology-server"
_FEATURE = "http://hl7.org/fhir/uv/application-feature/StructureDefinition/feature"
_CONTENT = "http://hl7.org/fhir/5.0/StructureDefinition/extension-TerminologyCapabilities.codeSystem.content"
TEST_VERSION = "1.9.3"
"""The release of the terminology ecosystem's tests that this server is held to."""


_ADDRESSES = 16
_COMPARTMENT = "http://hl7.org/fhir/CompartmentDefinition/"
_SYSTEM = frozenset(("batch", "transaction", "search-system", "history-system"))
_VERSIONED: Mapping[str, Any] = {
    "versioning": "versioned",
    "readHistory": True,
    "updateCreate": True,
    "conditionalCreate": True,
    "conditionalRead": "full-support",
    "conditionalUpdate": True,
    "conditionalDelete": "multiple",
    "referencePolicy": ["literal", "logical"],
}
"""What holds of every type that is stored."""


class Described(Protocol):
    """What is said of a search parameter."""

    @property
    def url(self) -> str: ...
    @property
    def type(self) -> str: ...


ParametersOf = Callable[[str], Mapping[str, Described]]
"""By what the resources of a type are found, by code."""


@dataclass(frozen=True, slots=True)
class _Described:
    url: str
    type: str


@dataclass(frozen=True, slots=True)
class Software:
    """Which program this is. `released` is a date."""

    name: str
    version: str
    released: str


_COMMON: Mapping[str, Described] = {
    "_id": _Described("http://hl7.org/fhir/SearchParameter/Resource-id", "token"),
    "_lastUpdated": _Described("http://hl7.org/fhir/SearchParameter/Resource-lastUpdated", "date"),
    "_text": _Described("http://hl7.org/fhir/SearchParameter/DomainResource-text", "string"),
    "_content": _Described("http://hl7.org/fhir/SearchParameter/Resource-content", "string"),
    "_filter": _Described("http://hl7.org/fhir/SearchParameter/filter", "special"),
}


class Capabilities:
    """Says what `routes` and `operations` do. `started` is when the server did."""

    def __init__(
        self,
        routes: Sequence[Route],
        operations: Sequence[Operation],
        library: Library,
        software: Software,
        started: datetime,
        parameters: ParametersOf,
        edition: Callable[[], str],
    ) -> None:
        """`parameters` tells by what the resources of a type are found; `edition` changes when they do."""
        self._routes, self._operations, self._library, self._software = routes, operations, library, software
        self._parameters, self._edition = parameters, edition
        self._made: dict[tuple[str, str], Resource] = {}
        self._since = started.isoformat(timespec="seconds")

    def answer(self, request: Request) -> Answer:
        """The CapabilityStatement, or of `mode=terminology` the TerminologyCapabilities. Raises RequestRefused."""
        mode = next((value for name, value in request.query if name == "mode"), "full")
        if mode == "terminology":
            systems = _code_systems(self._library)
            made = terminology_capabilities(self._operations, systems, self._software, self._since, request.base)
            return Answer(made)
        if mode not in ("full", "normative"):
            raise refused("value", f"'mode' is '{mode}'; expected full, normative or terminology")
        return Answer(self._statement(request.base))

    def _statement(self, base: str) -> Resource:
        """Made once for each address: it is large where everything can be stored."""
        here = (base, self._edition())
        if (made := self._made.get(here)) is None:
            made = capability_statement(self._routes, self._parameters, self._software, self._since, base)
            self._made = {each: kept for each, kept in self._made.items() if each[1] == here[1]}
            if len(self._made) < _ADDRESSES:
                self._made[here] = made
        return made


def capability_statement(
    routes: Sequence[Route], parameters: ParametersOf, software: Software, since: str, base: str
) -> Resource:
    """The CapabilityStatement. `since` is when the server started, `base` where it was asked."""
    by_type: dict[str, list[Route]] = {}
    for route in routes:
        if route.resource_type is not None:
            by_type.setdefault(route.resource_type, []).append(route)
    system = [route for route in routes if route.resource_type is None]
    rest: Resource = {"mode": "server", "security": {"cors": True}}
    rest["resource"] = [_resource(kind, rows, parameters) for kind, rows in by_type.items()]
    rest["interaction"] = [{"code": code} for code in _of_the_system(system)]
    if any(route.interaction == "search-system" for route in system):
        rest["searchParam"] = [_parameter(name, each) for name, each in sorted(parameters("Resource").items())]
    rest["operation"] = _operations(system)
    centers = dict.fromkeys(row.path.partition("/")[0] for row in routes if row.interaction == "search-compartment")
    if centers:
        rest["compartment"] = [_COMPARTMENT + each[:1].lower() + each[1:] for each in centers]
    patching = [row.interaction for row in routes if row.interaction == "patch"][:1]
    return {
        "resourceType": "CapabilityStatement",
        "extension": [
            _feature("http://hl7.org/fhir/uv/tx-tests/FeatureDefinition/test-version", {"valueCode": TEST_VERSION}),
            _feature(
                "http://hl7.org/fhir/uv/tx-ecosystem/FeatureDefinition/CodeSystemAsParameter", {"valueBoolean": True}
            ),
        ],
        **_head("CapabilityStatement", software, since),
        "instantiates": [TERMINOLOGY_SERVER],
        "software": {"name": software.name, "version": software.version, "releaseDate": software.released},
        "implementation": {"description": f"{software.name} at {base}", "url": base},
        "fhirVersion": FHIR_RELEASE,
        "format": list(FORMATS),
        **({"patchFormat": ACCEPT_PATCH.split(", ")} if patching else {}),
        "rest": [rest],
    }


def terminology_capabilities(
    operations: Sequence[Operation], systems: Sequence[Resource], software: Software, since: str, base: str
) -> Resource:
    """The TerminologyCapabilities: code systems with their versions, and what the operations take."""
    made: Resource = {
        "resourceType": "TerminologyCapabilities",
        **_head("TerminologyCapabilities", software, since),
        "software": {"name": software.name, "version": software.version},
        "implementation": {"description": f"{software.name} at {base}", "url": base},
    }
    if systems:
        made["codeSystem"] = list(systems)
    by_name = {(each.resource_type, each.name): each for each in operations}
    if expand := by_name.get(("ValueSet", "expand")):
        made["expansion"] = {"hierarchical": True, "paging": True, "parameter": _names(expand)}
    if ("CodeSystem", "validate-code") in by_name or ("ValueSet", "validate-code") in by_name:
        made["validateCode"] = {"translations": True}
    if ("ConceptMap", "translate") in by_name:
        made["translation"] = {"needsMap": False}
    if ("ConceptMap", "closure") in by_name:
        made["closure"] = {"translation": False}
    return made


def _head(kind: str, software: Software, since: str) -> Resource:
    return {
        "url": f"{PUBLISHED_AT}/{kind}/server",
        "version": software.version,
        "name": f"{software.name}{kind}",
        "title": f"{software.name} FHIR server",
        "status": "active",
        "date": since,
        "publisher": software.name,
        "kind": "instance",
    }


def _of_the_system(routes: Iterable[Route]) -> Iterable[str]:
    """What can be done without naming a type; whoever takes transactions takes batches too."""
    codes = dict.fromkeys(route.interaction for route in routes if route.interaction in _SYSTEM)
    return (*codes, "batch") if "transaction" in codes else codes


def _resource(kind: str, routes: Sequence[Route], parameters: ParametersOf) -> Resource:
    interactions = dict.fromkeys(route.interaction for route in routes if route.interaction != "operation")
    made: Resource = {"type": kind, "interaction": [{"code": each} for each in interactions]}
    if "vread" in interactions:
        made |= _VERSIONED
    if "search-type" in interactions:
        known = parameters(kind)
        made["searchParam"] = [_parameter(name, each) for name, each in sorted(known.items())]
        if "vread" in interactions:
            made["searchInclude"] = [
                "*",
                *sorted(f"{kind}:{name}" for name in known if known[name].type == "reference"),
            ]
            made["searchRevInclude"] = ["*"]
    operations = _operations(routes)
    return {**made, "operation": operations} if operations else made


def _parameter(name: str, parameter: Described) -> Resource:
    return {"name": name, "definition": parameter.url, "type": parameter.type}


def of_stored(parameters: ParametersOf) -> ParametersOf:
    """By what stored resources are found: `parameters`, and what holds of every type."""

    def of_type(resource_type: str) -> Mapping[str, Described]:
        return {**_COMMON, **parameters(resource_type)}

    return of_type


def of_terminology(resource_type: str) -> Mapping[str, Described]:
    """By what installed terminology is found."""
    return {each.name: _Described(each.definition, each.type) for each in SEARCH_PARAMETERS[resource_type]}


def _operations(routes: Iterable[Route]) -> list[Resource]:
    named = {route.operation: route.definition for route in routes if route.operation is not None}
    return [{"name": name, "definition": definition} for name, definition in named.items()]


def _feature(definition: str, value: Resource) -> Resource:
    parts = [{"url": "definition", "valueCanonical": definition}, {"url": "value", **value}]
    return {"url": _FEATURE, "extension": parts}


def _names(operation: Operation) -> list[Resource]:
    return [{"name": name} for name in sorted(operation.parameters)]


def _code_systems(library: Library) -> list[Resource]:
    versions: dict[str, dict[str, str]] = {}
    for row in library.shelf("CodeSystem").rows:
        url = row.first("url")
        if url is not None and row.first("content-mode") != "supplement":
            versions.setdefault(url, {})[row.first("version") or ""] = row.first("content-mode") or ""
    return [_code_system(url, found) for url, found in sorted(versions.items())]


def _code_system(url: str, versions: dict[str, str]) -> Resource:
    content = next((each for each in versions.values() if each), "")
    made: Resource = {"extension": [{"url": _CONTENT, "valueCode": content}]} if content else {}
    made["uri"] = url
    named = [{"code": version} for version in versions if version]
    return {**made, "version": named} if named else made
