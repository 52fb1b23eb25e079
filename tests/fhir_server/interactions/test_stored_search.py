from __future__ import annotations

import asyncio

import pytest

from tests.fhir_server.records_world import PATIENT, identified
from tests.fhir_server.world import told


def ids(response):
    bundle = response.json()
    assert bundle["type"] == "searchset", bundle
    return [each["resource"]["id"] for each in bundle.get("entry", ()) if each["search"]["mode"] == "match"]


def links(response):
    return {each["relation"]: each["url"] for each in response.json()["link"]}


@pytest.fixture
def five(records):
    for n in range(1, 6):
        records.put(f"Patient/p{n}", identified(str(n), id=f"p{n}", birthDate=f"199{n}-01-01"))
    return records


def test_pages_lead_on_and_hold_still_while_others_write(five):
    page = five.get("Patient?_count=2&_sort=-birthdate&_total=accurate")
    assert (ids(page), page.json()["total"]) == (["p5", "p4"], 5)
    five.put("Patient/p9", identified("9", id="p9", birthDate="1990-01-01"))
    second = five.get(links(page)["next"])
    third = five.get(links(second)["next"])
    assert (ids(second), ids(third)) == (["p3", "p2"], ["p1"])
    assert set(links(third)) == {"self", "first", "previous"}


def test_what_is_changed_between_two_pages_is_on_its_page_in_its_newest_version(five):
    page = five.get("Patient?_count=2&_sort=-birthdate")
    five.put("Patient/p3", identified("3", id="p3", birthDate="1993-01-01", gender="female"))
    second = five.get(links(page)["next"])
    assert ids(second) == ["p3", "p2"]
    assert second.json()["entry"][0]["resource"]["gender"] == "female"


def test_pages_lead_back_as_of_the_first_one(five):
    first = five.get("Patient?_count=2")
    assert set(links(first)) == {"self", "next"}
    second = five.get(links(first)["next"])
    third = five.get(links(second)["next"])
    five.put("Patient/p0", identified("0", id="p0"))
    back = five.get(links(third)["previous"])
    assert (ids(back), links(back)) == (ids(second), links(second))
    start = five.get(links(back)["previous"])
    assert (ids(start), set(links(start))) == (["p1", "p2"], {"self", "first", "next"})
    assert links(start)["self"] == links(start)["first"] == links(third)["first"]
    assert ids(five.get(links(second)["self"])) == ids(second)


@pytest.mark.parametrize("query", ["name=%FF", "%C3=1", "name=a%C3%28", "identifier=x|%ED%A0%80", "_format=%FF"])
def test_a_query_that_is_not_utf_8_is_refused_rather_than_answered_with_nothing(five, query):
    refusal = five.get(f"Patient?{query}")
    assert refusal.status_code == 400
    assert "where UTF-8 has none such; expected UTF-8, percent-encoded" in told(refusal)


def test_a_form_that_is_not_utf_8_is_refused(five):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    for form in (b"name=%FF", b"name=\xff"):
        assert five.send("POST", "Patient/_search", content=form, headers=headers).status_code == 400
    assert ids(five.send("POST", "Patient/_search", content="family=李".encode(), headers=headers))


def test_an_entry_and_a_condition_that_are_not_utf_8_are_refused(five):
    entry = {"request": {"method": "GET", "url": "Patient?name=%FF"}}
    answered = five.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]}).json()["entry"][0]
    assert answered["response"]["status"].startswith("400")
    assert five.create(PATIENT, if_none_exist="identifier=%FF").status_code == 400


def test_elements_that_there_are_not_are_refused_unless_the_search_is_lenient(five):
    assert "did you mean gender" in told(five.get("Patient?_elements=gendr"))
    lenient = five.get("Patient?_id=p1&_elements=gendr", headers={"prefer": "handling=lenient"}).json()
    assert [each["search"]["mode"] for each in lenient["entry"]] == ["match", "outcome"]
    assert lenient["entry"][0]["resource"]["name"]
    assert "_elements" not in lenient["link"][0]["url"]


def test_elements_are_chosen_of_what_was_found_and_not_of_what_comes_along(five):
    five.put("Observation/o", {"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/p1"}})
    found, along = five.get("Observation?_elements=status&_include=Observation:subject").json()["entry"]
    assert "subject" not in found["resource"]
    assert along["resource"] == five.get("Patient/p1").json()


def test_an_element_of_several_types_is_named_without_its_type(records):
    made = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "a"}, "valueString": "x"}
    records.put("Observation/o", made)
    for query in ("_elements=value", "_elements=valueString"):
        assert records.get(f"Observation?{query}").json()["entry"][0]["resource"]["valueString"] == "x"
    assert "valueString" not in records.get("Observation?_elements=issued").json()["entry"][0]["resource"]


def test_a_link_that_was_changed_is_refused(five):
    following = links(five.get("Patient?_count=2"))["next"]
    assert told(five.get(following[:-2] + "AA")).startswith("400 ")
    assert told(five.get(following.replace("_count=2", "_count=3"))).startswith("400 ")
    assert told(five.get("Patient?_page=abc")).startswith("400 ")


