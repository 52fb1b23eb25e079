"""What is in an archive that is to be placed: what it says of itself, its digests and its artefacts.

https://hl7.org/fhir/packages.html: a folder `package` with package.json and resources, one a file.
"""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1, sha256, sha512
from pathlib import PurePosixPath
from typing import Any

import orjson

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.archive import ArchiveLimits, read_packed
from fhir_kernel.packages.documents import BYTE_ORDER_MARK, Document
from fhir_kernel.packages.manifest import parse_manifest
from registry.packages.naming import faults
from registry.packages.release import Artefact, Digests, Facts
from registry.refusal import Refused
from registry.sentence import Sentence

MANIFEST = "package/package.json"
_LONGEST_MANIFEST = 1_000_000
_LONGEST_TEXT = 20_000
_LONGEST_URL = 1_000
"""Characters; a canonical address is part of the name by which it is found."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive that may be placed."""

    content: bytes
    name: str
    version: str
    facts: Facts
    digests: Digests
    artefacts: tuple[Artefact, ...]


def open_package(content: bytes, limits: ArchiveLimits) -> Opened:
    """What is in a .tgz; takes a while. Raises Refused, saying what is wrong with which file."""
    manifest, artefacts = b"", dict[tuple[str, str], Artefact]()
    for document in documents_of(content, limits):
        if document.name == MANIFEST:
            manifest = document.data
        elif (found := _artefact(document)) is not None and (found.url, found.version) in artefacts:
            raise _twice(artefacts[found.url, found.version], found)
        elif found is not None:
            artefacts[found.url, found.version] = found
    name, version, facts = _described(manifest)
    return Opened(content, name, version, facts, digests_of(content), tuple(artefacts.values()))


def documents_of(content: bytes, limits: ArchiveLimits) -> Iterator[Document]:
    """The files of an archive, one in memory at a time. Raises Refused."""
    try:
        yield from read_packed(io.BytesIO(content), "package.tgz", limits)
    except PackageError as error:
        raise _invalid(f"the package cannot be read: {error}", f"无法读取软件包：{error}") from error


def digests_of(content: bytes) -> Digests:
    """The digests by which clients check what they have downloaded."""
    return Digests(
        sha256(content).hexdigest(),
        sha1(content, usedforsecurity=False).hexdigest(),
        b64encode(sha512(content).digest()).decode(),
        len(content),
    )


def _described(manifest: bytes) -> tuple[str, str, Facts]:
    if not manifest:
        raise _invalid(f"the package has no {MANIFEST}", f"软件包中没有 {MANIFEST}", MANIFEST)
    if len(manifest) > _LONGEST_MANIFEST:
        size, most = len(manifest), _LONGEST_MANIFEST
        raise _invalid(
            f"it has {size} bytes; at most {most} are allowed", f"共 {size} 字节；最多 {most} 字节", MANIFEST
        )
    try:
        known = parse_manifest(manifest, "package.tgz")
    except PackageError as error:
        raise _invalid(f"the package cannot be used: {error}", f"软件包不可用：{error}", MANIFEST) from error
    if wrong := faults(*known.id):
        raise Refused("invalid", wrong, where=MANIFEST)
    raw = orjson.loads(manifest.removeprefix(BYTE_ORDER_MARK))
    return *known.id, _facts(raw, known.fhir_versions, known.dependencies)


def _facts(raw: Mapping[str, Any], versions: tuple[str, ...], dependencies: Mapping[str, str]) -> Facts:
    text = _texts(raw)
    author = raw.get("author")
    return Facts(
        title=text("title"),
        description=text("description"),
        canonical=text("canonical").rstrip("/"),
        type=text("type"),
        homepage=text("url"),
        author=_texts(author)("name") if isinstance(author, dict) else text("author"),
        license=text("license"),
        fhir_versions=versions,
        dependencies=dict(dependencies),
    )


def _texts(raw: Mapping[str, Any]) -> Callable[[str], str]:
    def text(name: str) -> str:
        value = raw.get(name)
        return value[:_LONGEST_TEXT] if isinstance(value, str) else ""

    return text


def _artefact(document: Document) -> Artefact | None:
    """What may be asked for by its canonical address; examples and what lies in other folders may not."""
    path = PurePosixPath(document.name)
    if str(path.parent) != "package" or path.suffix != ".json" or path.name.startswith("."):
        return None
    try:
        resource = orjson.loads(document.data.removeprefix(BYTE_ORDER_MARK))
    except ValueError as error:
        raise _invalid(f"it is not JSON: {error}", f"不是 JSON：{error}", document.name) from error
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        return None
    text = _texts(resource)
    url, version = text("url"), text("version")
    if not (url and _can_be_asked_for(url) and _can_be_asked_for(version)):
        return None
    digest = sha256(document.data).hexdigest()
    return Artefact(url, version, text("resourceType"), text("id"), document.name, digest)


def _can_be_asked_for(text: str) -> bool:
    """As a part of a canonical, `url|version` (https://hl7.org/fhir/R4/references.html#canonical)."""
    return len(text) <= _LONGEST_URL and not any(each.isspace() or each in "|#\0" for each in text)


def _twice(one: Artefact, other: Artefact) -> Refused:
    return _invalid(
        f"{one.url} (version {one.version or 'none'}) is in {one.file} already",
        f"{one.url}（版本 {one.version or '无'}）已在 {one.file} 中",
        other.file,
    )


def _invalid(en: str, zh: str, where: str = "") -> Refused:
    return Refused("invalid", (Sentence(en, zh),), where=where)
