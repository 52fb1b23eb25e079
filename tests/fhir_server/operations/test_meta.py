from __future__ import annotations

from typing import Any

import pytest

from fhir_server.operations.operation import OperationLimits

VIP = {"system": "http://example.org/tags", "code": "vip"}
NEW = {"system": "http://example.org/tags", "code": "new"}
SECRET = {"system": "http://example.org/security", "code": "R"}
PATIENT = {
    "resourceType": "Patient",
    "id": "1",
    "meta": {"profile": ["http://example.org/p"], "tag": [{**VIP, "display": "Very important"}]},
}


@pytest.fixture
def filled(server: Any) -> Any:
    server.put(
        PATIENT,
        {"resourceType": "Patient", "id": "2", "meta": {"profile": ["http://example.org/q", "http://example.org/p"]}},
        {"resourceType": "Group", "id": "1", "meta": {"security": [SECRET], "tag": [VIP]}},
        {"resourceType": "Group", "id": "2"},
    )
    return server


def meta_of(answer: dict[str, Any]) -> dict[str, Any]:
    (row,) = answer["parameter"]
    assert row["name"] == "return"
    return {name: value for name, value in row["valueMeta"].items() if name != "lastUpdated"}


def sent(**labels: Any) -> dict[str, Any]:
    return {"name": "meta", "valueMeta": labels}


def test_the_meta_of_a_resource_is_what_reading_it_gives(filled: Any) -> None:
    assert meta_of(filled.get("Patient/1/$meta")) == {**PATIENT["meta"], "versionId": "1"}


def test_labels_in_use_are_told_of_a_type_and_of_the_system(filled: Any) -> None:
    profiles = ["http://example.org/p", "http://example.org/q"]
    assert meta_of(filled.get("Patient/$meta")) == {"profile": profiles, "tag": [VIP]}
    assert meta_of(filled.get("Group/$meta")) == {"security": [SECRET], "tag": [VIP]}
    assert meta_of(filled.get("$meta")) == {"profile": profiles, "security": [SECRET], "tag": [VIP]}
    assert meta_of(filled.get("Observation/$meta")) == {}


def test_too_many_resources_with_profiles_are_not_looked_through(filled: Any) -> None:
    filled.limits = OperationLimits(scanned=1)
    assert "More than 1 resources have profiles" in str(filled.refused("$meta"))
    assert meta_of(filled.get("Group/$meta"))


def test_labels_are_added_once(filled: Any) -> None:
    row = sent(tag=[{**VIP, "display": "other"}, NEW, NEW], security=[SECRET], profile=["http://example.org/p"])
    made = meta_of(filled.post("Patient/1/$meta-add", row))
    assert made["versionId"] == "2"
    assert made["tag"] == [{**VIP, "display": "Very important"}, NEW]
    assert (made["security"], made["profile"]) == ([SECRET], ["http://example.org/p"])
    assert meta_of(filled.get("Patient/1/$meta")) == made


def test_adding_what_is_there_makes_no_version(filled: Any) -> None:
    assert meta_of(filled.post("Patient/1/$meta-add", sent(tag=[VIP])))["versionId"] == "1"
    assert filled.version("Patient", "1") == 1


def test_labels_are_taken_away_by_system_and_code(filled: Any) -> None:
    row = sent(tag=[{**VIP, "version": "9"}, NEW], profile=["http://example.org/none"])
    made = meta_of(filled.post("Patient/1/$meta-delete", row))
    assert made == {"versionId": "2", "profile": ["http://example.org/p"]}
    assert meta_of(filled.post("Patient/1/$meta-delete", sent(tag=[NEW])))["versionId"] == "2"


def test_a_resource_without_labels_can_be_given_some(filled: Any) -> None:
    assert meta_of(filled.post("Group/2/$meta-add", sent(tag=[NEW])))["tag"] == [NEW]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "The parameter 'meta' is missing"),
        ([sent()], "has nothing; expected profile, tag or security"),
        ([sent(versionId="9")], "has versionId; expected profile, tag or security"),
        ([sent(tag=[])], "expected profile, tag or security"),
        ([sent(tag=VIP)], "expected a list of Codings"),
        ([sent(tag=["vip"])], "expected a list of Codings"),
        ([sent(profile=[{}])], "expected a list of canonicals"),
    ],
)
def test_what_has_no_labels_is_a_bad_request(filled: Any, rows: Any, said: str) -> None:
    for name in ("meta-add", "meta-delete"):
        refusal = filled.refused(f"Patient/1/${name}", *(rows or [{"name": "other"}]))
        assert said in str(refusal)
        assert refusal.status == 400


def test_what_is_not_there_has_no_meta(filled: Any) -> None:
    assert filled.refused("Patient/9/$meta").status == 404
    assert filled.refused("Patient/9/$meta-add", sent(tag=[NEW])).status == 404
    filled.delete("Group", "2")
    assert filled.refused("Group/2/$meta").status == 410
    assert filled.refused("Group/2/$meta-add", sent(tag=[NEW])).status == 410
