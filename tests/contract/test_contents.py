from __future__ import annotations

import asyncio
import random
from hashlib import sha256

import pytest

from fhir_kernel.store.contents import PIECE

pytestmark = pytest.mark.anyio

SIZES = (0, 1, 1000, PIECE - 1, PIECE, PIECE + 1, 17 * PIECE + 3)


def _content(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("size", SIZES)
async def test_content_is_kept_by_its_digest(store, size):
    content = _content(size)
    digest = await store.keep(content)
    assert digest == sha256(content).hexdigest()
    assert await store.kept(digest) == content
    assert b"".join([piece async for piece in store.pieces(digest)]) == content


async def test_large_content_comes_in_pieces_none_of_which_is_large(store):
    digest = await store.keep(_content(5 * PIECE + 1))
    assert [len(piece) async for piece in store.pieces(digest)] == [PIECE] * 5 + [1]


async def test_what_was_never_kept_is_not_there(store):
    await store.keep(b"something")
    digest = sha256(b"something else").hexdigest()
    assert await store.kept(digest) is None
    assert [piece async for piece in store.pieces(digest)] == []
    assert await store.kept("../../etc/passwd") is None


async def test_the_same_content_kept_twice_or_at_once_is_there_once(store):
    content = _content(3 * PIECE)
    digests = await asyncio.gather(*(store.keep(content) for _ in range(8)))
    digests.append(await store.keep(content))
    assert set(digests) == {sha256(content).hexdigest()}
    assert await store.kept(digests[0]) == content


async def test_content_is_no_part_of_the_work_that_names_it(store):
    digest = await store.keep(b"a draft")

    async def work(transaction):
        await transaction.save("draft", "1", {"digest": digest})
        raise ValueError("not this one")

    with pytest.raises(ValueError, match="not this one"):
        await store.commit(work)
    assert await store.load("draft", "1") is None
    assert await store.kept(digest) == b"a draft"


async def test_others_write_while_large_content_is_kept(store):
    digest, *_ = await asyncio.gather(
        store.keep(_content(20 * PIECE)),
        *(store.commit(lambda t, n=n: t.save("beside", str(n), {})) for n in range(20)),
    )
    assert len(await store.listed("beside")) == 20
    assert len(await store.kept(digest)) == 20 * PIECE
