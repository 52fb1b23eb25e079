from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from fhir_server.operations.care_dates import CARE_DATES
from fhir_server.operations.operation import OperationLimits
from fhir_server.search.index import Backlog


def resource(key: str, **elements: Any) -> dict[str, Any]:
    type_, id_ = key.split("/")
    return {"resourceType": type_, "id": id_, **elements}


def reference(key: str) -> dict[str, str]:
    return {"reference": key}


def observation(id_: str, patient: str = "Patient/1", **elements: Any) -> dict[str, Any]:
    return resource(f"Observation/{id_}", status="final", subject=reference(patient), **elements)


RECORD = (
    resource("Organization/maker"),
    resource("Organization/hospital", partOf=reference("Organization/city")),
    resource("Organization/city", partOf=reference("Organization/province")),
    resource("Organization/province"),
    resource("Practitioner/doctor"),
    resource("Practitioner/stranger"),
    resource("Medication/drug", manufacturer=reference("Organization/maker")),
    resource("Binary/scan", contentType="text/plain", data="eA=="),
    resource("Patient/1", managingOrganization=reference("Organization/hospital")),
    resource("Patient/2"),
    resource(
        "Encounter/visit",
        status="finished",
        subject=reference("Patient/1"),
        period={"start": "2024-03-01", "end": "2024-03-09"},
        diagnosis=[{"condition": reference("Condition/flu")}],
        participant=[{"individual": reference("Practitioner/doctor")}],
    ),
    resource("Condition/flu", subject=reference("Patient/1"), onsetDateTime="2024-02"),
    observation("a", effectiveDateTime="2024-01-10", performer=[reference("Practitioner/doctor")]),
    observation("b", effectiveDateTime="2024-03-05T10:00:00Z", encounter=reference("Encounter/visit")),
    observation("other", "Patient/2", performer=[reference("Practitioner/stranger")]),
    observation("seen", "Patient/2", derivedFrom=[reference("Observation/a")]),
    resource("MedicationRequest/m", subject=reference("Patient/1"), medicationReference=reference("Medication/drug")),
    resource(
        "DocumentReference/d",
        subject=reference("Patient/1"),
        content=[{"attachment": {"url": "Binary/scan"}}],
        author=[reference("#inside"), reference("http://elsewhere.org/fhir/Practitioner/doctor")],
    ),
    resource("Coverage/c", beneficiary=reference("Patient/1"), payor=[reference("Patient/2")]),
)
OWN = {
    "Patient/1", "Encounter/visit", "Condition/flu", "Observation/a", "Observation/b", "MedicationRequest/m",
    "DocumentReference/d", "Coverage/c",
}  # fmt: skip
OTHERS = {
    "Practitioner/doctor", "Medication/drug", "Organization/maker", "Organization/hospital", "Organization/city",
    "Binary/scan",
}  # fmt: skip


@pytest.fixture
def filled(server: Any) -> Any:
    server.put(*RECORD)
    return server


def keys(bundle: dict[str, Any], mode: str = "") -> list[str]:
    entries = (each for each in bundle.get("entry", ()) if mode in ("", each["search"]["mode"]))
    return [each["fullUrl"].removeprefix("http://example.org/fhir/") for each in entries]


def link(bundle: dict[str, Any], relation: str) -> str:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), "")


def test_the_record_of_a_patient_is_its_compartment_and_what_that_refers_to(filled: Any) -> None:
    bundle = filled.get("Patient/1/$everything")
    assert (bundle["type"], bundle["total"]) == ("searchset", len(OWN))
    assert keys(bundle, "match")[0] == "Patient/1"
    assert set(keys(bundle, "match")) == OWN
    assert set(keys(bundle, "include")) == OTHERS
    assert len(keys(bundle)) == len(OWN | OTHERS)
    assert link(bundle, "self") == "http://example.org/fhir/Patient/1/$everything"
    assert not link(bundle, "next")


def test_resources_are_given_as_they_are_stored(filled: Any) -> None:
    entry = filled.get("Patient/1/$everything")["entry"][0]
    assert entry["resource"]["meta"]["versionId"] == "1"
    assert entry["resource"]["managingOrganization"] == reference("Organization/hospital")


def test_the_record_of_an_encounter_has_the_patient_but_not_the_rest_of_its_record(filled: Any) -> None:
    bundle = filled.get("Encounter/visit/$everything")
    assert keys(bundle, "match") == ["Encounter/visit", "Observation/b"]
    assert set(keys(bundle, "include")) == {
        "Patient/1",
        "Condition/flu",
        "Practitioner/doctor",
        "Organization/hospital",
    }


def test_records_of_the_same_person_that_are_linked_are_one(filled: Any) -> None:
    filled.put(resource("Patient/old", link=[{"other": reference("Patient/1"), "type": "replaced-by"}]))
    filled.put(observation("old", "Patient/old"))
    assert {"Patient/old", "Observation/old"} < set(keys(filled.get("Patient/1/$everything"), "match"))
    assert "Observation/a" not in keys(filled.get("Patient/old/$everything"))


@pytest.mark.parametrize(
    ("query", "gone"),
    [
        ({"start": "2024-03-02"}, {"Observation/a", "Condition/flu"}),
        ({"end": "2024-02-10"}, {"Observation/b", "Encounter/visit"}),
        ({"start": "2024-02", "end": "2024-02"}, {"Observation/a", "Observation/b", "Encounter/visit"}),
        ({"start": "2024-03-05", "end": "2024-03-05"}, {"Observation/a", "Condition/flu"}),
        ({"end": "2024"}, set()),
    ],
)
def test_a_time_of_care_leaves_out_what_was_at_another(filled: Any, query: Any, gone: set[str]) -> None:
    assert set(keys(filled.get("Patient/1/$everything", query), "match")) == OWN - gone


