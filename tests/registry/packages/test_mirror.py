from __future__ import annotations

import io
import json

import pytest

from fhir_kernel.packages.archive import read_packed
from fhir_kernel.packages.cache import PackageCache
from registry.packages.mirror import mirror
from registry.packages.shelf import holders, releases
from tests.registry.packages.world import LIMITS, NOW, manifest, profile

pytestmark = pytest.mark.anyio
CORE = "hl7.fhir.r4.core"


@pytest.fixture
def cache(tmp_path):
    for name, version in ((CORE, "4.0.1"), ("hl7.fhir.us.core", "6.1.0"), ("hl7.terminology.r4", "6.0.0-ballot")):
        folder = tmp_path / "packages" / f"{name}#{version}" / "package"
        folder.mkdir(parents=True)
        url = f"http://hl7.org/fhir/{name}"
        (folder / "package.json").write_text(json.dumps(manifest(name, version, canonical="http://hl7.org/fhir")))
        (folder / "StructureDefinition-x.json").write_text(json.dumps(profile(url)))
        (folder / ".index.json").write_text("{}")
        (folder / ".index.db").write_text("of a tool")
    return PackageCache(tmp_path / "packages")


async def test_core_packages_that_are_installed_are_placed_once(store, cache):
    (placed,) = await mirror(store, cache, LIMITS, NOW)
    assert (placed.name, placed.version, placed.is_mirrored) == (CORE, "4.0.1", True)
    assert await mirror(store, cache, LIMITS, NOW) == []
    (cache.root / f"{CORE}#4.0.1" / "package" / "new.json").write_text("{}")
    assert await mirror(store, cache, LIMITS, NOW) == []
    assert await releases(store, CORE) == [placed]
    content = await store.kept(placed.digests.sha256)
    names = [each.name for each in read_packed(io.BytesIO(content), "it", LIMITS)]
    assert names == ["package/.index.json", "package/StructureDefinition-x.json", "package/package.json"]
    assert [each.package for each in await holders(store, f"http://hl7.org/fhir/{CORE}")] == [CORE]


async def test_without_any_installed_there_is_nothing_to_mirror(store, tmp_path):
    assert await mirror(store, PackageCache(tmp_path / "none"), LIMITS, NOW) == []
