"""A draft as it was uploaded: its package.json and its resources, told apart into artefacts and examples."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import PackageError
from fhir_kernel.packages.documents import BYTE_ORDER_MARK, Document, dump_json, resources_of
from fhir_kernel.packages.folder import is_resource_file
from fhir_kernel.resource import Resource
from registry.drafting.package.finding import Finding, finding
from registry.drafting.package.limits import PackageLimits
from registry.refusal import refused

CONFORMANCE = (
    "CapabilityStatement",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "GraphDefinition",
    "ImplementationGuide",
    "MessageDefinition",
    "NamingSystem",
    "OperationDefinition",
    "SearchParameter",
    "StructureDefinition",
    "StructureMap",
    "TerminologyCapabilities",
    "ValueSet",
)
"""Resource types that say what others should be like (https://hl7.org/fhir/R4/conformance-module.html)."""
_EXAMPLES = ("package/example", "package/examples", "example", "examples")


@dataclass(frozen=True, slots=True)
class Part:
    """One resource of a draft and the file that it came from."""

    file: str
    resource: Resource

    @property
    def name(self) -> str:
        """How findings call it: `url|version`, or `Type/id` where it has no URL."""
        url, version = self.resource.get("url"), self.resource.get("version")
        if isinstance(url, str):
            return f"{url}|{version}" if isinstance(version, str) else url
        return f"{self.resource['resourceType']}/{self.resource.get('id', '?')}"

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft holds; nothing of it is checked yet."""

    manifest: Mapping[str, Any]
    """package.json as it stands; empty where there is none that can be read."""
    artefacts: tuple[Part, ...]
    examples: tuple[Part, ...]
    unreadable: tuple[Finding, ...] = ()
    """Files that are no resources though they look so."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """By `Type/id`, the profile that the ImplementationGuide says an example is of."""

    @property
    def digest(self) -> str:
        """SHA-256 of everything in the draft, whatever it was packed in."""
        return _digest(self)


def read_draft(folder: Path, types: Callable[[], Model], limits: PackageLimits) -> Draft:
    """The draft in `folder`: a package, unpacked (`package/package.json`), or loose files beside package.json.

    `types` is asked for XML only. Raises Refused where there is no package.json or too much; OSError.
    """
    root = folder / "package" if (folder / "package" / "package.json").is_file() else folder
    if not (root / "package.json").is_file():
        raise refused(
            "invalid",
            "the upload holds no package/package.json and no sushi-config.yaml; expected one of them",
            "上传内容既没有 package/package.json，也没有 sushi-config.yaml；应为 FHIR 软件包或 FSH 项目",
        )
    problems: list[Finding] = []
    manifest = _manifest(root / "package.json", problems)
    parts = [*_parts(folder, _definition_files(folder, root), types, problems)]
    examples = [*_parts(folder, _example_files(folder), types, problems)]
    _refuse_too_many(len(parts) + len(examples), limits)
    return draft_of(manifest, parts, examples, problems)


def draft_of(
    manifest: Mapping[str, Any], parts: Sequence[Part], examples: Sequence[Part] = (), problems: Sequence[Finding] = ()
) -> Draft:
    """The draft of these resources; those of `parts` that say nothing about others are examples too."""
    guides = [each.resource for each in parts if each.type == "ImplementationGuide"]
    rows = [row for guide in guides for row in _rows(guide)]
    claims = {name: row["exampleCanonical"] for name, row in rows if isinstance(row.get("exampleCanonical"), str)}
    shown = claims.keys() | {name for name, row in rows if row.get("exampleBoolean") is True}
    artefacts = [each for each in parts if each.type in CONFORMANCE and _local_name(each) not in shown]
    others = [each for each in parts if each.type not in CONFORMANCE or _local_name(each) in shown]
    return Draft(manifest, tuple(artefacts), (*others, *examples), tuple(problems), claims)


def _rows(guide: Resource) -> Iterator[tuple[str, Resource]]:
    """What an ImplementationGuide says of each resource (https://hl7.org/fhir/R4/implementationguide.html)."""
    definition = guide.get("definition")
    for row in definition.get("resource", ()) if isinstance(definition, dict) else ():
        reference = row.get("reference") if isinstance(row, dict) else None
        name = reference.get("reference") if isinstance(reference, dict) else None
        if isinstance(name, str):
            yield name, row


def _local_name(part: Part) -> str:
    return f"{part.type}/{part.resource.get('id', '')}"


def _manifest(path: Path, problems: list[Finding]) -> Mapping[str, Any]:
    try:
        found = orjson.loads(path.read_bytes().removeprefix(BYTE_ORDER_MARK))
    except ValueError as error:
        problems.append(_about_manifest(f"package.json is not JSON: {error}", f"package.json 不是 JSON：{error}"))
        return {}
    if not isinstance(found, dict):
        problems.append(_about_manifest("package.json is no JSON object", "package.json 不是 JSON 对象"))
        return {}
    return found


def _about_manifest(en: str, zh: str) -> Finding:
    return finding("draft.manifest", "error", en, zh, file="package.json")


def _definition_files(folder: Path, root: Path) -> list[Path]:
    if root != folder:
        return sorted(path for path in root.iterdir() if path.is_file() and is_resource_file(path.name))
    below = (path for path in folder.rglob("*") if path.is_file() and is_resource_file(path.name))
    return sorted(path for path in below if not _is_aside(path.relative_to(folder)))


def _is_aside(path: Path) -> bool:
    return any(each.startswith(".") or each in ("node_modules", "example", "examples") for each in path.parts[:-1])


def _example_files(folder: Path) -> list[Path]:
    places = [folder / each for each in _EXAMPLES if (folder / each).is_dir()]
    return sorted(
        path for place in places for path in place.iterdir() if path.is_file() and is_resource_file(path.name)
    )


def _parts(folder: Path, paths: Sequence[Path], types: Callable[[], Model], problems: list[Finding]) -> Iterator[Part]:
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            for resource in resources_of(Document(name, path.read_bytes()), types):
                dump_json(resource)  # what nests too deep to be written is not taken
                yield Part(name, resource)
        except (PackageError, TypeError) as error:
            problems.append(finding("draft.unreadable", "error", str(error), f"无法读取该文件：{error}", file=name))


def _refuse_too_many(found: int, limits: PackageLimits) -> None:
    if found > limits.resources:
        raise refused(
            "too-large",
            f"the package has {found} resources; at most {limits.resources} are allowed",
            f"软件包含 {found} 个资源，最多允许 {limits.resources} 个",
        )


def _digest(draft: Draft) -> str:
    digest = hashlib.sha256(dump_json(dict(draft.manifest)))
    for part in (*draft.artefacts, *draft.examples):
        digest.update(b"\n" + part.file.encode() + b"\n" + dump_json(part.resource))
    return digest.hexdigest()
