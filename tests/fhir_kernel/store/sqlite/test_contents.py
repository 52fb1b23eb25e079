from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing

import pytest

from fhir_kernel.errors import StoreFull, StoreUnavailable
from fhir_kernel.store.contents import PIECE
from fhir_kernel.store.sqlite import SqliteStore

pytestmark = pytest.mark.anyio

CONTENT = bytes(range(256)) * (3 * PIECE // 256)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE piece SET body = x'00' WHERE number = 1",
        "DELETE FROM piece WHERE number = 2",
        "DELETE FROM piece",
    ],
)
async def test_content_that_the_disk_has_changed_is_never_given_for_what_was_kept(store, path, damage):
    digest = await store.keep(CONTENT)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(damage)
    with pytest.raises(StoreUnavailable, match=f"{digest} was found damaged"):
        await store.kept(digest)
    given = []
    with pytest.raises(StoreUnavailable, match="damaged"):
        await _take(store.pieces(digest), given)
    assert len(b"".join(given)) < len(CONTENT)


async def _take(pieces, given):
    async for piece in pieces:
        given.append(piece)


async def test_content_for_which_there_is_no_room_is_refused_and_cannot_be_read(path):
    store = SqliteStore(path, most_bytes=2_000_000)
    with pytest.raises(StoreFull):
        await store.keep(CONTENT)
    await store.close()
    store = SqliteStore(path, most_bytes=20_000_000)
    digest = await store.keep(CONTENT)
    assert await store.kept(digest) == CONTENT
    await store.close()


async def test_there_is_one_copy_of_large_content_while_it_is_kept_and_read(store):
    content = b"0123456789abcdef" * (4 * PIECE)
    tracemalloc.start()
    try:
        digest = await store.keep(content)
        _, most_keeping = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        assert await store.kept(digest) == content
        _, most_reading = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most_keeping < 0.2 * len(content)
    assert most_reading < 1.3 * len(content)
