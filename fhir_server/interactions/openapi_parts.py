"""What the OpenAPI document says again and again (https://spec.openapis.org/oas/v3.1.1.html#components-object)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fhir_kernel.resource import Resource
from fhir_server.formats import FORM, FORMATS
from fhir_server.patch.apply import ACCEPT_PATCH
from fhir_server.search.controls import TOTALS
from fhir_server.summary import MODES

SCHEME = "oauth2"
RESOURCE: Resource = {
    "type": "object",
    "required": ["resourceType"],
    "properties": {"resourceType": {"type": "string"}},
    "externalDocs": {"url": "http://hl7.org/fhir/R4/resource.html"},
}
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "capabilities": "CapabilityStatement",
        "openapi": "this document",
        "transaction": "batch or transaction",
        "search-type": "search",
        "search-system": "search all types",
        "search-compartment": "search in a compartment",
        "history-instance": "history of a resource",
        "history-type": "history",
        "history-system": "history of all types",
        "async-status": "what has become of a request that is answered later",
        "async-cancel": "forget a request that is answered later",
    }
)
"""What interactions are called, where their code does not say it."""
LATER = frozenset(("async-status", "async-cancel"))
SEARCHED = frozenset(("search-type", "search-system", "search-compartment"))
ANSWERED: Mapping[str, str] = MappingProxyType(
    {
        "capabilities": "CapabilityStatement",
        "batch": "Bundle",
        "transaction": "Bundle",
        "delete": "OperationOutcome",
        "async-status": "Bundle",
        "async-cancel": "OperationOutcome",
        "operation": "Resource",
        **dict.fromkeys(SEARCHED, "Bundle"),
        **dict.fromkeys(("history-instance", "history-type", "history-system"), "Bundle"),
    }
)
"""The type of a good answer, where it is not that of the path."""
FAILURES = ("4XX", "503")
_FORMS = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "positiveInt": {"type": "integer", "minimum": 1},
    "unsignedInt": {"type": "integer", "minimum": 0},
    "decimal": {"type": "number"},
}
_ID = {"type": "string", "pattern": "^[A-Za-z0-9\\-\\.]{1,64}$"}
_SEARCH_TYPES = frozenset(("number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"))
_SEARCH = "https://hl7.org/fhir/R4/search.html#"


def reference(kind: str, name: str) -> Resource:
    """A reference to a component: `parameters`, `responses`, `schemas`."""
    return {"$ref": f"#/components/{kind}/{name}"}


def content(resource_type: str) -> Resource:
    """A resource in each format. XML is described by FHIR's own schemas."""
    as_json, as_xml = FORMATS
    return {as_json: {"schema": reference("schemas", resource_type)}, as_xml: {"schema": {"type": "string"}}}


def name_of_parameter(name: str, kind: str) -> str:
    """The name of a search parameter among the components: types share those of one name and type."""
    return f"{name}.{kind}"


def query_parameter(name: str, kind: str, repeats: bool = False) -> Resource:
    """A parameter of a query. `kind` is the type of a search parameter, or a primitive type of FHIR."""
    one = _FORMS.get(kind, {"type": "string"})
    made: Resource = {"name": name, "in": "query", "schema": {"type": "array", "items": one} if repeats else one}
    return {**made, "description": f"{kind}, {_SEARCH}{kind}"} if repeats and kind in _SEARCH_TYPES else made


def _control(name: str, schema: Mapping[str, Any]) -> Resource:
    return {"name": name, "in": "query", "schema": dict(schema)}


def _texts(allowed: Sequence[str]) -> Resource:
    return {"type": "string", "enum": list(allowed)}


_MANY = {"type": "array", "items": {"type": "string"}}
_SIZE = {"type": "integer", "minimum": 0, "maximum": 1_000}
CONTROLS: Mapping[str, Resource] = MappingProxyType(
    {
        "_sort": _control("_sort", {"type": "string"}),
        "_count": _control("_count", _SIZE),
        "_total": _control("_total", _texts(TOTALS)),
        "_summary": _control("_summary", _texts(MODES)),
        "_elements": _control("_elements", {"type": "string"}),
        "_include": _control("_include", _MANY),
        "_revinclude": _control("_revinclude", _MANY),
    }
)
"""How the results of a search are wanted."""
HISTORY: Mapping[str, Resource] = MappingProxyType(
    {
        "_since": _control("_since", {"type": "string"}),
        "_at": _control("_at", {"type": "string"}),
        "history_count": _control("_count", _SIZE),
    }
)
"""Which versions are wanted."""
PATH_PARAMETERS: Mapping[str, Resource] = MappingProxyType(
    {
        name: {"name": name, "in": "path", "required": True, "description": about, "schema": schema}
        for name, about, schema in (
            ("id", "the id of a resource", _ID),
            ("vid", "the version of a resource", {"type": "string", "pattern": "^[1-9][0-9]{0,17}$"}),
        )
    }
)
HEADERS: Mapping[str, Resource] = MappingProxyType(
    {
        name: {"name": name, "in": "header", "description": about, "schema": {"type": "string"}}
        for name, about in (
            ("If-Match", 'only where this is the current version: W/"1"'),
            ("If-None-Match", 'a read: only where this is not the current version; an update: "*" to create only'),
            ("If-Modified-Since", "only what has changed since"),
            ("If-None-Exist", "only where nothing meets these search parameters"),
            ("Prefer", "return=minimal, representation or OperationOutcome; handling=strict or lenient; respond-async"),
        )
    }
)
HEADERS_OF: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "create": ("If-None-Exist", "Prefer"),
        "update": ("If-Match", "If-None-Match", "Prefer"),
        "patch": ("If-Match", "Prefer"),
        "delete": ("If-Match",),
        "read": ("If-None-Match", "If-Modified-Since"),
        "transaction": ("Prefer",),
        **dict.fromkeys(SEARCHED, ("Prefer",)),
    }
)
"""The headers that an interaction heeds."""
FAILURE: Resource = {
    "description": "what was found and what was expected",
    "content": content("OperationOutcome"),
}
_PATCHES = ACCEPT_PATCH.split(", ")
_XML_PATCHES = frozenset(each for each in _PATCHES if "xml" in each)
_OF_PATCH: Mapping[str, Resource] = MappingProxyType(
    {
        "application/json-patch+json": {"type": "array", "items": {"type": "object"}},
        "application/merge-patch+json": {"type": "object"},
        "application/fhir+json": reference("schemas", "Parameters"),
    }
)
_FIELDS = {"type": "object", "additionalProperties": {"type": "string"}}
BODIES: Mapping[str, Resource] = {
    "patch": {
        "required": True,
        "content": {
            each: {"schema": {"type": "string"} if each in _XML_PATCHES else _OF_PATCH.get(each, {})}
            for each in _PATCHES
        },
    },
    **{each: {"content": {FORM: {"schema": _FIELDS}}} for each in SEARCHED},
}
"""The bodies of requests that are no resource, by interaction."""
