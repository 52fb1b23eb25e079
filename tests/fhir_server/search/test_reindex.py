from __future__ import annotations

import asyncio

from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.store.criteria import Match, Query, TokenTest
from fhir_kernel.store.records import Change, Key
from fhir_server.search.index import SearchIndex
from fhir_server.search.reindex import reindex
from tests.fhir_server.search.world import observation, patient, store_of, version_of

NICKNAME = {
    "resourceType": "SearchParameter",
    "url": "http://example.org/sp/nick",
    "code": "nick",
    "base": ["Patient"],
    "type": "token",
    "status": "active",
    "expression": "Patient.name.where(use='nickname').text",
}


def nicknamed(name):
    return patient(name, name=[{"use": "nickname", "text": f"n{name}"}, {"text": "other"}])


def test_resources_are_found_by_a_new_parameter_after_reindexing_while_others_write():
    own = SearchIndex(open_core().extended([NICKNAME]))
    told = []

    async def run():
        store = await store_of(*[nicknamed(str(each)) for each in range(5)], observation("o"))
        asked = Query(("Patient",), Match("nick", (TokenTest(None, "n3"), TokenTest(None, "late"))))
        assert (await store.search(asked)).keys == []
        late = patient("2", name=[{"use": "nickname", "text": "late"}])

        def progress(step):
            told.append((step.done, step.total))
            if len(told) == 1:
                write = Change(version_of(late, 2), own.values(late))
                tasks.append(asyncio.ensure_future(store.commit(lambda transaction: transaction.write([write]))))

        tasks = []
        done = await reindex(store, own, ["Patient"], progress, batch=2)
        await asyncio.gather(*tasks)
        return done, (await store.search(asked)).keys

    done, keys = asyncio.run(run())
    assert keys == [Key("Patient", "2"), Key("Patient", "3")]
    assert done == 5
    assert told == [(2, 5), (4, 5), (5, 5)]
