"""CodeSystem, ValueSet and NamingSystem of each table (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fhir_kernel.resource import Resource
from terminology.code_tables.table import CodeTable, Row, rows, tables

EDITED = "2026-11-25"
"""When the files were last edited."""

_EXTENSIONS = "http://hl7.org/fhir/StructureDefinition"
_LANGUAGE = "zh-CN"
_PROPERTIES = {"letters": "The code of two letters 字母代码"}
"""What the further columns of the tables hold."""


def code_table_resources() -> list[Resource]:
    """Every resource of every table, made anew: CodeSystem, ValueSet, NamingSystem."""
    made: list[Resource] = []
    for table in tables():
        if not table.system:
            made += (code_system(table), value_set(table))
        made.append(naming_system(table))
    return made


def naming_systems() -> list[Resource]:
    """The NamingSystem of each table, which says under which OID it goes."""
    return [naming_system(table) for table in tables()]


def code_system(table: CodeTable) -> Resource:
    """The code system of a table that has its own file: Chinese displays, English designations."""
    held = rows(table)
    resource = {
        **_head("CodeSystem", table, table.canonical),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{table.oid}"}],
        "caseSensitive": True,
        "content": table.content,
    }
    if table.content == "complete":  # of a part neither can be said
        resource |= {"valueSet": table.value_set, "count": len(held)}
    if any(row.parent for row in held):
        resource["hierarchyMeaning"] = "is-a"
    if used := sorted({name for row in held for name in row.properties}):
        resource["property"] = [_property(table, name) for name in used]
    return {**resource, "concept": _concepts(held)}


def value_set(table: CodeTable) -> Resource:
    """The value set of all codes of a table."""
    include = {"system": table.canonical, "version": table.version}
    return {
        **_head("ValueSet", table, table.value_set),
        "compose": {"include": [include]},
    }


def naming_system(table: CodeTable) -> Resource:
    """The two names of a table: the canonical, which is preferred, and the OID."""
    return {
        "resourceType": "NamingSystem",
        "id": table.id,
        "language": _LANGUAGE,
        "name": table.name,
        "status": "active",
        "kind": "codesystem",
        "date": EDITED,
        "publisher": "Plumbline",
        "description": _description(table),
        "uniqueId": [
            {"type": "uri", "value": table.canonical, "preferred": True},
            {"type": "oid", "value": table.oid, "preferred": False},
        ],
    }


def _property(table: CodeTable, name: str) -> Resource:
    return {
        "code": name,
        "uri": f"{table.canonical}#{name}",
        "description": _PROPERTIES[name],
        "type": "string",
    }


def _head(resource_type: str, table: CodeTable, url: str) -> Resource:
    resource: Resource = {"resourceType": resource_type, "id": table.id, "language": _LANGUAGE}
    if table.in_force:
        period = {"url": f"{_EXTENSIONS}/resource-effectivePeriod", "valuePeriod": {"start": table.in_force}}
        resource["extension"] = [period]
    return {
        **resource,
        "url": url,
        "version": table.version,
        "name": table.name,
        "title": table.title,
        "_title": {"extension": [_translation(table.title_en)]},
        "status": "active",
        "experimental": False,
        "date": EDITED,
        "publisher": "Plumbline",
        "description": _description(table),
    }


def _description(table: CodeTable) -> str:
    return f"{table.title_en} by {table.standard}. {table.note}".rstrip()


def _translation(text: str) -> Resource:
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": text}]
    return {"url": f"{_EXTENSIONS}/translation", "extension": parts}


def _concepts(held: Iterable[Row]) -> Sequence[Resource]:
    """The concepts of the top level, those below inside them."""
    below: dict[str, list[Row]] = {}
    for row in held:
        below.setdefault(row.parent, []).append(row)
    return [_concept(row, below) for row in below[""]]


def _concept(row: Row, below: Mapping[str, Sequence[Row]]) -> Resource:
    concept: Resource = {"code": row.code, "display": row.display}
    if row.display_en:
        concept["designation"] = [{"language": "en", "value": row.display_en}]
    if row.properties:
        concept["property"] = [{"code": name, "valueString": value} for name, value in row.properties.items()]
    if row.code in below:
        concept["concept"] = [_concept(each, below) for each in below[row.code]]
    return concept
