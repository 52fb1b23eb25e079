"""What each way of writing leaves for scores."""

from __future__ import annotations

import pytest

from conformance.evidence import Sender
from conformance.operations import OPERATIONS
from fhir_kernel.codec.limits import DEFAULT_LIMITS
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.sqlite import SqliteStore
from fhir_server.exchange import Request
from fhir_server.formats import Formats
from fhir_server.identity.authenticate import Caller
from fhir_server.identity.organisations import Client
from fhir_server.identity.scopes import parse_scopes
from fhir_server.interactions.validate import Judging
from terminology.failures import OperationFailed
from tests.conformance.validator.world import core
from tests.registry.scores.judging.world import HOSPITAL, PATIENT, RESULT, START, World, bundle, scoring_judge, told

pytestmark = pytest.mark.anyio
NAMELESS = {name: value for name, value in PATIENT.items() if name != "name"}


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def world():
    return await World(MemoryStore()).open()


async def test_a_write_leaves_what_came_of_each_rule(world):
    await world.put(PATIENT)
    (entry,) = await world.evidence()
    assert told(entry).failed == set()
    assert told(entry).asked == {":base", ":order", ":profile", ":volume", "Patient.name:min"}
    scored = entry["scored"]
    assert (scored["named"], len(scored["identity"]), len(scored["content"]), len(scored["patient"])) == (
        False,
        32,
        32,
        32,
    )
    assert "李" not in str(entry)


async def test_what_is_refused_counts_too(world):
    assert (await world.put(NAMELESS)).status_code == 422
    (entry,) = await world.evidence()
    assert told(entry).failed == {"Patient.name:min", ":volume"}
    assert entry["accepted"] is False
    assert "version" not in entry


async def test_a_finding_names_its_rule_and_shows_its_value_masked(world):
    await world.put({**PATIENT, "name": [{"text": "李明 A1"}], "gender": "女性x1"})
    (entry,) = await world.evidence()
    (finding,) = [each for row in entry["rules"] for each in row.get("findings", ()) if each["severity"] == "error"]
    assert finding["value"] == "某某x9"
    assert finding["scoredRule"].endswith("#:base")


async def test_who_a_record_is_and_what_it_says(world):
    numbered = {**PATIENT, "identifier": [{"value": "x"}, {"system": "urn:n", "value": "7"}]}
    moved = {**numbered, "id": "p2", "meta": {"source": "urn:x"}}
    changed = {**numbered, "gender": "male"}
    for each in (numbered, moved, changed):
        await world.put(each)
    one, other, third = (entry["scored"] for entry in await world.evidence())
    assert one["named"]
    assert one["identity"] == other["identity"] == third["identity"]
    assert one["content"] == other["content"] != third["content"]


async def test_the_order_of_keys_makes_no_other_content(world):
    await world.put(PATIENT)
    await world.put({**dict(reversed(PATIENT.items())), "id": "p2"})
    assert len({entry["scored"]["content"] for entry in await world.evidence()}) == 1


async def test_what_is_refused_under_a_name_that_was_made_for_it_is_known_by_its_content(world):
    nameless = {name: value for name, value in NAMELESS.items() if name != "id"}
    for _ in range(2):
        assert (await world.send("POST", "Patient", nameless)).status_code == 422
    one, other = (entry["scored"] for entry in await world.evidence())
    assert one["identity"] == other["identity"] == one["content"]


async def test_the_entries_of_a_transaction_count_each(world):
    assert (await world.send("POST", "", bundle("transaction", RESULT, PATIENT))).status_code == 200
    entries = await world.evidence()
    assert [(entry["type"], told(entry).failed) for entry in entries] == [("Observation", set()), ("Patient", set())]
    assert entries[0]["scored"]["patient"] == entries[1]["scored"]["patient"]


async def test_the_entries_of_a_batch_count_each(world):
    await world.send("POST", "", bundle("batch", NAMELESS, RESULT))
    assert [entry["accepted"] for entry in await world.evidence()] == [False, True]
    assert all("scored" in entry for entry in await world.evidence())


async def test_a_patch_counts_as_what_it_makes(world):
    await world.put(RESULT)
    changes = [{"op": "remove", "path": "/method"}]
    answer = await world.send("PATCH", "Observation/o1", changes, content_type="application/json-patch+json")
    assert answer.status_code == 200
    before, after = await world.evidence()
    assert "Observation.method:min" in told(after).failed - told(before).failed
    assert (after["method"], after["version"]) == ("PATCH", 2)


