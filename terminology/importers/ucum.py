"""UCUM's essence file: names and symbols of its units (https://ucum.org/ucum-essence.xml).

UCUM is a grammar, so that the units are but a fragment of its codes: the table gives displays and designations, while
the grammar decides which codes there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fhir_kernel.codec.xml_stream import line_of, local_name, read_elements, text_of
from fhir_kernel.resource import Resource
from terminology.importers.checks import Read, checked
from terminology.importers.digest import source_name
from terminology.importers.imported import Findings, Import, ImportRefused
from terminology.tables.index_build import ConceptRow

if TYPE_CHECKING:
    from fhir_kernel.codec.xml_tree import Element

URL = "http://unitsofmeasure.org"
_UNITS = frozenset({"base-unit", "unit"})
_PROPERTIES = (("property", "string"), ("class", "string"), ("isMetric", "boolean"), ("caseInsensitiveCode", "code"))


def import_ucum(path: Path, version: str | None = None) -> Import:
    """The units of an essence file. Raises ImportRefused, CodecError, OSError."""
    with path.open("rb") as stream:
        root = next(read_elements(stream, _UNITS))
        if local_name(root) != "root":
            raise ImportRefused(f"{path.name}: found the element {local_name(root)!r}; expected UCUM's 'root'")
        stated = version or root.get("version")
    if not stated:
        raise ImportRefused(f"{path.name}: found no version; expected it in the file or as an option")
    findings = Findings()
    header: Resource = {
        "resourceType": "CodeSystem",
        "meta": {"source": source_name([path], version)},
        "language": "en",
        "url": URL,
        "version": stated,
        "name": "UCUM",
        "title": "Unified Code for Units of Measure",
        "status": "active",
        "caseSensitive": True,
        "content": "fragment",
        "property": [{"code": code, "type": type_} for code, type_ in _PROPERTIES],
    }
    notes = ("UCUM is a grammar: the table is a fragment with the names of atomic units, without prefixes.",)
    return Import(header, checked(_units(path), findings), findings, notes)


def _units(path: Path) -> Iterator[Read]:
    with path.open("rb") as stream:
        elements = read_elements(stream, _UNITS)
        next(elements)
        for element in elements:
            concept = _unit(element)
            yield Read(line_of(element), hash(repr(concept)), ConceptRow(concept, ()))


def _unit(element: Element) -> Resource:
    texts: dict[str, list[str]] = {}
    for child in element:
        texts.setdefault(local_name(child), []).append(text_of(child))
    names = [each for each in texts.get("name", ()) if each]
    concept: Resource = {"code": element.get("Code", "")}
    if names:
        concept["display"] = names[0]
    symbols = [each for each in texts.get("printSymbol", ()) if each]
    if others := [*names[1:], *symbols]:
        concept["designation"] = [{"value": text} for text in dict.fromkeys(others)]
    properties: list[Resource] = [
        {"code": "property", "valueString": text} for text in texts.get("property", ()) if text
    ]
    if kind := element.get("class"):
        properties.append({"code": "class", "valueString": kind})
    is_metric = element.get("isMetric") == "yes" or local_name(element) == "base-unit"
    properties.append({"code": "isMetric", "valueBoolean": is_metric})
    if upper := element.get("CODE"):
        properties.append({"code": "caseInsensitiveCode", "valueCode": upper})
    return {**concept, "property": properties}
