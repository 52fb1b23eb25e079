from __future__ import annotations

import asyncio

import pytest

from registry.packages.held import FeedOnce, Held
from registry.packages.shelf import newest_of
from tests.registry.packages.world import NAME, opened, profile, publish

pytestmark = pytest.mark.anyio
OTHER = "cn.another.package"


@pytest.fixture
def held(store):
    return Held(lambda: store)


def named(releases):
    return [f"{each.name}#{each.version}" for each in releases]


async def test_an_empty_shelf_holds_nothing(held):
    assert (await held.published(), await held.newest()) == ([], [])


async def test_what_is_placed_later_is_held_too(store, held):
    await publish(store, opened("2021.0.0"))
    assert named(await held.published()) == [f"{NAME}#2021.0.0"]
    await publish(store, opened("1.0.0", profile("http://x.cn/1"), name=OTHER), days=-1)
    await publish(store, opened("2022.0.0"), days=2)
    assert named(await held.published()) == [f"{OTHER}#1.0.0", f"{NAME}#2021.0.0", f"{NAME}#2022.0.0"]


async def test_the_newest_versions_of_each_package_are_held_by_name(store, held):
    for version in ("2021.0.0", "2022.0.0-draft.1"):
        await publish(store, opened(version))
    await publish(store, opened("1.0.0-draft.1", profile("http://x.cn/1"), name=OTHER))
    other, own = await held.newest()
    assert (other.release, other.any.version) == (None, "1.0.0-draft.1")
    assert (own.release.version, own.any.version) == ("2021.0.0", "2022.0.0-draft.1")
    await publish(store, opened("2022.0.0"))
    assert (await held.newest())[1].release.version == "2022.0.0"


async def test_the_newest_versions_that_are_held_are_those_that_are_kept(store, held):
    for version in ("2021.0.0", "2023.0.0-draft.1", "2022.0.0", "2021.1.0"):
        await publish(store, opened(version))
        assert await held.newest() == [await newest_of(store, NAME)]


async def test_a_mirrored_package_is_held_but_was_not_published_here(store, held):
    await publish(store, opened("4.0.1", profile("http://hl7.org/fhir/1"), name="hl7.fhir.r4.core"), is_mirrored=True)
    assert (await held.published(), len(await held.newest())) == ([], 1)


async def test_many_who_ask_at_once_are_told_the_same(store, held):
    await publish(store, opened())
    answers = await asyncio.gather(*(held.published() for _ in range(5)))
    assert [named(each) for each in answers] == [[f"{NAME}#2021.0.0"]] * 5


async def test_a_feed_is_made_anew_for_a_new_release_alone(store, held):
    await publish(store, opened())
    feeds = FeedOnce(held)
    first = await feeds.at("http://x/feed", "http://x")
    assert await feeds.at("http://x/feed", "http://x") is first
    await publish(store, opened("2022.0.0-draft.1"))
    assert await feeds.at("http://x/feed", "http://x") is first
    await publish(store, opened("2022.0.0"))
    assert (await feeds.at("http://x/feed", "http://x")).count(b"<item>") == 2
    assert b"http://y/" in await feeds.at("http://y/feed", "http://y")
