"""The JSON of a package and of a version (https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md).

Where there is a field `unlisted`, some tools take the version for withdrawn, whatever it says; so there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry.packages.release import Release

_KINDS: Mapping[str, str] = {"fhir.core": "Core", "core": "Core", "fhir.template": "Template", "tool": "Tool"}
"""By the type in package.json; everything else is an implementation guide."""


def package_json(base: str, releases: Sequence[Release]) -> dict[str, Any]:
    """A package with all its versions, the oldest first; `base` is the address of the registry."""
    newest = releases[-1]
    times = {each.version: instant(each) for each in releases}
    return {
        "_id": newest.name,
        "name": newest.name,
        "description": newest.facts.description,
        "dist-tags": {"latest": newest.version},
        "time": {"created": min(times.values()), "modified": max(times.values()), **times},
        "versions": {each.version: version_json(base, each) for each in releases},
    }


def version_json(base: str, release: Release) -> dict[str, Any]:
    """One version, with where to download it and how to check it."""
    facts, digests = release.facts, release.digests
    optional = {"author": facts.author, "license": facts.license, "homepage": facts.homepage}
    return {
        **summary_json(base, release),
        "title": facts.title,
        "type": facts.type,
        "fhirVersions": list(facts.fhir_versions),
        "dependencies": dict(facts.dependencies),
        "dist": {
            "tarball": tarball(base, release),
            "shasum": digests.sha1,
            "integrity": f"sha512-{digests.sha512}",
            "fileSize": digests.size,
        },
        **{name: value for name, value in optional.items() if value},
    }


def summary_json(base: str, release: Release) -> dict[str, Any]:
    """What the catalogue says of a version."""
    facts = release.facts
    return {
        "name": release.name,
        "version": release.version,
        "description": facts.description or facts.title,
        "fhirVersion": facts.fhir_versions[0] if facts.fhir_versions else "",
        "canonical": facts.canonical,
        "kind": kind(release),
        "date": instant(release),
        "url": f"{base}/{release.name}/{release.version}",
    }


def tarball(base: str, release: Release) -> str:
    """Where the archive is downloaded."""
    return f"{base}/{release.name}/-/{release.name}-{release.version}.tgz"


def kind(release: Release) -> str:
    """What sort of package it is, in the words of FHIR's registries."""
    return _KINDS.get(release.facts.type.lower(), "IG")


def instant(release: Release) -> str:
    """When it was published, always with an offset, without which some tools fail."""
    return release.published.isoformat(timespec="seconds")
