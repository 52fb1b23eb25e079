"""package-list.json: the history of a package at its canonical address, by which older tools find it.

Such a tool downloads `path` + `/package.tgz` (https://confluence.hl7.org/display/FHIR/FHIR+IG+PackageList+doco).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.packages.release import Release


def history(base: str, releases: Sequence[Release]) -> dict[str, Any]:
    """The history of a package, the newest version first; `releases` are in the order of versions."""
    newest = releases[-1]
    return {
        "package-id": newest.name,
        "title": newest.facts.title or newest.name,
        "canonical": newest.facts.canonical,
        "introduction": newest.facts.description,
        "list": [_entry(base, each, is_current=each is newest) for each in reversed(releases)],
    }


def _entry(base: str, release: Release, *, is_current: bool) -> dict[str, Any]:
    return {
        "version": release.version,
        "date": f"{release.published:%Y-%m-%d}",
        "desc": release.facts.description,
        "path": f"{base}/{release.name}/{release.version}",
        "status": "release",
        "sequence": "Publications",
        "fhirversion": release.facts.fhir_versions[0] if release.facts.fhir_versions else "",
        **({"current": True} if is_current else {}),
    }
