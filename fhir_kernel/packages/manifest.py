"""What a package says of itself in package.json, and how packages are named (https://hl7.org/fhir/packages.html)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.documents import BYTE_ORDER_MARK

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
_VERSION = re.compile(r"[A-Za-z0-9][\w.+-]*", re.ASCII)


class PackageId(NamedTuple):
    """A package's name and exact version; `str()` is NAME#VERSION, as its folder is called."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}#{self.version}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """package.json; `dependencies` maps package names to version patterns."""

    id: PackageId
    fhir_versions: tuple[str, ...] = ()
    dependencies: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    type: str = ""


def parse_reference(text: str) -> tuple[str, str] | None:
    """Name and version pattern of `name#version` or `name@version`; None where `text` is neither."""
    name, _, version = text.partition("#") if "#" in text else text.rpartition("@")
    if _NAME.fullmatch(name) and (version == "*" or _VERSION.fullmatch(version.lstrip("^~").replace("*", "x"))):
        return name, version
    return None


def is_version(text: str) -> bool:
    """Whether `text` may be a package's exact version, and so part of a file name."""
    return _VERSION.fullmatch(text) is not None


def parse_manifest(data: bytes, where: str) -> Manifest:
    """The manifest in `data`, the package.json of `where`. Raises PackageError."""
    try:
        raw = orjson.loads(data.removeprefix(BYTE_ORDER_MARK))
    except ValueError as error:
        raise PackageError(f"{where}: package.json is not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise PackageError(f"{where}: package.json should be an object")
    name, version = raw.get("name"), raw.get("version")
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise PackageError(f"{where}: package.json has name {name!r}; expected a name such as hl7.fhir.us.core")
    if not (isinstance(version, str) and is_version(version)):
        raise PackageError(f"{where}: package.json has version {version!r}; expected a version such as 1.0.0")
    versions = raw.get("fhirVersions") or raw.get("fhir-version-list") or ()
    return Manifest(
        PackageId(name, version),
        tuple(each for each in versions if isinstance(each, str)),
        _dependencies(raw.get("dependencies")),
        _text(raw, "title") or _text(raw, "description"),
        _text(raw, "type"),
    )


def _dependencies(raw: Any) -> dict[str, str]:
    rows = raw.items() if isinstance(raw, dict) else ()
    return {name: version for name, version in rows if isinstance(version, str) and _NAME.fullmatch(name)}


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    return value if isinstance(value, str) else ""
