"""The archive that is published: snapshots in every profile, an index, and bytes that depend on the content alone.

https://hl7.org/fhir/packages.html; `.index.json` as https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.packages.documents import Document, dump_json
from fhir_kernel.packages.pack import pack
from fhir_kernel.resource import Resource
from registry.drafting.package.draft import Draft, Part

_INDEXED = ("id", "url", "version", "kind", "type", "supplements", "content", "derivation")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
"""https://hl7.org/fhir/R4/datatypes.html#id"""
_HAS_NO_VERSION = ("NamingSystem",)


@dataclass(frozen=True, slots=True)
class ReleaseAs:
    """What publication says of a draft: the version of all artefacts, their status and the date."""

    version: str
    date: str
    """YYYY-MM-DD."""
    status: str = "active"


def release_archive(draft: Draft, catalog: Catalog, released: ReleaseAs | None = None) -> bytes:
    """The .tgz of `draft`, as it stands or `released`; the same input gives the same bytes. Blocks for seconds.

    `catalog` holds the draft (`catalog_of`). Raises DefinitionError where no snapshot can be made.
    """
    renamed = _renamed(draft, released)
    taken: set[str] = set()
    artefacts = [
        (_file_name(each, taken), _settled(_repointed(_whole(each, catalog), renamed), released))
        for each in draft.artefacts
    ]
    taken = set()
    examples = [(_file_name(each, taken), _repointed(each.resource, renamed)) for each in draft.examples]
    return pack(
        [
            Document("package/package.json", dump_json(_manifest(draft.manifest, released))),
            Document("package/.index.json", dump_json(_index(artefacts))),
            *(Document(f"package/{name}", dump_json(resource)) for name, resource in artefacts),
            *_examples(examples),
        ]
    )


def _examples(examples: list[tuple[str, Resource]]) -> Iterator[Document]:
    if examples:
        yield Document("package/example/.index.json", dump_json(_index(examples)))
    for name, resource in examples:
        yield Document(f"package/example/{name}", dump_json(resource))


def _whole(part: Part, catalog: Catalog) -> Resource:
    return catalog.structure(part.name) if part.type == "StructureDefinition" else part.resource


def _renamed(draft: Draft, released: ReleaseAs | None) -> dict[str, str]:
    """The canonicals with a version that the draft's own artefacts bear, and what they become."""
    if released is None:
        return {}
    names = (each.name for each in draft.artefacts if each.type not in _HAS_NO_VERSION)
    return {name: f"{name.partition('|')[0]}|{released.version}" for name in names if "|" in name}


def _repointed(value: Any, renamed: Mapping[str, str]) -> Any:
    """`value` with what points to one of the draft's own artefacts at its old version."""
    if not renamed:
        return value
    if isinstance(value, str):
        return renamed.get(value, value)
    if isinstance(value, dict):
        return {key: _repointed(each, renamed) for key, each in value.items()}
    if isinstance(value, list):
        return [_repointed(each, renamed) for each in value]
    return value


def _settled(resource: Resource, released: ReleaseAs | None) -> Resource:
    if released is None:
        return resource
    said = {"status": released.status, "date": released.date}
    if resource["resourceType"] not in _HAS_NO_VERSION:
        said["version"] = released.version
    return {**resource, **said}


def _manifest(manifest: Mapping[str, Any], released: ReleaseAs | None) -> dict[str, Any]:
    if released is None:
        return {**manifest}
    return {**manifest, "version": released.version, "date": released.date.replace("-", "") + "000000"}


def _file_name(part: Part, taken: set[str]) -> str:
    """`Type-id.json` as publishers call it, with a number where two would be called the same."""
    own = part.resource.get("id")
    name = f"{part.type}-{own if isinstance(own, str) and _ID.fullmatch(own) else 'without-id'}"
    place, chosen = 1, name
    while chosen.lower() in taken:
        place += 1
        chosen = f"{name}-{place}"
    taken.add(chosen.lower())
    return f"{chosen}.json"


def _index(files: list[tuple[str, Resource]]) -> dict[str, Any]:
    return {"index-version": 2, "files": [_row(name, resource) for name, resource in sorted(files, key=lambda e: e[0])]}


def _row(name: str, resource: Resource) -> dict[str, str]:
    row = {"filename": name, "resourceType": str(resource["resourceType"])}
    return row | {each: resource[each] for each in _INDEXED if isinstance(resource.get(each), str)}
