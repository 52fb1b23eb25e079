"""Rules for the datatype Identifier and for URLs (https://hl7.org/fhir/R4/datatypes.html#Identifier)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.validator.access import type_of
from conformance.validator.context import Context, RuleTable
from conformance.validator.reference_forms import is_absolute
from fhir_kernel.definitions.model import Model, TypeSchema
from fhir_kernel.resource import Resource

_URIS = ("uri", "url", "canonical")
_URI_SYSTEM = "urn:ietf:rfc:3986"
_EXAMPLE_DOMAINS = ("example.org", "example.com", "example.net", "acme.com", "acme.org")
_EXAMPLE_OIDS = ("urn:oid:1.3.6.1.4.1.32473.", "urn:oid:2.999.")
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def check_identifier(identifier: Resource, path: str, context: Context) -> None:
    """`system` is absolute, and a `value` in the system of URIs is a whole URI."""
    system, value = identifier.get("system"), identifier.get("value")
    if isinstance(system, str) and not is_absolute(system):
        context.report("identifier.relative-system", f"{path}.system", found=system)
    if system == _URI_SYSTEM and isinstance(value, str) and not is_absolute(value):
        context.report("identifier.value-not-uri", f"{path}.value", found=value, expected=_as_uri(value))


def check_example_urls(resource: Resource, path: str, context: Context) -> None:
    """No uri, url or canonical is one for examples, where the policy `example_urls` says so."""
    level = context.policy("example_urls")
    if level in (None, "ignore"):
        return
    schema = context.catalog.model.types.get(type_of(resource))
    for place, url in _uris(resource, schema, path, context.catalog.model) if schema else ():
        if is_example_url(url):
            context.report("uri.example", place, severity=level, found=url)


RULES: RuleTable = {"Resource": (check_example_urls,)}


def is_example_url(url: str) -> bool:
    """Whether `url` is under a domain or an OID that is set aside for examples."""
    if url.startswith(_EXAMPLE_OIDS):
        return True
    return url.endswith(_EXAMPLE_DOMAINS) or any(f"{domain}/" in url for domain in _EXAMPLE_DOMAINS)


def _uris(node: Resource, schema: TypeSchema, path: str, model: Model) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        field = schema.fields.get(name.removeprefix("_"))
        if field is None or field.type == "Resource":
            continue
        is_sibling = name.startswith("_")
        inner = model.types.get("Element" if field.is_primitive else field.type)
        rows = value if isinstance(value, list) else [value]
        for at, row in enumerate(rows):
            place = f"{path}.{name.removeprefix('_')}" + (f"[{at}]" if isinstance(value, list) else "")
            if isinstance(row, dict) and inner is not None:
                yield from _uris(row, inner, place, model)
            elif isinstance(row, str) and field.type in _URIS and not is_sibling:
                yield place, row


def _as_uri(value: str) -> str:
    if _OID.fullmatch(value):
        return f"urn:oid:{value}"
    if _UUID.fullmatch(value):
        return f"urn:uuid:{value.lower()}"
    return "urn:oid:2.16.840.1.113883.6.57"
