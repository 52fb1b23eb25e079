from __future__ import annotations

import asyncio

import pytest

from fhir_kernel.errors import SettingsError
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.sqlite import SqliteStore
from plumbline.stores import store_opener


def test_a_file_is_made_where_the_address_says(tmp_path):
    async def opened():
        opening = store_opener(f"sqlite:///{tmp_path}/new/records.sqlite", workers=4)
        store = await opening()
        await store.close()
        return store

    assert isinstance(asyncio.run(opened()), SqliteStore)
    assert (tmp_path / "new" / "records.sqlite").exists()


def test_a_store_may_be_in_memory_or_not_be():
    assert isinstance(asyncio.run(store_opener("memory://")()), MemoryStore)
    assert store_opener("none") is None


@pytest.mark.parametrize(
    ("address", "workers", "text"),
    [
        (
            "oracle://x",
            1,
            "the store is 'oracle://x'; expected sqlite:///PATH, mongodb://HOST/DATABASE, memory:// or none",
        ),
        ("", 1, "the store is ''; expected sqlite:///PATH"),
        ("sqlite://records", 1, "expected sqlite:///PATH, with four slashes for an absolute path"),
        ("sqlite:///", 1, "expected sqlite:///PATH, with four slashes for an absolute path"),
        ("memory://", 2, "known to one process only; expected one worker with it"),
    ],
)
def test_what_is_no_address_of_a_store_is_refused(address, workers, text):
    with pytest.raises(SettingsError) as caught:
        store_opener(address, workers=workers)
    assert text in str(caught.value)
