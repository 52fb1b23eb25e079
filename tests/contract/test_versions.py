from __future__ import annotations

import pytest

from fhir_kernel.errors import VersionConflict
from fhir_kernel.store.criteria import All, Match, TokenTest
from fhir_kernel.store.records import Key
from tests.contract.world import change, code, deletion, found, later, put

pytestmark = pytest.mark.anyio
PATIENT = Key("Patient", "1")


async def test_a_resource_is_read_as_it_was_written(store):
    written = change("Patient/1", at=0.123)
    await put(store, written)
    assert await store.read(PATIENT) == written.version
    assert await store.version(PATIENT, 1) == written.version


async def test_what_was_never_there_is_not_found(store):
    await put(store, change("Patient/1"))
    for key in (Key("Patient", "2"), Key("Group", "1")):
        assert await store.read(key) is None
        assert await store.version(key, 1) is None
        assert await store.history(*key) == []
    assert await store.version(PATIENT, 2) is None


async def test_an_update_is_current_and_the_version_before_is_kept(store):
    first, second = change("Patient/1"), change("Patient/1", 2, at=1)
    await put(store, first)
    await put(store, second)
    assert await store.read(PATIENT) == second.version
    assert await store.version(PATIENT, 1) == first.version


async def test_a_deletion_is_a_version_without_a_body_that_no_search_finds(store):
    await put(store, change("Patient/1", gender=code("male")), change("Patient/2", gender=code("male")))
    await put(store, deletion("Patient/1", 2, at=1))
    current = await store.read(PATIENT)
    assert current is not None
    assert (current.is_deleted, current.number, current.method) == (True, 2, "DELETE")
    assert await store.read_many([PATIENT, Key("Patient", "2"), Key("Patient", "3")]) == {
        Key("Patient", "2"): (await store.read(Key("Patient", "2")))
    }
    assert list(await store.read_many([PATIENT, Key("Patient", "2"), Key("Patient", "3")], deleted=True)) == [
        PATIENT,
        Key("Patient", "2"),
    ]
    assert await found(store, "Patient", All()) == ["2"]
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "male"),))) == ["2"]


async def test_a_deleted_resource_can_come_back(store):
    await put(store, change("Patient/1", gender=code("male")))
    await put(store, deletion("Patient/1", 2, at=1))
    await put(store, change("Patient/1", 3, at=2, gender=code("female")))
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "male"),))) == []
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "female"),))) == ["1"]


async def test_versions_of_one_commit_may_follow_each_other(store):
    await put(
        store,
        change("Patient/1", gender=code("male")),
        change("Patient/1", 2, gender=code("female")),
        deletion("Patient/1", 3),
        change("Patient/1", 4, gender=code("other")),
    )
    assert (await store.read(PATIENT)).number == 4
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "other"),))) == ["1"]
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "female"),))) == []


@pytest.mark.parametrize("number", [0, 1, 3])
async def test_a_version_that_does_not_follow_is_refused_and_nothing_is_kept(store, number):
    await put(store, change("Patient/1"))
    with pytest.raises(VersionConflict, match="Patient/1"):
        await put(store, change("Patient/9"), change("Patient/1", number))
    assert await store.read(Key("Patient", "9")) is None
    assert (await store.read(PATIENT)).number == 1


async def test_history_gives_the_newest_first_of_a_resource_a_type_and_all(store):
    await put(store, change("Patient/1"), change("Group/1", at=1))
    await put(store, change("Patient/1", 2, at=2), change("Patient/2", at=2))
    await put(store, deletion("Patient/1", 3, at=3))

    def brief(entries):
        return [f"{version.key}|{version.number}" for _, version in entries]

    assert brief(await store.history("Patient", "1")) == ["Patient/1|3", "Patient/1|2", "Patient/1|1"]
    assert brief(await store.history("Patient")) == ["Patient/1|3", "Patient/2|1", "Patient/1|2", "Patient/1|1"]
    everything = ["Patient/1|3", "Patient/2|1", "Patient/1|2", "Group/1|1", "Patient/1|1"]
    assert brief(await store.history(None)) == everything
    assert brief(await store.history(None, since=later(1), until=later(2))) == everything[1:4]
    assert brief(await store.history("Patient", since=later(9))) == []


async def test_history_goes_on_page_by_page(store):
    for at in range(7):
        await put(store, change(f"Patient/{at}", at=at))
    places, before = [], None
    while page := await store.history("Patient", before=before, count=3):
        places.extend(place for place, _ in page)
        before = page[-1][0]
    assert len(places) == len(set(places)) == 7
    assert places == sorted(places, reverse=True)


async def test_new_values_take_the_place_of_old_ones_unless_there_is_a_newer_version(store):
    await put(store, change("Patient/1", gender=code("male")), change("Patient/2", gender=code("male")))
    await put(store, change("Patient/2", 2, at=1, gender=code("male")))
    await store.reindex([change("Patient/1", gender=code("other")), change("Patient/2", gender=code("other"))])
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "other"),))) == ["1"]
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "male"),))) == ["2"]
    assert (await store.read(PATIENT)).number == 1


async def test_any_json_text_is_kept_to_the_byte(store):
    body = '{"resourceType":"Basic","id":"1","x":"\\u0000 张伟 🩺","d":1.10}'.encode()
    written = change("Basic/1")
    version = type(written.version)(Key("Basic", "1"), 1, later(0), "PUT", body)
    await put(store, type(written)(version))
    assert (await store.read(Key("Basic", "1"))).body == body
