"""Much work at once, some of which fails, leaves what the same work leaves one after the other in memory."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

import pytest

from fhir_kernel.store.criteria import (
    All,
    Chain,
    Has,
    Match,
    Query,
    StringTest,
    TextTest,
    TokenTest,
    TokenTextTest,
)
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Key
from fhir_kernel.store.values import ReferenceValue, TextValue
from tests.contract.world import change, code, deletion, text

pytestmark = pytest.mark.anyio

CRITERIA = [
    All(),
    *(Match("a", (TokenTest(None, f"c{at}"),)) for at in range(4)),
    Match("a", (TokenTextTest("t1"),)),
    *(Match("name", (StringTest("contains", f"名{at}"),)) for at in range(5)),
    *(Match("_text", (TextTest((f"文{at}",)),)) for at in range(4)),
    Chain("ref", ("Basic",), Match("a", (TokenTest("s1", None),))),
    Has("Basic", "ref", All()),
]


class _Refused(Exception):
    pass


def _values(work: int, id_: int) -> Mapping[str, object]:
    return {
        "a": code(f"c{(work + id_) % 4}", f"s{work % 3}", text=f"t{id_ % 3}"),
        "name": text(f"名{work % 5}"),
        "ref": ReferenceValue("Other" if id_ % 2 else "Basic", str(id_ + 1)),
        "_text": TextValue(f"文{work % 4}x{id_}"),
    }


def _work(number: int, chance: random.Random):
    ids = [chance.randrange(12) for _ in range(chance.randrange(1, 4))]
    fails, searches, reads = (chance.random() < each for each in (0.3, 0.4, 0.4))

    async def work(transaction):
        for id_ in ids:
            key = Key("Basic", str(id_))
            before = await transaction.read(key)
            version = 1 if before is None else before.number + 1
            values = _values(number, id_)
            written = change(str(key), version, at=number, **values)
            if (number + id_) % 7 == 0 and before is not None and not before.is_deleted:
                written = deletion(str(key), version, at=number)
            await transaction.write([written])
            await transaction.append("log", [{"work": number, "id": id_}])
            if searches:
                page = await transaction.search(Query(("Basic",), Match("a", (TokenTest(None, values["a"].code),))))
                assert (key in page.keys) != written.version.is_deleted
            if reads:
                assert await transaction.read(key) == written.version
        if fails:
            raise _Refused

    return work


@pytest.mark.parametrize("seed", range(5))
async def test_work_in_groups_is_as_work_in_turn(store, seed):
    chance, memory = random.Random(seed), MemoryStore()
    works = [_work(number, chance) for number in range(60)]
    together = await asyncio.gather(*(store.commit(each) for each in works), return_exceptions=True)
    in_turn = [(await asyncio.gather(memory.commit(each), return_exceptions=True))[0] for each in works]
    assert [type(each) for each in together] == [type(each) for each in in_turn]
    versions = [[version for _, version in await each.history(None, count=1000)] for each in (store, memory)]
    assert versions[0] == versions[1]
    for criterion in CRITERIA:
        query = Query(("Basic",), criterion, count=100, total=True)
        assert await store.search(query) == await memory.search(query)
    assert [each async for each in store.log("log")] == [each async for each in memory.log("log")]
    assert list(await store.tokens("Basic", "a")) == list(await memory.tokens("Basic", "a"))
