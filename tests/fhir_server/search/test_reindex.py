"""How indexing goes on by itself; what it does to a store is in tests/contract/test_search_parameters.py."""

from __future__ import annotations

import asyncio
import logging

from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.errors import StoreUnavailable
from fhir_server.search.index import SearchIndex
from fhir_server.search.reindex import Reindexer, keep_indexed
from fhir_server.search.upkeep import Upkeep
from tests.fhir_server.search.world import NOW, patient, store_of

ASKED = 4


def test_the_background_goes_on_after_the_store_was_away_and_tells_of_it(caplog):
    told = []

    async def run():
        store = await store_of(*[patient(str(each)) for each in range(ASKED)])
        upkeep = Upkeep(store, SearchIndex(open_core()), lambda: f"token-{len(told)}")
        await upkeep.open()

        class Away(Reindexer):
            async def run(self, told_to=told.append):
                if not told:
                    told.append(None)
                    raise StoreUnavailable("the disk has gone")
                return await super().run(told_to)

        working = asyncio.create_task(keep_indexed(Away(store, upkeep, "one", lambda: NOW, batch=3, rest=0), 0.001))
        while len(told) < 3:
            await asyncio.sleep(0.001)
        working.cancel()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert [each.done for each in told[1:]] == [3, 4]
    assert "indexing waits: the disk has gone" in caplog.text
