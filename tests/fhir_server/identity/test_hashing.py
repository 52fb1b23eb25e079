from __future__ import annotations

import asyncio

from fhir_server.identity.hashing import Hashing
from fhir_server.identity.secrets import SecretHasher

SECRET = "a-secret-that-is-made-up-for-tests"


def test_a_secret_is_found_again_by_its_hash_while_others_are_answered():
    async def run():
        hashing = Hashing(SecretHasher())
        turns = 0

        async def others():
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0.001)

        waiting = asyncio.create_task(others())
        kept = await hashing.hash(SECRET)
        answers = [await hashing.matches(each, kept) for each in (SECRET, SECRET + "x")]
        waiting.cancel()
        return answers, await hashing.matches(SECRET, None), turns

    answers, without, turns = asyncio.run(run())
    assert (answers, without) == ([True, False], False)
    assert turns > 3


def test_it_says_when_so_many_wait_that_others_should_be_sent_away():
    async def run():
        hashing = Hashing(SecretHasher())
        waiting = [asyncio.create_task(hashing.matches(SECRET, None)) for _ in range(64)]
        before = hashing.is_full
        await asyncio.sleep(0)
        full = hashing.is_full
        await asyncio.gather(*waiting)
        return before, full, hashing.is_full

    assert asyncio.run(run()) == (False, True, False)
