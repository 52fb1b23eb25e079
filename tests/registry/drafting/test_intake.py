from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from registry.drafting.intake import taken_in
from registry.refusal import Refused

MEGABYTE = b"x" * 1_000_000


class Sender:
    """Somebody who sends so many megabytes, as long as they are read."""

    def __init__(self, count: int) -> None:
        self.count, self.sent = count, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.count):
            self.sent += 1
            yield MEGABYTE


def take(sender: Sender, folder: Path, most: int, declared: int | None = None) -> tuple[int, str, bytes]:
    async def run() -> tuple[int, str, bytes]:
        async with taken_in(aiter(sender), folder, most, declared=declared) as upload:
            return upload.size, upload.sha256, upload.path.read_bytes()

    return asyncio.run(run())


def test_an_upload_is_on_the_disk_with_its_digest_and_goes_in_the_end(tmp_path: Path) -> None:
    size, digest, content = take(Sender(3), tmp_path, 5_000_000)
    assert (size, digest) == (3_000_000, hashlib.sha256(MEGABYTE * 3).hexdigest())
    assert content == MEGABYTE * 3
    assert not list(tmp_path.iterdir())


def test_a_gigabyte_is_refused_at_the_limit_without_being_read_or_remembered(tmp_path: Path) -> None:
    sender = Sender(1_000)
    tracemalloc.start()
    with pytest.raises(Refused) as caught:
        take(sender, tmp_path, 50_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.kind == "too-large"
    assert "at most 50000000" in caught.value.sentences[0].en
    assert sender.sent == 51
    assert peak < 10_000_000
    assert not list(tmp_path.iterdir())


def test_one_that_says_it_is_too_large_is_refused_before_the_first_byte(tmp_path: Path) -> None:
    sender = Sender(1_000)
    with pytest.raises(Refused):
        take(sender, tmp_path, 50_000_000, declared=1_000_000_000)
    assert sender.sent == 0


def test_an_empty_upload_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="empty"):
        take(Sender(0), tmp_path, 10)
