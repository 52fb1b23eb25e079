"""Uploads, drafts and documents that tests make in a few lines."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from conformance.validator import Validator
from fhir_kernel.definitions.catalog import Catalog, open_catalog, open_core
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from fhir_kernel.resource import Resource
from fhir_kernel.settings import load_settings
from registry.drafting.diff.difference import Compared
from registry.drafting.intake import Upload
from registry.drafting.package.bench import Bench
from registry.drafting.package.draft import Draft, Part, draft_of
from terminology.local import LocalCodes

HOME = "http://example.cn/fhir"
MANIFEST: Mapping[str, Any] = {
    "name": "cn.example.draft",
    "version": "2026.0.0-draft.1",
    "description": "A draft",
    "author": "Somebody",
    "canonical": HOME,
    "fhirVersions": ["4.0.1"],
    "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
}
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)

core = cache(open_core)


def _catalog(needed: Sequence[str]) -> Catalog:
    return open_catalog(load_settings(), needed) if needed else core()


BENCH = Bench(_catalog, lambda catalog: Validator(catalog, LocalCodes(catalog)))


def upload(folder: Path, content: bytes, name: str = "upload") -> Upload:
    path = folder / name
    path.write_bytes(content)
    return Upload(path, len(content), hashlib.sha256(content).hexdigest())


def docx(path: Path, body: str = "", parts: Mapping[str, str | bytes] | None = None) -> Upload:
    """A Word document with these paragraphs; `parts` are added or take the place of those that it has."""
    document = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    own: dict[str, str | bytes] = {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": document}
    with zipfile.ZipFile(path / "text.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (own | dict(parts or {})).items():
            archive.writestr(name, content)
    return upload(path, (path / "text.docx").read_bytes())


def paragraph(text: str, style: str = "", more: str = "") -> str:
    chosen = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{chosen}{more}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def package(*resources: Resource, examples: Sequence[Resource] = (), manifest: Mapping[str, Any] = MANIFEST) -> bytes:
    """A .tgz of these."""
    files = [Document("package/package.json", json.dumps(manifest).encode())]
    files += [Document(f"package/{_name(each)}", json.dumps(each).encode()) for each in resources]
    files += [Document(f"package/example/{_name(each)}", json.dumps(each).encode()) for each in examples]
    return pack(files)


def _name(resource: Resource) -> str:
    own = resource.get("id") or str(resource.get("url", "")).rpartition("/")[2]
    return f"{resource['resourceType']}-{own}.json"


def draft(*resources: Resource, examples: Sequence[Resource] = (), manifest: Mapping[str, Any] = MANIFEST) -> Draft:
    return draft_of(
        manifest, [Part(_name(each), each) for each in resources], [Part(_name(each), each) for each in examples]
    )


def compared(*resources: Resource, manifest: Mapping[str, Any] = MANIFEST) -> Compared:
    return Compared(draft(*resources, manifest=manifest), core().extended(resources))


def profile(*elements: Resource, type_name: str = "Patient", name: str = "p", **more: Any) -> Resource:
    """A profile that says this of elements."""
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": f"{HOME}/StructureDefinition/{name}",
        "version": "2026.0.0-draft.1",
        "name": "P",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": type_name,
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{type_name}",
        "derivation": "constraint",
        "differential": {"element": list(elements)},
    } | more


def element(element_id: str, **facets: Any) -> Resource:
    path = ".".join(step.partition(":")[0] for step in element_id.split("."))
    last = element_id.rpartition(".")[2].partition(":")[2]
    return {"id": element_id, "path": path} | ({"sliceName": last} if last else {}) | facets


def code_system(*codes: str, **displays: str) -> Resource:
    rows = [{"code": code, "display": displays.get(code, code.title())} for code in codes]
    return {
        "resourceType": "CodeSystem",
        "id": "colours",
        "url": f"{HOME}/CodeSystem/colours",
        "version": "2026.0.0-draft.1",
        "name": "Colours",
        "status": "draft",
        "content": "complete",
        "caseSensitive": True,
        "concept": rows,
    }


def value_set(*codes: str, name: str = "colours") -> Resource:
    include: dict[str, Any] = {"system": f"{HOME}/CodeSystem/colours"}
    if codes:
        include["concept"] = [{"code": code} for code in codes]
    return {
        "resourceType": "ValueSet",
        "id": name,
        "url": f"{HOME}/ValueSet/{name}",
        "version": "2026.0.0-draft.1",
        "name": "Colours",
        "status": "draft",
        "compose": {"include": [include]},
    }
