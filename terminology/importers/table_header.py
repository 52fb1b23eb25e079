"""The CodeSystem of a table without its concepts (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from fhir_kernel.resource import Resource
from terminology.importers.layout import Layout
from terminology.importers.mapping import PropertyColumn, TableMapping
from terminology.tables.properties import STANDARD


def table_header(mapping: TableMapping, layout: Layout, content: str) -> Resource:
    """What `mapping` says of the code system; `content` names what it was made from."""
    header: Resource = {"resourceType": "CodeSystem", "meta": {"source": content}}
    if mapping.language:
        header["language"] = mapping.language
    header["url"] = mapping.url
    if mapping.oid:
        oid = mapping.oid.removeprefix("urn:oid:")
        header["identifier"] = [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{oid}"}]
    header["version"] = mapping.version
    header |= {key: text for key in ("name", "title") if (text := getattr(mapping, key))}
    header["status"] = mapping.status
    header |= {key: text for key in ("publisher", "description", "copyright") if (text := getattr(mapping, key))}
    header["caseSensitive"] = mapping.case_sensitive
    if layout.parent is not None or mapping.code_levels:
        header["hierarchyMeaning"] = "is-a"
    header["content"] = "complete"
    upward = [standard_property("parent", "code")] if "hierarchyMeaning" in header else []
    declared = [*upward, *_status_properties(mapping, layout), *_declared(layout)]
    if declared:
        header["property"] = declared
    return header


def standard_property(code: str, type_: str) -> Resource:
    """The declaration of a property that FHIR itself defines."""
    return {"code": code, "uri": STANDARD + code, "type": type_}


def _status_properties(mapping: TableMapping, layout: Layout) -> list[Resource]:
    if layout.status is None and "status" not in mapping.defaults:
        return []
    return [standard_property("status", "code"), standard_property("inactive", "boolean")]


def _declared(layout: Layout) -> list[Resource]:
    found: dict[str, Resource] = {}
    for _, column in layout.properties:
        found.setdefault(column.code, _declaration(column))
    return list(found.values())


def _declaration(column: PropertyColumn) -> Resource:
    made: Resource = {"code": column.code}
    if column.uri:
        made["uri"] = column.uri
    if column.description:
        made["description"] = column.description
    return {**made, "type": column.type}