def test_a_form_is_as_good_as_a_query(five):
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert ids(five.send("POST", "Patient/_search?birthdate=gt1990", content="identifier=3", headers=form)) == ["p3"]
    assert ids(five.send("POST", "_search", content="_type=Patient&_id=p2", headers=form)) == ["p2"]


@pytest.mark.parametrize("sent", ["application/json", "text/plain"])
def test_a_search_that_is_not_sent_as_a_form_is_refused_rather_than_answered_with_everything(five, sent):
    response = five.send("POST", "Patient/_search", content="identifier=3", headers={"content-type": sent})
    assert told(response) == (
        f"415 not-supported: The search is sent as '{sent}'; expected application/x-www-form-urlencoded"
    )


def test_an_operator_is_told_what_was_understood_in_place_of_a_page(five):
    answer = five.get("Patient?birthdate=gt1990&_count=2&_explain=true").json()
    told_of = {
        each["name"]: next(value for name, value in each.items() if name != "name") for each in answer["parameter"]
    }
    assert "parameter=birthdate" in told_of["understood"]
    assert told_of["found"] == 2
    questions = [each for each in answer["parameter"] if each["name"] == "question"]
    assert all({"text", "plan"} <= {part["name"] for part in each["part"]} for each in questions)
    assert ids(five.get("Patient?birthdate=gt1990&_count=2&_explain=false")) == ["p1", "p2"]
    assert told(five.get("Patient?_explain=maybe")) == "400 value: '_explain' is 'maybe'; expected true or false"


def test_all_types_can_be_searched_at_once(five):
    five.put("Group/g", {"resourceType": "Group", "id": "g"})
    assert sorted(ids(five.get("?_lastUpdated=gt2020"))) == ["g", "p1", "p2", "p3", "p4", "p5"]
    assert ids(five.get("?_type=Group,Observation")) == ["g"]


def test_what_comes_along_is_marked(five):
    seen = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "a"}}
    five.put("Observation/o", {**seen, "subject": {"reference": "Patient/p1"}})
    bundle = five.get("Observation?_include=Observation:subject").json()
    assert [(each["fullUrl"], each["search"]["mode"]) for each in bundle["entry"]] == [
        ("http://localhost/fhir/Observation/o", "match"),
        ("http://localhost/fhir/Patient/p1", "include"),
    ]
    assert ids(five.get("Patient/p1/Observation")) == ["o"]
    assert ids(five.get("Patient/p2/Observation")) == []


def test_a_count_and_parts_can_be_had(five):
    counted = five.get("Patient?birthdate=gt1993&_summary=count").json()
    assert (counted["total"], "entry" in counted) == (2, False)
    part = five.get("Patient?_id=p1&_elements=gender").json()["entry"][0]["resource"]
    assert set(part) == {"resourceType", "id", "meta", "gender"}


def test_what_is_not_understood_is_refused_or_on_request_passed_over(five):
    assert told(five.get("Patient?birtdate=1990")).startswith(
        "400 not-supported: Patient cannot be searched by 'birtdate'; did you mean birthdate"
    )
    lenient = five.get("Patient?birtdate=1990&_id=p1", headers={"prefer": "handling=lenient"})
    assert ids(lenient) == ["p1"]
    assert lenient.json()["entry"][-1]["search"]["mode"] == "outcome"
    assert "birtdate" not in links(lenient)["self"]


def test_stored_terminology_comes_before_what_is_installed(records):
    for n in range(3):
        made = {
            "resourceType": "CodeSystem",
            "id": f"mine-{n}",
            "name": "Mine",
            "status": "active",
            "content": "complete",
        }
        records.put(f"CodeSystem/mine-{n}", made)
    page = records.get("CodeSystem?_count=2&_total=accurate")
    assert (ids(page), page.json()["total"]) == (["mine-0", "mine-1"], 6)
    second = records.get(links(page)["next"])
    assert ids(second) == ["mine-2", "sex"]
    third = records.get(links(second)["next"])
    assert (ids(third), set(links(third))) == (["sex-1", "blood"], {"self", "first"})
    assert ids(records.get(links(third)["self"])) == ["sex-1", "blood"]
    assert ids(records.get("CodeSystem?url=http://example.org/sex")) == ["sex", "sex-1"]
    assert ids(records.get("CodeSystem?_tag=a")) == []
    records.put(
        "CodeSystem/sex", {"resourceType": "CodeSystem", "id": "sex", "status": "active", "content": "complete"}
    )
    assert ids(records.get("CodeSystem")).count("sex") == 1


def test_what_was_deleted_is_not_found(five):
    five.delete("Patient/p1")
    assert ids(five.get("Patient?_sort=_id")) == ["p2", "p3", "p4", "p5"]


def test_searches_go_on_beside_writes(five):
    asked = [("GET", "Patient?_count=1", {}), ("POST", "Patient", {"json": PATIENT})] * 8
    assert {each.status_code for each in asyncio.run(five.send_all(asked))} == {200, 201}
