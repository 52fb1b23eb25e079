"""Packages made on the spot."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fhir_kernel.settings import Settings

MakeArchive = Callable[..., Path]


def manifest(name: str = "example.package", version: str = "1.0.0", **more: Any) -> dict[str, Any]:
    return {"name": name, "version": version, "fhirVersions": ["4.0.1"], **more}


def value_set(code: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "ValueSet", "id": code, "url": f"http://example.org/ValueSet/{code}", **more}


def pack(files: Mapping[str, Any]) -> bytes:
    """A .tgz of JSON values or bytes by name."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def package_bytes(name: str = "example.package", version: str = "1.0.0", **more: Any) -> bytes:
    codes = more.pop("codes", ["one"])
    files = {f"package/ValueSet-{code}.json": value_set(code, version=version) for code in codes}
    return pack({"package/package.json": manifest(name, version, **more), **files})


def unpacked(root: Path, name: str, version: str, **more: Any) -> Path:
    """A package as it lies in the folder of installed packages."""
    codes = more.pop("codes", ["one"])
    folder = root / f"{name}#{version}" / "package"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps(manifest(name, version, **more)))
    for code in codes:
        (folder / f"ValueSet-{code}.json").write_text(json.dumps(value_set(code, version=version)))
    return folder.parent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Folders of their own, a tiny core package in place, no network."""
    root = tmp_path / "packages"
    unpacked(root, "hl7.fhir.r4.core", "4.0.1", codes=["core"])
    return Settings(package_folder=root, cache_folder=tmp_path / "cache", offline=True, registries=())
