"""The rule that asks for the patient is settled by the patient as it was, and a version is judged anew as it was."""

from __future__ import annotations

import pytest

from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Key
from registry.scores.lives import with_lives
from registry.scores.rejudging import judged_anew
from tests.registry.scores.judging.world import PATIENT, RESULT, World, bundle, scoring_judge, told

pytestmark = pytest.mark.anyio
UNBORN = {**PATIENT, "birthDate": "2025-04-05"}


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def world():
    return await World(MemoryStore()).open()


async def lives(world: World) -> list[bool | None]:
    """Of each observation whether it is in the life of its patient; None where that is not asked."""
    entries = [each for each in await with_lives(world.store, await world.evidence()) if each["type"] == "Observation"]
    assert not any("life" in each["scored"] for each in entries)
    return [":life" not in told(each).failed if ":life" in told(each).asked else None for each in entries]


async def test_a_write_does_not_settle_it(world):
    await world.put(PATIENT)
    await world.put(RESULT)
    _, entry = await world.evidence()
    assert entry["scored"]["life"][:3] == ["p1", "2025-04-01", "2025-04-01"]
    assert ":life" not in told(entry).asked


async def test_it_is_the_patient_of_the_instant_that_counts(world):
    await world.put(PATIENT)
    await world.put(RESULT)
    await world.put(UNBORN)
    await world.put({**RESULT, "id": "o2"})
    assert await lives(world) == [True, False]


async def test_a_patient_may_die(world):
    await world.put({**PATIENT, "deceasedDateTime": "2025-03-01"})
    await world.put(RESULT)
    assert await lives(world) == [False]


async def test_a_patient_of_the_same_transaction_is_known_whatever_the_order(world):
    await world.send("POST", "", bundle("transaction", RESULT, UNBORN))
    assert await lives(world) == [False]


async def test_a_patient_whom_nobody_knows_is_not_held_against_anybody(world):
    await world.put(RESULT)
    await world.put(PATIENT)
    await world.send("DELETE", "Patient/p1")
    await world.put({**RESULT, "id": "o2"})
    await world.put({**RESULT, "id": "o3", "subject": {"reference": "Patient?identifier=x|1"}})
    assert await lives(world) == [None, None, None]


@pytest.mark.parametrize("reference", ["Patient/李明", "Patient/Li Ming 1980-01-01", "Patient/" + "1" * 65])
async def test_what_is_no_id_of_a_patient_is_not_remembered(world, reference):
    await world.put({**RESULT, "subject": {"reference": reference}})
    (entry,) = await world.evidence()
    assert "life" not in entry["scored"]
    assert reference.removeprefix("Patient/") not in str(entry)


async def test_a_version_is_judged_anew_as_it_was(world):
    await world.send(
        "POST", "", bundle("transaction", RESULT, {**PATIENT, "identifier": [{"system": "urn:u", "value": "1"}]})
    )
    await world.put({key: value for key, value in RESULT.items() if key != "method"})
    entries = await world.evidence()
    assert any(told(entry).failed for entry in entries)
    for entry in entries:
        version = await world.store.version(Key(entry["type"], entry["id"]), entry["version"])
        assert judged_anew(scoring_judge(), entry, version) == entry