def test_types_are_chosen_among_all_that_would_be_there(filled: Any) -> None:
    assert set(keys(filled.get("Patient/1/$everything", {"_type": "Observation"}))) == {
        "Observation/a",
        "Observation/b",
    }
    asked = [("_type", "Practitioner,Patient"), ("_type", "Binary")]
    assert keys(filled.get("Patient/1/$everything", asked)) == ["Patient/1", "Binary/scan", "Practitioner/doctor"]


def test_only_what_was_written_since_is_given(filled: Any) -> None:
    since = filled.get("Patient/1/$everything")["meta"]["lastUpdated"]
    assert keys(filled.get("Patient/1/$everything", {"_since": since})) == []
    filled.put(observation("new"), resource("Practitioner/doctor", active=True))
    found = filled.get("Patient/1/$everything", {"_since": since})
    assert keys(found) == ["Observation/new", "Practitioner/doctor"]
    assert "_since=" in link(found, "self")


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 50])
def test_pages_together_are_the_whole(filled: Any, count: int) -> None:
    pages, query = [], {"_count": str(count)}
    while query:
        page = filled.get("Patient/1/$everything", query)
        assert link(page, "self").startswith(f"http://example.org/fhir/Patient/1/$everything?_count={count}")
        pages.append(keys(page, "match"))
        query = dict(parse_qsl(urlsplit(link(page, "next")).query))
    assert sorted(key for page in pages for key in page) == sorted(OWN)
    assert all(len(page) == count for page in pages[:-1])
    assert pages[-1]


def test_pages_hold_still_while_others_write(filled: Any) -> None:
    first = filled.get("Patient/1/$everything", {"_count": "2"})
    filled.put(observation("late"), observation("a", effectiveDateTime="2024-01-11"))
    seen, following = keys(first, "match"), link(first, "next")
    while following:
        page = filled.get("Patient/1/$everything", dict(parse_qsl(urlsplit(following).query)))
        seen += keys(page, "match")
        following = link(page, "next")
    assert "Observation/late" not in seen


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"start": "March"}, "'start' is 'March'; expected a date such as"),
        ({"since": "x"}, "'_since' is 'x'; expected an instant such as"),
        ({"start": "2024-02", "end": "2024-01"}, "'start' is 2024-02, after 'end', 2024-01"),
        ({"type": "Patients"}, "'_type' names 'Patients'; expected types of resources; did you mean Patient"),
        ({"count": "0"}, "'_count' is 0; expected a whole number from 1 to 1000"),
        ({"count": "100000000"}, "expected a whole number from 1 to 1000"),
        ({"page": "x"}, "'_page' is 'x'; expected what stands in the 'next' link"),
        ({"page": "WzEsOTksbnVsbF0"}, "'_page' is"),
        ({"page": "WzEsMCxbMSwyLDNdXQ"}, "'_page' is"),
        ({"page": "é" * 9000}, "'_page' is"),
    ],
)
def test_what_cannot_be_understood_is_a_bad_request(filled: Any, query: Any, said: str) -> None:
    refusal = filled.refused("Patient/1/$everything", **query)
    assert said in str(refusal)
    assert refusal.status == 400


def test_what_is_not_there_has_no_record(filled: Any) -> None:
    assert filled.refused("Patient/9/$everything").status == 404
    filled.delete("Observation", "other")
    filled.delete("Patient", "2")
    assert filled.refused("Patient/2/$everything").status == 410


def test_too_much_is_refused_rather_than_cut(filled: Any) -> None:
    filled.limits = OperationLimits(everything=7)
    assert "more than 7 resources; ask for pages" in str(filled.refused("Patient/1/$everything"))
    filled.limits = OperationLimits(everything=8, supporting=2)
    assert "refer to more than 2 others" in str(filled.refused("Patient/1/$everything"))
    filled.limits = OperationLimits(everything=8)
    assert filled.get("Patient/1/$everything")["total"] == 8


def test_every_care_date_is_a_search_parameter_of_a_type_of_the_compartment(index: Any) -> None:
    compartment = index.compartments["Patient"].parameters
    assert not set(CARE_DATES) - set(compartment)
    wrong = [
        (type_, each) for type_, names in CARE_DATES.items() for each in names if each not in index.parameters(type_)
    ]
    assert not wrong
    assert not [
        type_ for type_, names in CARE_DATES.items() if any(index.parameters(type_)[n].type != "date" for n in names)
    ]


@pytest.mark.parametrize(
    ("waiting", "dated"),
    [(("Observation", "subject"), False), (("Patient", "link"), False), (("Observation", "date"), True)],
)
def test_a_record_is_refused_until_everything_is_indexed_that_tells_what_belongs_to_it(
    filled: Any, waiting: tuple[str, str], dated: bool
) -> None:
    type_, code = waiting
    filled.index = filled.index.trial({})
    filled.index.backlog = {type_: {code: Backlog(3, 9)}}
    refusal = filled.refused("Patient/1/$everything", **({"start": "2024-01-01"} if dated else {}))
    assert refusal.status == 503
    assert f"{type_} cannot be searched by '{code}' yet: it is being indexed, 3 of 9 done" in str(refusal)


def test_a_record_is_told_while_something_else_is_indexed(filled: Any) -> None:
    before = filled.get("Patient/1/$everything")["total"]
    filled.index = filled.index.trial({})
    filled.index.backlog = {"Observation": {"code": Backlog(3, 9), "date": Backlog(3, 9)}}
    assert filled.get("Patient/1/$everything")["total"] == before
