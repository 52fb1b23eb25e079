from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fhir_kernel.errors import StoreFull
from fhir_kernel.store.criteria import All
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite import SqliteStore
from tests.contract.world import change, code, found, put

pytestmark = pytest.mark.anyio


def large(id_):
    small = change(f"Patient/{id_}", gender=code("male"))
    return replace(small, version=replace(small.version, body=b'{"x":"' + b"x" * 300_000 + b'"}'))


async def test_a_full_disk_refuses_what_is_too_much_and_reads_go_on(path):
    store = SqliteStore(path, most_bytes=1_000_000)
    await put(store, change("Patient/kept", gender=code("male")))
    outcomes = await asyncio.gather(*(put(store, large(at)) for at in range(8)), return_exceptions=True)
    refused = [isinstance(each, StoreFull) for each in outcomes]
    assert any(refused)
    assert all(each is None or isinstance(each, StoreFull) for each in outcomes)
    kept = [str(at) for at, full in enumerate(refused) if not full]
    assert await found(store, "Patient", All()) == [*kept, "kept"]
    assert await store.read(Key("Patient", "kept")) is not None
    await put(store, change("Patient/small"))
    await store.close()
    store = SqliteStore(path)
    await put(store, large("more"))
    assert await found(store, "Patient", All()) == [*kept, "kept", "more", "small"]
    await store.close()
