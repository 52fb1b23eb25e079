"""An OpenAPI document of what this server answers (https://spec.openapis.org/oas/v3.1.1.html), from the route table.

Resources are described by their type alone: what they hold is said by the StructureDefinitions of FHIR. Search
parameters are listed where a type is searched by GET; a conditional request and a search by POST take the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urljoin

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.resource import Resource
from fhir_server.exchange import Answer, Request
from fhir_server.identity.permissions import PUBLIC, WITHOUT_SCOPE, needed
from fhir_server.identity.smart_configuration import TOKEN_PATH
from fhir_server.interactions.capabilities import ParametersOf, Software
from fhir_server.interactions.openapi_parts import (
    ANSWERED,
    BODIES,
    CONTROLS,
    FAILURE,
    FAILURES,
    HEADERS,
    HEADERS_OF,
    HISTORY,
    LATER,
    PATH_PARAMETERS,
    RESOURCE,
    SCHEME,
    SEARCHED,
    TITLES,
    content,
    name_of_parameter,
    query_parameter,
    reference,
)
from fhir_server.outcomes import refused
from fhir_server.routes import Route
from terminology.operations import Parameter

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.1"
OPENAPI = "3.1.1"
OperationParameters = Mapping[str, Mapping[str, Parameter]]
"""The input parameters of an operation by its canonical definition and their names."""
_ADDRESSES = 16
_WORD = re.compile(r"[A-Za-z0-9-]+")
_FREE = re.compile(r"\{(\w+)\}")
_WRITES = frozenset(("create", "update", "patch", "delete", "transaction"))


class OpenApi:
    """Describes `routes`. `parameters` tells by what the resources of a type are found."""

    def __init__(
        self,
        routes: Sequence[Route],
        parameters: ParametersOf,
        operations: OperationParameters,
        software: Software,
        *,
        guarded: bool,
        edition: Callable[[], str],
    ) -> None:
        """`guarded`: whether requests need a token; `edition` changes when the parameters do."""
        self._routes, self._parameters, self._operations = routes, parameters, operations
        self._software, self._guarded = software, guarded
        self._edition = edition
        self._made: dict[tuple[str, str], bytes] = {}

    def answer(self, request: Request) -> Answer:
        """The document as JSON. Made once for each address: it is large where everything can be stored.

        Raises RequestRefused where an entry of a Bundle asks for it.
        """
        if request.within:
            raise refused("not-supported", f"'{request.path}' is no resource; ask for it on its own")
        here = (request.base, self._edition())
        if (made := self._made.get(here)) is None:
            made = write_json(self.document(request.base))
            self._made = {each: kept for each, kept in self._made.items() if each[1] == here[1]}
            if len(self._made) < _ADDRESSES:
                self._made[here] = made
        return Answer(None, json=made, media_type=MEDIA_TYPE)

    def document(self, base: str) -> Resource:
        """The document of the service at `base`."""
        paths: dict[str, Resource] = {}
        for route in self._routes:
            here = paths.setdefault(f"/{route.path}", _path_item(route))
            for method in route.methods:
                here[method.lower()] = self._operation(route, method)
        made: Resource = {
            "openapi": OPENAPI,
            "info": {
                "title": f"{self._software.name} FHIR server",
                "version": self._software.version,
                "description": "FHIR R4 (4.0.1), https://hl7.org/fhir/R4/http.html; `metadata` says the same as FHIR.",
            },
            "servers": [{"url": base}],
            "paths": paths,
            "components": self._components(base),
        }
        return {**made, "security": [{SCHEME: []}]} if self._guarded else made

    def _operation(self, route: Route, method: str) -> Resource:
        made: Resource = {"operationId": _id_of(method, route.path), "summary": _summary(route)}
        if route.resource_type is not None:
            made["tags"] = [route.resource_type]
        if route.definition is not None:
            made["externalDocs"] = {"url": route.definition}
        headers = (reference("parameters", each) for each in HEADERS_OF.get(route.interaction, ()))
        if rows := [*self._query(route, method), *headers]:
            made["parameters"] = rows
        if body := _body(route, method):
            made["requestBody"] = body
        made["responses"] = _responses(route)
        if self._guarded:
            made["security"] = [] if route.interaction in PUBLIC else [{SCHEME: [*_scopes(route)]}]
        return made

    def _query(self, route: Route, method: str) -> Iterator[Resource]:
        if route.interaction.startswith("history"):
            yield from (reference("parameters", each) for each in HISTORY)
        if route.interaction in SEARCHED and method == "GET":
            yield from (reference("parameters", each) for each in CONTROLS)
        if route.interaction in ("search-type", "search-system") and method == "GET":
            found = self._parameters(route.resource_type or "Resource")
            names = (name_of_parameter(name, each.type) for name, each in sorted(found.items()))
            yield from (reference("parameters", each) for each in names)
        if route.interaction == "operation" and method == "GET":
            known = self._operations.get(route.definition or "", {}).values()
            yield from (query_parameter(each.name, each.type, each.repeats) for each in known if _is_primitive(each))

    def _components(self, base: str) -> Resource:
        types = dict.fromkeys(route.resource_type for route in self._routes if route.resource_type)
        stored = any(route.interaction == "search-system" for route in self._routes)
        owners = (*self._searched(), *(["Resource"] if stored else []))
        searched = {
            name_of_parameter(name, each.type): query_parameter(name, each.type, repeats=True)
            for owner in owners
            for name, each in sorted(self._parameters(owner).items())
        }
        schemas = {"Resource": RESOURCE, **{each: _schema(each) for each in types}, **_OTHERS}
        answers = {each: {"description": f"a {each}", "content": content(each)} for each in schemas}
        document = {"description": "this document", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}
        made: Resource = {
            "schemas": schemas,
            "parameters": {**PATH_PARAMETERS, **HEADERS, **HISTORY, **CONTROLS, **searched},
            "requestBodies": {**BODIES, **{each: {"required": True, "content": content(each)} for each in schemas}},
            "responses": {**answers, "Failure": FAILURE, "openapi": document},
        }
        return {**made, "securitySchemes": {SCHEME: self._scheme(base)}} if self._guarded else made

    def _searched(self) -> Iterable[str]:
        rows = (route for route in self._routes if route.interaction == "search-type")
        return dict.fromkeys(route.resource_type for route in rows if route.resource_type)

    def _scheme(self, base: str) -> Resource:
        scopes = {each: f"SMART on FHIR: {each}" for route in self._routes for each in _scopes(route)}
        return {
            "type": "oauth2",
            "description": "https://hl7.org/fhir/smart-app-launch/backend-services.html",
            "flows": {"clientCredentials": {"tokenUrl": urljoin(base, TOKEN_PATH), "scopes": scopes}},
        }


def _schema(resource_type: str) -> Resource:
    return {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"const": resource_type}},
        "externalDocs": {"url": f"http://hl7.org/fhir/R4/{resource_type.lower()}.html"},
    }


_OTHERS: Resource = {
    each: _schema(each) for each in ("Bundle", "CapabilityStatement", "OperationOutcome", "Parameters")
}


def _path_item(route: Route) -> Resource:
    free = _FREE.findall(route.path)
    return {"parameters": [reference("parameters", each) for each in free]} if free else {}


def _id_of(method: str, path: str) -> str:
    return "-".join((method.lower(), *_WORD.findall(path.replace("*", "all")))) if path else f"{method.lower()}-base"


def _summary(route: Route) -> str:
    about = f" on {route.resource_type}" if route.resource_type else ""
    if route.operation is not None:
        return f"${route.operation}{about}"
    return f"{TITLES.get(route.interaction, route.interaction)}{about}"


def _body(route: Route, method: str) -> Resource | None:
    """The body of a request, where it has one."""
    if method not in ("POST", "PUT", "PATCH"):
        return None
    if route.interaction in ("batch", "transaction"):
        return reference("requestBodies", "Bundle")
    if route.interaction == "operation":
        return {"content": content("Parameters")}
    own = route.interaction == "patch" or route.interaction in SEARCHED
    return reference("requestBodies", route.interaction if own else route.resource_type or "Resource")


def _responses(route: Route) -> Resource:
    """What may be answered; a failure is an OperationOutcome."""
    kind = ANSWERED.get(route.interaction, route.resource_type) or "Resource"
    about = reference("responses", route.interaction if route.interaction == "openapi" else kind)
    made: Resource = {"200": about}
    if route.interaction in ("create", "update", "patch"):
        made["201"] = about
    if route.interaction == "delete":
        made["204"] = {"description": "deleted, or there was nothing"}
    if route.interaction in LATER:
        made["202"] = {"description": "not answered yet, or cancelled"}
    if route.interaction in ("read", "vread"):
        made["304"] = {"description": "not changed since"}
    failures = (*FAILURES, *(["507"] if route.interaction in _WRITES else []))
    return made | {each: reference("responses", "Failure") for each in failures}


def _scopes(route: Route) -> Sequence[str]:
    """The scope that allows it; none where a token is enough."""
    if route.interaction in PUBLIC or route.interaction in WITHOUT_SCOPE:
        return ()
    owner = route.resource_type
    if route.interaction == "search-compartment":
        owner = route.path.split("/")[2]
    scope = needed(route.interaction, owner, route.operation)
    return () if scope.endswith(".") else (scope,)


def _is_primitive(parameter: Parameter) -> bool:
    return parameter.type[:1].islower() and parameter.type not in ("resource", "part")
