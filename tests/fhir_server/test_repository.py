from __future__ import annotations

import asyncio

import pytest

from conformance.evidence import Sender
from fhir_kernel.errors import StoreFull, VersionConflict
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Key
from fhir_server.intents import Intent
from fhir_server.planning import Planner
from fhir_server.repository import Repository
from tests.fhir_server.records_world import PATIENT, Records, Time, core, search_index
from tests.fhir_server.world import told


class Interrupted(MemoryStore):
    """A store in which others write between the reading and the writing of whoever writes."""

    def __init__(self, often: int) -> None:
        super().__init__()
        self.often = often

    async def commit(self, work):
        if self.often:
            self.often -= 1
            await repository(self, beside=True).write(
                [Intent("PATCH", "Patient", "a", change=lambda old: {**old, "name": [*old["name"], {"family": "B"}]})],
                Sender(),
            )
        return await super().commit(work)


def repository(store, *, beside=False, audit=None):
    given = MemoryStore.__new__(MemoryStore) if beside else store
    if beside:
        given.__dict__ = store.__dict__
    clock = Time()
    return Repository(given, Planner(search_index().values, None, core().model, clock), clock, audit)


def put(number):
    return Intent("PUT", "Patient", "a", resource={**PATIENT, "id": "a", "multipleBirthInteger": number})


@pytest.mark.parametrize("often", [1, 3, 5])
def test_what_others_wrote_meanwhile_is_not_lost(often):
    async def run():
        store = Interrupted(0)
        await repository(store).write([put(1)], Sender())
        store.often = often
        change = Intent("PATCH", "Patient", "a", change=lambda old: {**old, "active": True})
        ((written,),) = await repository(store).write([change], Sender())
        return written.version, await store.read(Key("Patient", "a"))

    version, current = asyncio.run(run())
    assert version == current
    assert b'"active":true' in current.body
    assert current.body.count(b'"family":"B"') == current.number - 2


def test_the_audit_trail_is_written_in_the_same_transaction():
    def audit(sender, versions, now):
        return [{"who": sender.client, "what": str(each.key), "when": now.isoformat()} for each in versions]

    async def run():
        store = MemoryStore()
        await repository(store, audit=audit).write([put(1)], Sender(client="c1"))
        return [document async for _, document in store.log("audit")]

    assert [(each["who"], each["what"]) for each in asyncio.run(run())] == [("c1", "Patient/a")]


class Failing(MemoryStore):
    def __init__(self, error):
        super().__init__()
        self.error = error

    async def commit(self, work):
        raise self.error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (StoreFull("the disk is full"), "507 no-store: Nothing was written: the disk is full"),
        (VersionConflict("it is at 2"), "409 conflict: Nothing was written, somebody else was quicker: it is at 2"),
    ],
)
def test_a_store_that_cannot_write_is_told_as_what_it_is(error, text):
    records = Records(store=Failing(error))
    assert told(records.create(PATIENT)) == text
    assert records.get("Patient").status_code == 200
