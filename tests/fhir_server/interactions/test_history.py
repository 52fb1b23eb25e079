from __future__ import annotations

import pytest

from tests.fhir_server.records_world import PATIENT
from tests.fhir_server.world import told


@pytest.fixture
def written(records):
    """One patient in three versions, the last of them its deletion, and a group."""
    records.time.stands = True
    for second, write in enumerate(
        (
            lambda: records.create(PATIENT),
            lambda: records.put("Patient/new-1", {**PATIENT, "id": "new-1", "active": True}),
            lambda: records.put("Group/g", {"resourceType": "Group", "id": "g"}),
            lambda: records.delete("Patient/new-1"),
        )
    ):
        records.time.now = records.time.now.replace(second=10 + second)
        write()
    return records


def versions(response):
    bundle = response.json()
    assert bundle["type"] == "history", bundle
    return [(each["fullUrl"].partition("/fhir/")[2], each["response"]["etag"]) for each in bundle.get("entry", ())]


FIRST, SECOND, THIRD = (("Patient/new-1", f'W/"{number}"') for number in (1, 2, 3))
GROUP = ("Group/g", 'W/"1"')


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("Patient/new-1/_history", [THIRD, SECOND, FIRST]),
        ("Patient/_history", [THIRD, SECOND, FIRST]),
        ("_history", [THIRD, GROUP, SECOND, FIRST]),
        ("Observation/_history", []),
        ("_history?_since=2024-05-06T07:08:12Z", [THIRD, GROUP]),
        ("_history?_since=2024-05-06T15:08:12%2B08:00", [THIRD, GROUP]),
        ("_history?_since=2025", []),
        ("_history?_at=2024-05-06T07:08:11.5Z", [SECOND]),
        ("_history?_at=2024-05-06T07:08:11Z", [SECOND]),
        ("_history?_at=2024-05-06T07:08", [THIRD, GROUP, SECOND, FIRST]),
        ("_history?_at=2024-05-06", [THIRD, GROUP, SECOND, FIRST]),
        ("_history?_at=2024-05-05", []),
        ("Patient/new-1/_history?_at=2025", [THIRD]),
    ],
)
def test_what_was_written_is_told_the_newest_first(written, path, found):
    assert versions(written.get(path)) == found


def test_an_entry_tells_what_was_asked_and_what_came_of_it(written):
    deleted, updated, created = written.get("Patient/new-1/_history").json()["entry"]
    assert deleted == {
        "fullUrl": "http://localhost/fhir/Patient/new-1",
        "request": {"method": "DELETE", "url": "Patient/new-1"},
        "response": {"status": "204 No Content", "etag": 'W/"3"', "lastModified": "2024-05-06T07:08:13.000Z"},
    }
    assert updated["request"] == {"method": "PUT", "url": "Patient/new-1"}
    assert updated["resource"]["active"] is True
    assert created["request"] == {"method": "POST", "url": "Patient"}
    assert created["response"]["status"] == "201 Created"


def test_pages_hold_still_while_others_write(written):
    page = written.get("_history?_count=2")
    assert versions(page) == [THIRD, GROUP]
    written.create(PATIENT)
    links = {each["relation"]: each["url"] for each in page.json()["link"]}
    following = written.get(links["next"])
    assert versions(following) == [SECOND, FIRST]
    assert [each["relation"] for each in following.json()["link"]] == ["self"]


def test_xml_can_be_had(written):
    assert b'<Bundle xmlns="http://hl7.org/fhir">' in written.get("_history?_format=xml").content


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Patient/none/_history", "404 not-found: There is no Patient with the id 'none'"),
        ("_history?_since=soon", "400 value: '_since' is 'soon'; expected an instant such as 2024-05-06T07:08:09Z"),
        (
            "_history?_since=2024-13",
            "400 value: '_since' is '2024-13'; expected an instant such as 2024-05-06T07:08:09Z",
        ),
        ("_history?_count=-1", "400 value: '_count' is '-1'; expected a whole number that is not negative"),
        ("_history?_count=1000000000", "400 too-costly: '_count' is 1000000000; at most 1000 are given on a page"),
        ("_history?_count=1000000000000000000", None),
        ("_history?_since=2024&_at=2024", "400 invalid: '_since' and '_at' are both there; expected one of them"),
        ("Patient/_history?name=a", None),
    ],
)
def test_what_is_not_understood_is_refused(written, path, text):
    said = told(written.get(path))
    assert said == text if text else said.startswith("400 ")
