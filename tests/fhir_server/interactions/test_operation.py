from __future__ import annotations

from fhir_kernel.codec.xml_codec import from_xml, to_xml
from tests.fhir_server.world import BLOOD, SEX, SEXES, parameters, told

LOOKUP = "CodeSystem/$lookup"
ASKED = parameters(system=("valueUri", SEX["url"]), code=("valueCode", "1"))
QUERY = f"{LOOKUP}?system={SEX['url']}&code=1"


def display(response):
    assert response.status_code == 200, response.text
    return {row["name"]: row.get("valueString") for row in response.json()["parameter"]}["display"]


def test_an_operation_is_invoked_by_post_and_by_get(server):
    assert display(server.post(LOOKUP, ASKED)) == "男"
    assert display(server.get(QUERY)) == "男"


def test_a_form_says_what_a_query_says(server):
    assert display(server.send("POST", LOOKUP, data={"system": SEX["url"], "code": "2"})) == "女"


def test_a_query_may_add_to_a_body_which_wins(server):
    assert display(server.post(f"{LOOKUP}?code=2&system={SEX['url']}", parameters(code=("valueCode", "1")))) == "男"
    assert display(server.send("POST", f"{LOOKUP}?code=2&system={SEX['url']}")) == "女"


def test_xml_goes_in_and_comes_out(server):
    model = server.terminology.model
    body = to_xml(ASKED, model)
    response = server.send(
        "POST", LOOKUP, content=body, headers={"content-type": "application/fhir+xml", "accept": "application/fhir+xml"}
    )
    assert response.headers["content-type"] == "application/fhir+xml; charset=utf-8"
    assert from_xml(response.content, model)["parameter"][1] == {"name": "display", "valueString": "男"}


def test_it_is_invoked_on_an_instance(server):
    assert display(server.get("CodeSystem/sex-1/$lookup?code=1")) == "男"
    assert told(server.get("CodeSystem/none/$lookup?code=1")) == (
        "404 not-found: There is no CodeSystem with the id 'none'"
    )


def test_the_languages_of_the_caller_are_passed_on(server):
    response = server.get(QUERY, headers={"accept-language": "zh, en;q=0.5"})
    assert response.json()["parameter"][2] == {"name": "asked-in", "valueString": "zh, en;q=0.5"}


def test_a_value_set_may_be_posted_as_it_is(server):
    sent = {**SEXES, "id": "sent"}
    expanded = server.post("ValueSet/$expand", sent).json()
    assert expanded["id"] == "sent"
    assert [each["code"] for each in expanded["expansion"]["contains"]] == ["1", "2"]
    assert told(server.post("ValueSet/$expand", SEX)) == "400 invalid: The body is a CodeSystem; expected Parameters"


def test_a_failure_of_the_operation_is_told_with_its_own_words(server):
    response = server.get(f"{LOOKUP}?system={SEX['url']}&code=9")
    assert told(response) == "404 not-found: Unknown code '9'"
    assert response.json()["issue"][0]["details"]["coding"][0]["code"] == "invalid-code"
    assert told(server.get("ConceptMap/$translate")) == "422 too-costly: The expansion would be too large"


def test_an_operation_of_the_system_has_no_type_before_it(server):
    assert server.get("$closure?name=mine").json()["parameter"] == [{"name": "name", "valueString": "mine"}]
    assert told(server.get("ConceptMap/$closure?name=mine")) == (
        "404 not-found: There is no operation '$closure' on ConceptMap; there are: $translate"
    )


def test_versions_names_the_one_version(server):
    rows = [{"name": name, "valueCode": "4.0"} for name in ("version", "default")]
    assert server.get("$versions").json() == {"resourceType": "Parameters", "parameter": rows}


def test_resources_sent_along_are_used(server):
    sent = {**BLOOD, "url": "http://example.org/new", "concept": [{"code": "O", "display": "O型"}]}
    asked = parameters(system=("valueUri", sent["url"]), code=("valueCode", "O"))
    asked["parameter"].append({"name": "tx-resource", "resource": sent})
    assert display(server.post(LOOKUP, asked)) == "O型"
