"""CodeSystem resources and packages of them (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.documents import dump_json
from fhir_kernel.packages.folder import given_file, given_folder
from fhir_kernel.packages.given_archive import given_archive
from fhir_kernel.packages.manifest import parse_reference
from fhir_kernel.packages.package import Package
from fhir_kernel.packages.resolve import installed_package
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings
from terminology.importers.checks import Read, checked
from terminology.importers.digest import content_name
from terminology.importers.imported import Findings, Import, ImportRefused
from terminology.tables.edges import Edges
from terminology.tables.index_build import ConceptRow
from terminology.tables.properties import elements

if TYPE_CHECKING:
    from fhir_kernel.definitions.model import Model


def import_package(text: str, settings: Settings, types: Callable[[], Model]) -> Iterator[Import]:
    """Every complete CodeSystem of a .json or .xml file, a folder, a .tgz or name#version.

    Raises ImportRefused where there is none, PackageError.
    """
    found = False
    for resource in _package(text, settings).resources(types):
        if resource["resourceType"] == "CodeSystem" and resource.get("content") == "complete":
            found = True
            yield import_resource(resource)
    if not found:
        raise ImportRefused(f"{text}: found no CodeSystem whose content is complete; expected one or more")


def import_resource(resource: Resource) -> Import:
    """The code system in a CodeSystem resource. Raises ImportRefused where it has no url."""
    if not resource.get("url"):
        name = resource.get("id", resource.get("name", ""))
        raise ImportRefused(f"CodeSystem {name}: found no url; expected the canonical of the code system")
    findings = Findings()
    meta = {**resource.get("meta", {}), "source": content_name(dump_json(resource))}
    header = {"resourceType": "CodeSystem", "meta": meta}
    header |= {key: value for key, value in resource.items() if key not in ("resourceType", "meta", "concept", "text")}
    case_sensitive = resource.get("caseSensitive", True)
    return Import(header, checked(_rows(resource), findings, case_sensitive=case_sensitive), findings)


def _package(text: str, settings: Settings) -> Package:
    path = Path(text).expanduser()
    if path.is_dir():
        return given_folder(path)
    if path.is_file():
        is_archive = path.name.lower().endswith((".tgz", ".tar.gz"))
        return given_archive(path, ArchiveLimits.of(settings)) if is_archive else given_file(path)
    reference = parse_reference(text)
    if reference is None:
        raise PackageError(f"{text!r} is neither a file, nor a folder, nor a package as name#version")
    return installed_package(*reference, settings)


def _rows(resource: Resource) -> Iterator[Read]:
    """The concepts, of which the properties that name parents and children are replaced by the hierarchy."""
    edges = Edges.declared_by(resource)
    links = edges.parent_codes | edges.child_codes
    flat = list(_walk(elements(resource, "concept")))
    firsts: dict[str, tuple[Resource, str | None]] = {}
    for concept, nested_in in flat:
        firsts.setdefault(concept.get("code", ""), (concept, nested_in))
    above = dict(zip(firsts, edges.parents(firsts), strict=True))
    for number, (concept, nested_in) in enumerate(flat, start=1):
        own = {"code": "", **{key: value for key, value in concept.items() if key != "concept"}}
        if "property" in own:
            own["property"] = [each for each in own["property"] if each.get("code") not in links]
            if not own["property"]:
                del own["property"]
        row = ConceptRow(own, tuple(dict.fromkeys(above[own["code"]])))
        yield Read(number, hash(repr((concept, nested_in))), row)


def _walk(concepts: Iterable[Resource]) -> Iterator[tuple[Resource, str | None]]:
    """Every concept with the code of the one that it is nested in, parents first."""
    waiting: list[tuple[Resource, str | None]] = [(each, None) for each in reversed(list(concepts))]
    while waiting:
        concept, parent = waiting.pop()
        yield concept, parent
        below = list(elements(concept, "concept"))
        waiting.extend((child, concept.get("code", "")) for child in reversed(below))
