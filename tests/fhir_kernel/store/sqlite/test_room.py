from __future__ import annotations

import signal

import pytest

from fhir_kernel.errors import StoreFull
from fhir_kernel.store.criteria import All
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.room import why_no_room
from tests.contract.world import change, code, found, put
from tests.fhir_kernel.store.sqlite.test_full_disk import large

resource = pytest.importorskip("resource", reason="the system has no limit on the size of files")
pytestmark = pytest.mark.anyio


@pytest.fixture
def limited():
    """Sets how large a file may become; the limit ends with the test."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert signal.getsignal(signal.SIGXFSZ) is signal.SIG_IGN

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_file_that_may_not_grow_refuses_what_is_too_much_and_reads_go_on(store, path, limited):
    await put(store, change("Patient/kept", gender=code("male")))
    limited(path.with_name(path.name + "-wal").stat().st_size + 100_000)
    with pytest.raises(StoreFull, match="the file may not grow further; raise the limit on the size of files"):
        await put(store, large("more"))
    assert await store.read(Key("Patient", "kept")) is not None
    assert await found(store, "Patient", All()) == ["kept"]
    limited(resource.RLIM_INFINITY)
    await put(store, large("more"))
    assert await found(store, "Patient", All()) == ["kept", "more"]


async def test_where_there_is_room_the_reason_is_another(store, path):
    assert why_no_room(path) is None
    assert why_no_room(path.parent / "nowhere" / "store.db") is None


async def test_the_trial_leaves_nothing_behind(store, path, limited):
    before = sorted(path.parent.iterdir())
    limited(1)
    assert why_no_room(path) is not None
    assert sorted(path.parent.iterdir()) == before
