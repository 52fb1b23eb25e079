"""What package.json has to say (https://hl7.org/fhir/packages.html; names and versions as the registry wants them)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_kernel.packages.manifest import parse_reference
from registry.drafting.package.draft import Draft
from registry.drafting.package.finding import Finding, finding
from registry.packages.naming import faults

_FHIR_VERSION = "4.0.1"
_FHIR = "http://hl7.org/fhir/"
"""What stands below it is FHIR's own, and nobody else's to define."""
_CORE = "hl7.fhir.r4.core"
_FILE = "package.json"


def check_manifest(draft: Draft) -> Iterator[Finding]:
    """Everything that is wrong with the package.json of `draft`."""
    manifest = draft.manifest
    if not manifest:
        return  # that it cannot be read is said already
    for sentence in faults(str(manifest.get("name", "")), str(manifest.get("version", ""))):
        yield Finding("draft.manifest", "error", sentence, file=_FILE)
    yield from _fhir_version(manifest)
    yield from _dependencies(manifest)
    yield from _canonical(draft)
    for name, zh in (("description", "说明"), ("author", "作者")):
        if not manifest.get(name):
            yield _said("warning", f"package.json has no {name}", f"package.json 没有 {name}（{zh}）", name)


def dependencies_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The packages that the draft needs with their versions, FHIR's own aside, which are always there."""
    rows = manifest.get("dependencies")
    found = rows.items() if isinstance(rows, dict) else ()
    return {name: version for name, version in found if _is_reference(name, version) and name != _CORE}


def _is_reference(name: str, version: Any) -> bool:
    """Anything else might be taken for a file's path."""
    return isinstance(version, str) and parse_reference(f"{name}#{version}") == (name, version)


def _fhir_version(manifest: Mapping[str, Any]) -> Iterator[Finding]:
    found = manifest.get("fhirVersions") or manifest.get("fhir-version-list")
    if not isinstance(found, list) or _FHIR_VERSION not in found:
        yield _said(
            "error",
            f"fhirVersions is {found!r}; expected a list with '{_FHIR_VERSION}'",
            f"fhirVersions 为 {found!r}；应为包含“{_FHIR_VERSION}”的列表",
            "fhirVersions",
        )


def _dependencies(manifest: Mapping[str, Any]) -> Iterator[Finding]:
    rows = manifest.get("dependencies")
    if rows is not None and not (isinstance(rows, dict) and all(_is_reference(*row) for row in rows.items())):
        yield _said(
            "error",
            "dependencies should be an object of package names and versions",
            "dependencies 应为由包名和版本号组成的对象",
            "dependencies",
        )
    elif _CORE not in (rows or {}):
        yield _said(
            "warning",
            f"dependencies does not name {_CORE}: some tools load no definitions of FHIR without it",
            f"dependencies 未列出 {_CORE}：部分工具将因此不加载 FHIR 基础定义",
            "dependencies",
        )


def _canonical(draft: Draft) -> Iterator[Finding]:
    canonical = draft.manifest.get("canonical")
    if not isinstance(canonical, str) or not canonical:
        yield _said("error", "package.json has no canonical", "package.json 没有 canonical", "canonical")
        return
    base = canonical.rstrip("/") + "/"
    for part in draft.artefacts:
        url = part.resource.get("url")
        if part.type != "NamingSystem" and not (isinstance(url, str) and url.startswith(base)):
            yield finding(
                "draft.foreign-url",
                "error" if str(url).startswith(_FHIR) else "warning",
                f"the URL {url} does not begin with the package's canonical {base}",
                f"URL {url} 不以软件包的 canonical {base} 开头",
                artefact=part.name,
                file=part.file,
                element=f"{part.type}.url",
            )


def _said(severity: Any, en: str, zh: str, element: str) -> Finding:
    return finding("draft.manifest", severity, en, zh, file=_FILE, element=element)
