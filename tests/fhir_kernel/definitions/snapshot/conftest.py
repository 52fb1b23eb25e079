"""Profiles written as lists of elements, applied to FHIR's own definitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.definitions.snapshot import generate
from fhir_kernel.resource import Resource

Snapshot = Callable[..., dict[str, Resource]]

_core = cache(open_core)


def profile(*elements: dict[str, Any], url: str = "http://example.org/p", **more: Any) -> Resource:
    """A profile whose type is told by its first path and whose base is that type, unless `more` says otherwise."""
    type_name = elements[0]["path"].partition(".")[0]
    return {
        "resourceType": "StructureDefinition",
        "url": url,
        "type": type_name,
        "kind": "resource",
        "derivation": "constraint",
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{type_name}",
        "differential": {"element": list(elements)},
        **more,
    }


def element(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, **more}


def by_type(**more: Any) -> dict[str, Any]:
    return {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open", **more}


def by(path: str, kind: str = "value", rules: str = "open") -> dict[str, Any]:
    return {"discriminator": [{"type": kind, "path": path}], "rules": rules}


@pytest.fixture(scope="session")
def core() -> Catalog:
    return _core()


@pytest.fixture
def snapshot(core: Catalog) -> Snapshot:
    """Elements of the snapshot by id; definitions that it needs come after the profile."""

    def make(structure: Resource, *others: Resource, repair: bool = True) -> dict[str, Resource]:
        made = generate(structure, core.extended([structure, *others]), repair=repair)
        return {row["id"]: row for row in made["snapshot"]["element"]}

    return make
