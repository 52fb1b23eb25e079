"""A page of documents costs what it holds, however many stand before it."""

from __future__ import annotations

import pytest

from fhir_kernel.store.sqlite.names import Names
from fhir_kernel.store.sqlite.opening import connect
from fhir_kernel.store.sqlite.reading import Reading

pytestmark = pytest.mark.anyio

MANY = 3_000


def steps_of(connection, ask):
    """In tens, the steps that SQLite takes for a question."""
    taken = 0

    def one_more():
        nonlocal taken
        taken += 1

    connection.set_progress_handler(one_more, 10)
    try:
        ask()
    finally:
        connection.set_progress_handler(None, 0)
    return taken


async def test_the_last_page_under_a_prefix_is_as_cheap_as_the_first(store, path):
    async def save(work):
        for at in range(MANY):
            await work.save("kept", f"a/{at:04}", {"at": at})

    await store.commit(save)
    connection = connect(path, busy=1, read_only=True)
    try:
        reading = Reading(connection, Names(connection), None)
        pages = {after: reading.listed("kept", "a/", after, 5) for after in ("", f"a/{MANY - 6:04}")}
        first, last = (
            steps_of(connection, lambda after=after: reading.listed("kept", "a/", after, 5)) for after in pages
        )
    finally:
        connection.close()
    assert [[each["at"] for _, each in page] for page in pages.values()] == [[*range(5)], [*range(MANY - 5, MANY)]]
    assert last <= first + 5
