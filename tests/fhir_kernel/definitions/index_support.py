"""Packages and definitions made on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.package import Package
from fhir_kernel.resource import Resource

TYPES = "http://hl7.org/fhir/StructureDefinition/"


def value_set(code: str, **more: Any) -> Resource:
    return {"resourceType": "ValueSet", "url": f"http://example.org/ValueSet/{code}", **more}


def code_system(content: str, **more: Any) -> Resource:
    return {"resourceType": "CodeSystem", "url": "http://example.org/CodeSystem/colours", "content": content, **more}


def a_type(name: str, base: str | None, *children: tuple[str, str, str]) -> Resource:
    """The StructureDefinition of a type; children are (name, type, max)."""
    elements: list[Resource] = [{"path": name, "base": {"path": name, "max": "*"}}]
    for child, type_name, most in children:
        path = f"{name}.{child}"
        elements.append({"path": path, "base": {"path": path, "max": most}, "type": [{"code": type_name}]})
    kind = "primitive-type" if name[0].islower() else "complex-type"
    structure: Resource = {"resourceType": "StructureDefinition", "url": TYPES + name, "name": name, "type": name}
    structure |= {"kind": kind, "abstract": False, "derivation": "specialization", "version": "4.0.1"}
    if base:
        structure["baseDefinition"] = TYPES + base
    return structure | {"snapshot": {"element": elements}}


def package_of(resources: Iterable[Any], *, state: str = "1", source: str = "example#1.0.0") -> Package:
    """A package whose documents are the JSON of `resources`; bytes are taken as they are."""
    documents = [
        Document(f"{number}.json", each if isinstance(each, bytes) else orjson.dumps(each))
        for number, each in enumerate(resources)
    ]

    def listed() -> Iterator[Document]:
        return iter(documents)

    return Package(source, f"test {state}", lambda: len(documents), listed, lambda: iter(()))