async def test_a_deletion_leaves_nothing_for_scores(world):
    await world.put(PATIENT)
    await world.send("DELETE", "Patient/p1")
    assert len(await world.evidence()) == 1


async def test_practice_is_marked_as_a_test(world):
    world.sender = Sender("hospital-1", client="c-2", is_practice=True)
    await world.put(PATIENT)
    world.sender = HOSPITAL
    await world.put({**PATIENT, "gender": "male"})
    assert [entry.get("test", False) for entry in await world.evidence()] == [True, False]


async def test_a_type_that_no_rule_speaks_of_is_not_scored(world):
    await world.put({"resourceType": "Basic", "id": "b", "code": {"text": "x"}})
    assert "scored" not in (await world.evidence())[0]


async def test_it_is_so_on_sqlite(tmp_path):
    store = SqliteStore(tmp_path / "store.sqlite")
    try:
        world = await World(store).open()
        await world.send("POST", "", bundle("transaction", RESULT, PATIENT))
        assert [told(entry).failed for entry in await world.evidence()] == [set(), set()]
        assert len(await store.listed("score-lists")) == len(scoring_judge().lists)
    finally:
        await store.close()


class TestValidate:
    """`$validate` leaves evidence where that is asked for."""

    async def test_nothing_is_kept_unless_it_is_asked_for(self, world):
        await world.send("POST", "Patient/$validate", NAMELESS)
        assert await world.evidence() == []

    async def test_what_is_asked_to_count_does(self, world):
        answer = await world.send("POST", "Patient/$validate?scored=true", NAMELESS)
        assert answer.status_code == 200
        (entry,) = await world.evidence()
        assert (entry["institution"], entry["validated"], told(entry).failed) == (
            "hospital-1",
            True,
            {"Patient.name:min"},
        )
        assert "version" not in entry

    async def test_what_is_only_validated_has_not_come(self, world):
        await world.send("POST", "Patient/$validate?scored=true", PATIENT)
        await world.send("PUT", "Patient/1", {**PATIENT, "id": "1"})
        assert [":volume" in told(entry).asked for entry in await world.evidence()] == [False, True]

    async def test_it_may_stand_among_the_parameters(self, world):
        rows = [{"name": "scored", "valueBoolean": True}, {"name": "resource", "resource": PATIENT}]
        await world.send("POST", "Patient/$validate", {"resourceType": "Parameters", "parameter": rows})
        assert len(await world.evidence()) == 1

    @pytest.mark.parametrize(("scope", "counts"), [("Patient.rs", False), ("Observation.c", False), ("*.cu", True)])
    async def test_who_may_not_write_may_not_let_it_count(self, world, scope, counts):
        scopes, _ = parse_scopes(f"system/{scope}")
        client = Client("c-1", "", "hospital-1", f"system/{scope}", "hash", START)
        judging = Judging(
            scoring_judge(),
            world.store,
            Formats(core().model, DEFAULT_LIMITS),
            lambda: START,
            lambda _request: HOSPITAL,
        )
        caller = Caller(client, None, None, tuple(scopes))
        request = Request("POST", "", (("scored", "true"),), resource=PATIENT, caller=caller)
        if counts:
            assert (await judging.invoke(OPERATIONS[0], "Patient", request)).status == 200
        else:
            with pytest.raises(OperationFailed, match="does not allow to write Patient"):
                await judging.invoke(OPERATIONS[0], "Patient", request)
        assert len(await world.evidence()) == counts

    @pytest.mark.parametrize(
        ("method", "sender", "text"),
        [("POST", Sender(), "institution"), ("GET", HOSPITAL, "POST")],
    )
    async def test_it_counts_for_somebody_and_by_post(self, world, method, sender, text):
        await world.put(PATIENT)
        world.sender = sender
        body = PATIENT if method == "POST" else None
        answer = await world.send(method, "Patient/p1/$validate?scored=true", body)
        assert 400 <= answer.status_code < 500
        assert answer.json()["resourceType"] == "OperationOutcome"
        assert text in answer.json()["issue"][0]["details"]["text"]
        assert len(await world.evidence()) == 1
