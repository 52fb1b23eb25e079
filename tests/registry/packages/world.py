"""Packages that the tests place, in few words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.pack import pack
from registry.packages.opening import Opened, open_package
from registry.packages.shelf import keep_package, place

LIMITS = ArchiveLimits()
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
NAME = "cn.example.patient"
CANONICAL = "http://standards.example.cn/fhir/patient"
PROFILE = f"{CANONICAL}/StructureDefinition/example-patient"


def manifest(name=NAME, version="2021.0.0", **more):
    known = {
        "name": name,
        "version": version,
        "title": "Example",
        "description": "示例 package",
        "canonical": CANONICAL,
        "url": f"{CANONICAL}/index.html",
        "type": "fhir.ig",
        "author": "Example",
        "license": "CC0-1.0",
        "fhirVersions": ["4.0.1"],
        "dependencies": {"hl7.fhir.r4.core": "4.0.1"},
    }
    return {**known, **more}


def profile(url=PROFILE, version="2021.0.0", **more):
    return {"resourceType": "StructureDefinition", "id": url.rsplit("/", 1)[-1], "url": url, "version": version, **more}


def archive(manifest, *resources, files=()):
    named = [(f"package/{each['resourceType']}-{each['id']}.json", each) for each in resources]
    documents = [
        Document(name, json.dumps(body).encode()) for name, body in [("package/package.json", manifest), *named]
    ]
    return pack([*documents, *files])


def opened(version="2021.0.0", *resources, name=NAME, **more) -> Opened:
    return open_package(archive(manifest(name, version, **more), *(resources or (profile(),))), LIMITS)


async def publish(store, package, *, days=0, is_mirrored=False):
    """Place a package as publication does."""
    await keep_package(store, package, LIMITS)
    at = NOW + timedelta(days=days)
    return await store.commit(lambda transaction: place(transaction, package, at, is_mirrored=is_mirrored))
