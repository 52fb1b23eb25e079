"""Writes a concept table as a CodeSystem resource (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_kernel.packages.documents import dump_json
from fhir_kernel.resource import Resource
from terminology.diff import parent_codes
from terminology.importers.digest import is_source_name
from terminology.importers.table_header import standard_property
from terminology.tables.properties import codes_for
from terminology.tables.table import Table

DEEPEST_NESTING = 100
"""Levels of concepts inside one another; what is deeper is written flat, as readers of JSON limit depth."""


def code_system_json(table: Table, *, nested: bool = True) -> Iterator[bytes]:
    """The CodeSystem in pieces of JSON, so that a large one is never in memory as a whole.

    Nested, a concept stands within its primary parent and names the further ones as `parent`; flat, it names all.
    """
    nested = nested and _depth(table) <= DEEPEST_NESTING
    header = exported_header(table)
    code = _parent_property(header)
    first_named = 1 if nested else 0
    if any(len(table.hierarchy.parents(each)) > first_named for each in range(len(table))):
        header = _declaring(header, code)
    yield dump_json(header)[:-1]
    if len(table):
        yield b',"concept":['
        yield from _concepts(table, code, nested)
        yield b"]"
    yield b"}"


def exported_header(table: Table) -> Resource:
    """The header of a table with the number of its concepts, and without the name of what it was imported from."""
    header = dict(table.header)
    meta = {key: value for key, value in header.get("meta", {}).items() if key != "source" or not is_source_name(value)}
    header.pop("meta", None)
    start: Resource = {"resourceType": "CodeSystem", **({"meta": meta} if meta else {})}
    return {**start, **header, "count": len(table)}


def _concepts(table: Table, code: str, nested: bool) -> Iterator[bytes]:
    """Positions are in pre-order, so that the concepts open at any time are those above the one being written."""
    open_until: list[int] = []
    comma = b""
    for position in range(len(table)):
        while open_until and position >= open_until[-1]:
            open_until.pop()
            yield b"]}"
        written = dump_json(_concept(table, position, code, nested))
        end = table.hierarchy.ends[position]
        if nested and end > position + 1:
            open_until.append(end)
            yield comma + written[:-1] + b',"concept":['
            comma = b""
        else:
            yield comma + written
            comma = b","
    yield b"]}" * len(open_until)


def _concept(table: Table, position: int, code: str, nested: bool) -> Resource:
    concept = table.concept(position)
    named = parent_codes(table, position)[1 if nested else 0 :]
    if not named:
        return concept
    values = [*concept.get("property", ()), *({"code": code, "valueCode": parent} for parent in named)]
    return {**concept, "property": values}


def _depth(table: Table) -> int:
    """The most concepts that stand within one another."""
    deepest, open_until = 0, list[int]()
    ends = table.hierarchy.ends
    for position in range(len(table)):
        while open_until and position >= open_until[-1]:
            open_until.pop()
        if ends[position] > position + 1:
            open_until.append(ends[position])
            deepest = max(deepest, len(open_until) + 1)
    return deepest


def _parent_property(header: Resource) -> str:
    """The code of the property for parents, the first where several are declared."""
    codes = codes_for(header, "parent")
    return next((code for each in header.get("property", ()) if (code := str(each.get("code"))) in codes), "parent")


def _declaring(header: Resource, code: str) -> Resource:
    declared = header.get("property", [])
    if any(each.get("code") == code for each in declared):
        return header
    return {**header, "property": [*declared, standard_property(code, "code")]}
