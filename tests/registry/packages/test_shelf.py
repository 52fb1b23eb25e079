from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.store.memory import MemoryStore
from registry.packages.held import Held
from registry.packages.shelf import find_artefact, holders, newest_of, release, releases
from registry.refusal import Refused
from tests.registry.packages.world import LIMITS, NAME, NOW, PROFILE, opened, profile, publish

pytestmark = pytest.mark.anyio


async def conflict(store, package, **more):
    with pytest.raises(Refused) as caught:
        await publish(store, package, **more)
    assert caught.value.kind == "conflict"
    return caught.value


async def test_what_is_placed_is_found_with_its_bytes(store):
    package = opened()
    placed = await publish(store, package)
    assert await release(store, NAME, "2021.0.0") == placed
    assert (placed.published, placed.digests, placed.facts) == (NOW, package.digests, package.facts)
    assert await store.kept(placed.digests.sha256) == package.content


async def test_the_same_bytes_once_more_change_nothing(store):
    first = await publish(store, opened())
    assert await publish(store, opened(), days=3) == first
    assert await releases(store, NAME) == [first]


async def test_other_bytes_under_a_version_are_refused_and_leave_nothing(store):
    first = await publish(store, opened())
    refused = await conflict(store, opened(description="changed"), days=1)
    assert "2021.0.0 was published on 2026-11-25 with other bytes" in refused.sentences[0].en
    assert await releases(store, NAME) == [first]
    assert (await newest_of(store, NAME)).any == first


async def test_versions_are_in_the_order_of_their_numbers(store):
    for version in ("2021.10.0", "2021.2.0", "2021.10.0-draft.2", "2021.10.0-draft.10", "2022.0.0-draft.1"):
        await publish(store, opened(version, profile(version=version)))
    found = [each.version for each in await releases(store, NAME)]
    assert found == ["2021.2.0", "2021.10.0-draft.2", "2021.10.0-draft.10", "2021.10.0", "2022.0.0-draft.1"]
    newest = await newest_of(store, NAME)
    assert (newest.release.version, newest.any.version) == ("2021.10.0", "2022.0.0-draft.1")


async def test_packages_whose_names_begin_alike_are_kept_apart(store):
    await publish(store, opened(name="cn.a.b"))
    await publish(store, opened("2021.0.0", profile("http://x.cn/1"), name="cn.a.b.c"))
    assert [each.name for each in await releases(store, "cn.a.b")] == ["cn.a.b"]


async def test_an_artefact_is_found_by_its_canonical_address_in_the_newest_release(store):
    await publish(store, opened("2021.0.0", profile(version="2021.0.0")))
    await publish(store, opened("2022.0.0", profile(version="2022.0.0")))
    await publish(store, opened("2023.0.0-draft.1", profile(version="2023.0.0")))
    assert (await find_artefact(store, PROFILE)).version == "2022.0.0"
    old = await find_artefact(store, PROFILE, "2021.0.0")
    assert json.loads(await store.kept(old.digest)) == profile(version="2021.0.0")
    assert await find_artefact(store, PROFILE, "2023.0.0") is None
    assert await find_artefact(store, PROFILE[:-1]) is None
    assert [each.package_version for each in await holders(store, PROFILE)] == [
        "2021.0.0",
        "2022.0.0",
        "2023.0.0-draft.1",
    ]


async def test_a_canonical_address_stays_with_its_package(store):
    await publish(store, opened())
    refused = await conflict(store, opened("1.0.0", profile(version="1"), name="cn.other.package"))
    assert refused.where == "package/StructureDefinition-example-patient.json"
    assert (
        refused.sentences[0].en
        == f"{PROFILE} belongs to the package {NAME}#2021.0.0; another package cannot publish it"
    )
    assert await release(store, "cn.other.package", "1.0.0") is None


async def test_a_version_of_an_artefact_stays_as_it_was_published(store):
    await publish(store, opened("2021.0.0-draft.1", profile(title="draft")))
    await publish(store, opened("2021.0.0", profile(title="final")))
    await publish(store, opened("2021.1.0", profile(title="final"), description="amended"))
    refused = await conflict(store, opened("2021.2.0", profile(title="changed in silence")))
    assert "with other content; give the artefact a new version" in refused.sentences[0].en


async def test_the_name_of_a_package_that_was_copied_here_is_not_given_away(store):
    core = opened("4.0.1", profile("http://hl7.org/fhir/StructureDefinition/Patient"), name="hl7.fhir.r4.core")
    await publish(store, core, is_mirrored=True)
    await conflict(store, opened("4.0.2", profile("http://x.cn/1"), name="hl7.fhir.r4.core"))
    await conflict(
        store, opened("1.0.0", profile("http://hl7.org/fhir/StructureDefinition/Patient"), name="cn.bad.one")
    )
    assert await find_artefact(store, "http://hl7.org/fhir/StructureDefinition/Patient") is None
    assert await Held(lambda: store).published() == []


async def test_of_two_who_publish_one_version_at_once_one_is_told(store):
    outcomes = await asyncio.gather(
        *(publish(store, opened(description=text)) for text in ("one", "other")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["Refused", "Release"]


async def test_what_fails_beside_it_in_the_same_commit_takes_the_package_back(store):
    from registry.packages.shelf import keep_package, place

    package = opened()
    await keep_package(store, package, LIMITS)

    async def work(transaction):
        await place(transaction, package, NOW)
        raise ValueError("the announcement is missing")

    with pytest.raises(ValueError, match="announcement"):
        await store.commit(work)
    assert await releases(store, NAME) == []
    assert await find_artefact(store, PROFILE) is None


@given(st.permutations(["1.0.0", "1.0.1", "1.1.0", "2.0.0-draft.1", "2.0.0", "10.0.0-draft.1"]))
def test_the_newest_are_the_same_in_whatever_order_versions_come(versions):
    async def work():
        store = MemoryStore()
        for version in versions:
            await publish(store, opened(version, profile(version=version)))
        newest = await newest_of(store, NAME)
        return newest.release.version, newest.any.version

    assert asyncio.run(work()) == ("2.0.0", "10.0.0-draft.1")
