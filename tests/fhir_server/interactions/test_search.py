from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fhir_server.world import SEX, told


def ids(response):
    bundle = response.json()
    assert bundle["type"] == "searchset", bundle
    return [each["resource"]["id"] for each in bundle.get("entry", ()) if each["search"]["mode"] == "match"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["sex", "sex-1", "blood"]),
        ("url=http://example.org/sex", ["sex", "sex-1"]),
        ("url=http://example.org/sex&version=1", ["sex-1"]),
        ("url=http://example.org/se", []),
        ("url=http://example.org/blood,http://example.org/sex", ["blood", "sex", "sex-1"]),
        ("system=http://example.org/blood", ["blood"]),
        ("_id=blood,sex", ["sex", "blood"]),
        ("name=bLOOD", ["blood"]),
        ("name=Group", []),
        ("name:contains=group", ["blood"]),
        ("name:exact=Sex", ["sex", "sex-1"]),
        ("name:exact=sex", []),
        ("title=性别", ["sex"]),
        ("status=retired", ["sex-1"]),
        ("status:not=retired", ["sex", "blood"]),
        ("status=http://hl7.org/fhir/publication-status|active", ["sex", "blood"]),
        ("publisher=standards", ["sex", "sex-1", "blood"]),
        ("content-mode=complete", ["sex", "sex-1", "blood"]),
        ("identifier:missing=false", []),
        ("title:missing=false&_count=1", ["sex"]),
        ("_sort=-name,title", ["sex-1", "sex", "blood"]),
        ("_sort=_id", ["blood", "sex", "sex-1"]),
    ],
)
def test_code_systems_are_found(server, query, found):
    assert ids(server.get(f"CodeSystem?{query}")) == found


def test_other_types_are_found_too(server):
    assert ids(server.get("ValueSet?status=draft")) == ["sexes"]
    assert ids(server.get("NamingSystem?value=2.16.156.10011.2.3.3.4")) == ["sex-oid"]
    assert ids(server.get("ConceptMap")) == []


def test_a_search_may_be_posted(server):
    assert ids(server.send("POST", "CodeSystem/_search", data={"name": "blood"})) == ["blood"]


def test_pages_lead_to_one_another(server):
    seen, url = [], "CodeSystem?_count=2&status:missing=false"
    while url:
        bundle = server.get(url).json()
        assert bundle["total"] == 3
        seen += [each["resource"]["id"] for each in bundle["entry"]]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        url = links.get("next", "")
    assert seen == ["sex", "sex-1", "blood"]
    assert dict(parse_qsl(urlsplit(links["previous"]).query)) == {"_count": "2", "status:missing": "false"}
    assert links["self"].startswith("http://localhost/fhir/CodeSystem?")


def test_only_the_count_may_be_wanted(server):
    for query in ("_summary=count", "_count=0"):
        bundle = server.get(f"CodeSystem?{query}").json()
        assert bundle["total"] == 3
        assert "entry" not in bundle
        assert [each["relation"] for each in bundle["link"]] == ["self"]


def test_a_summary_leaves_the_concepts_out_and_says_so(server):
    resource = server.get("CodeSystem?_id=sex&_summary=true").json()["entry"][0]["resource"]
    assert "concept" not in resource
    assert "description" not in resource
    assert resource["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert resource["meta"]["versionId"] == SEX["meta"]["versionId"]


def test_elements_are_those_named_and_those_required(server):
    resource = server.get("CodeSystem/sex?_elements=title").json()
    assert set(resource) == {"resourceType", "id", "meta", "status", "content", "title"}


def test_an_unknown_parameter_is_refused_with_the_nearest(server):
    response = server.get("CodeSystem?titel=a")
    assert told(response).startswith("400 not-supported: CodeSystem cannot be searched by 'titel'; perhaps title")
    assert told(server.get("CodeSystem?url:below=a")) == (
        "400 not-supported: The modifier ':below' is not possible for 'url'; possible: :missing"
    )
    assert "cannot be sorted by 'colour'" in told(server.get("CodeSystem?_sort=colour"))
    assert told(server.get("CodeSystem?_count=x")) == (
        "400 value: '_count' is 'x'; expected a whole number that is not negative"
    )
    assert "expected one of true, text, data, count, false" in told(server.get("CodeSystem?_summary=yes"))
    assert "expected true or false" in told(server.get("CodeSystem?url:missing=maybe"))


def test_a_lenient_client_gets_the_rest_and_is_told(server):
    response = server.get("CodeSystem?titel=a&name=blood", headers={"prefer": "handling=lenient"})
    assert ids(response) == ["blood"]
    last = response.json()["entry"][-1]
    assert last["search"]["mode"] == "outcome"
    assert "'titel'" in last["resource"]["issue"][0]["details"]["text"]


def test_read_finds_by_id_or_says_that_there_is_none(server):
    assert server.get("CodeSystem/sex").json() == SEX
    assert told(server.get("CodeSystem/none")) == "404 not-found: There is no CodeSystem with the id 'none'"
