"""What a client gets to see and to change whose scopes have criteria."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from fhir_kernel.store.memory import MemoryStore
from fhir_server.identity.audit import Auditor
from fhir_server.identity.authenticate import Caller
from fhir_server.identity.gate import Gate
from fhir_server.identity.narrowing import Narrowing
from fhir_server.identity.open_trial import ANYBODY
from fhir_server.identity.scopes import parse_scopes
from tests.fhir_server.records_world import Records, Time, search_index

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LAB = "Observation.{}?category=laboratory"
ALL = "*.cruds"


class ByScopes:
    """Everybody is let in with the scopes that the request names."""

    async def caller(self, headers):
        scopes, unknown = parse_scopes(headers["x-scopes"])
        assert scopes
        assert not unknown
        return Caller(ANYBODY, None, None, scopes)


def observation(id_, category, **more):
    coded = [{"coding": [{"system": CATEGORY, "code": category}]}]
    made = {"resourceType": "Observation", "id": id_, "status": "final", "code": {"text": "x"}, "category": coded}
    return {**made, "subject": {"reference": "Patient/p"}, **more}


LABORATORY = observation("lab", "laboratory")
SOCIAL = observation("soc", "social-history", derivedFrom=[{"reference": "Observation/lab"}])


class World:
    """A server and, for each scope, a client."""

    def __init__(self):
        store = MemoryStore()
        gate = Gate(ByScopes(), Auditor("test", lambda: "audit"), store, Time(), Narrowing(search_index(), Time()))
        self.server = Records(store=store, gate=gate)

    def ask(self, scopes, method, path, body=None, content_type="application/fhir+json", **headers):
        given = {"content-type": content_type, "x-scopes": " ".join(f"system/{each}" for each in scopes.split())}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body)
        return self.server.send(method, path, content=content, headers=given)

    def get(self, scopes, path, **headers):
        return self.ask(scopes, "GET", path, **headers)

    def ids(self, scopes, path):
        answer = self.get(scopes, path)
        assert answer.status_code == 200, answer.text
        return sorted(each["resource"]["id"] for each in answer.json().get("entry", ()))

    def status(self, *asked, **more):
        return self.ask(*asked, **more).status_code


@pytest.fixture
def world():
    made = World()
    patient = {"resourceType": "Patient", "id": "p", "gender": "female"}
    diary = {"resourceType": "Provenance", "id": "v", "target": [{"reference": "Observation/soc"}]}
    diary |= {"recorded": "2024-01-01T00:00:00Z", "agent": [{"who": {"reference": "Patient/p"}}]}
    for each in (patient, LABORATORY, SOCIAL, diary):
        assert made.status(ALL, "PUT", f"{each['resourceType']}/{each['id']}", each) == 201
    return made


R, S, RS = LAB.format("r"), LAB.format("s"), LAB.format("rs")
U, D, C = LAB.format("u"), LAB.format("d"), LAB.format("c")


def test_what_criteria_leave_out_is_read_as_if_it_were_not_there(world):
    assert world.status(R, "GET", "Observation/lab") == 200
    assert world.status(R, "HEAD", "Observation/lab") == 200
    left_out, missing = world.get(R, "Observation/soc"), world.get(R, "Observation/none")
    assert left_out.status_code == missing.status_code == 404
    assert left_out.text.replace("soc", "none") == missing.text
    assert world.status(R, "GET", "Observation/soc", if_none_match='W/"1"') == 404
    assert world.status(f"{R} Observation.r?category=social-history", "GET", "Observation/soc") == 200
    assert world.status(f"{R} Observation.r", "GET", "Observation/soc") == 200
    assert world.status("*.r?category=laboratory", "GET", "Observation/soc") == 404


def test_what_was_deleted_is_not_told_of(world):
    for id_ in ("lab", "soc"):
        world.ask(ALL, "DELETE", f"Observation/{id_}")
        assert world.status(R, "GET", f"Observation/{id_}") == 404
        assert world.status(R, "GET", f"Observation/{id_}/_history") == 404
        assert world.status(R, "GET", f"Observation/{id_}/_history/1") == 404
    assert world.status(ALL, "GET", "Observation/lab") == 410


def test_of_a_history_those_versions_are_shown_that_meet_the_criteria_where_the_current_one_does(world):
    world.ask(ALL, "PUT", "Observation/soc", {**SOCIAL, "category": LABORATORY["category"]})
    world.ask(ALL, "PUT", "Observation/lab", {**LABORATORY, "category": SOCIAL["category"]})
    history = world.get(R, "Observation/soc/_history").json()["entry"]
    assert [each["resource"]["meta"]["versionId"] for each in history] == ["2"]
    assert world.status(R, "GET", "Observation/soc/_history/2") == 200
    assert world.status(R, "GET", "Observation/soc/_history/1") == 404
    assert world.status(R, "GET", "Observation/lab/_history") == 404
    assert world.status(R, "GET", "Observation/lab/_history/1") == 404


@pytest.mark.parametrize("path", ["Observation/_history", "_history", "?_type=Observation", "Patient/p/$everything"])
def test_what_cannot_keep_to_criteria_is_refused(world, path):
    answer = world.get(f"{RS} Patient.rs", path)
    assert answer.status_code == 403
    assert answer.json()["issue"][0]["code"] == "forbidden"
    assert world.status(ALL, "GET", path) == 200


@pytest.mark.parametrize(
    "path", ["Observation/lab/$meta", "Observation/lab/$fhirpath?expression=id", "Observation/$meta"]
)
def test_operations_are_refused_where_scopes_have_criteria(world, path):
    assert world.status(LAB.format("cruds"), "GET", path) == 403


@pytest.mark.parametrize(
    "query",
    [
        "Observation",
        "Observation?_id=lab,soc",
        "Observation?subject=Patient/p",
        "Observation?category:not=nothing",
        "Observation?_filter=" + quote("category eq laboratory or category eq social-history"),
        "Patient/p/Observation",
    ],
)
def test_a_search_finds_and_counts_what_meets_the_criteria(world, query):
    assert world.ids(S, query) == ["lab"]
    assert world.ids("Observation.s", query) == ["lab", "soc"]
    counted = f"{query}{'&' if '?' in query else '?'}_summary=count"
    assert world.get(S, counted).json()["total"] == 1


def test_a_search_by_post_keeps_to_the_criteria(world):
    form = {"content_type": "application/x-www-form-urlencoded"}
    found = world.ask(S, "POST", "Observation/_search", **form).json()
    assert [each["resource"]["id"] for each in found["entry"]] == ["lab"]


@pytest.mark.parametrize(
    ("query", "when_all", "when_narrowed"),
    [
        ("Patient?_has:Observation:subject:_id=soc", ["p"], []),
        ("Patient?_has:Observation:subject:_id=lab", ["p"], ["p"]),
        ("Provenance?target:Observation.status=final", ["v"], []),
        ("Provenance?target:Observation.derived-from:Observation.category=laboratory", ["v"], []),
        ("Provenance?_filter=" + quote("target.status eq final"), ["v"], []),
        ("Observation?derived-from:Observation._has:Observation:derived-from:_id=soc", ["soc"], []),
    ],
)
def test_chains_look_at_nothing_that_criteria_leave_out(world, query, when_all, when_narrowed):
    others = "Patient.rs Provenance.rs "
    if "_filter" in query:
        query, others = query.replace("target.status", "target:Observation.status"), others
    assert world.ids(f"{others} Observation.s", query) == when_all
    assert world.ids(others + S, query) == when_narrowed


@pytest.mark.parametrize(
    ("query", "when_all", "when_narrowed"),
    [
        ("Patient?_revinclude=Observation:subject", ["lab", "p", "soc"], ["lab", "p"]),
        ("Provenance?_include=Provenance:target", ["soc", "v"], ["v"]),
        ("Provenance?_include=Provenance:target&_include:iterate=Observation:derived-from", ["lab", "soc", "v"], ["v"]),
    ],
)
def test_nothing_comes_along_nor_leads_further_that_criteria_leave_out(world, query, when_all, when_narrowed):
    assert world.ids("Patient.rs Provenance.rs Observation.r", query) == when_all
    assert world.ids(f"Patient.rs Provenance.rs {R}", query) == when_narrowed


def test_what_is_written_has_to_meet_the_criteria_afterwards(world):
    assert world.status(C, "POST", "Observation", {**LABORATORY, "id": "x"}) == 201
    assert world.status(C, "POST", "Observation", {**SOCIAL, "id": "x"}) == 403
    assert world.status(U, "PUT", "Observation/new", {**LABORATORY, "id": "new"}) == 201
    assert world.status(U, "PUT", "Observation/other", {**SOCIAL, "id": "other"}) == 403
    assert world.status(U, "PUT", "Observation/lab", {**LABORATORY, "status": "amended"}) == 200
    assert world.status(U, "PUT", "Observation/lab", {**LABORATORY, "category": SOCIAL["category"]}) == 403
    assert len(world.ids("Observation.s", "Observation")) == 4
    assert world.get(ALL, "Observation/lab").json()["meta"]["versionId"] == "2"


def test_what_is_written_has_to_meet_the_criteria_before(world):
    assert world.status(U, "PUT", "Observation/soc", {**LABORATORY, "id": "soc"}) == 403
    assert world.status(U, "PUT", "Observation/soc", {**LABORATORY, "id": "soc"}, if_match='W/"7"') == 403
    world.ask(ALL, "DELETE", "Observation/soc")
    assert world.status(U, "PUT", "Observation/soc", {**LABORATORY, "id": "soc"}) == 403


def test_a_patch_is_made_before_and_after_of_what_meets_the_criteria(world):
    json_patch = {"content_type": "application/json-patch+json"}
    amended = [{"op": "replace", "path": "/status", "value": "amended"}]
    away = [{"op": "replace", "path": "/category", "value": SOCIAL["category"]}]
    test = [{"op": "test", "path": "/status", "value": "final"}]
    assert world.status(U, "PATCH", "Observation/lab", amended, **json_patch) == 200
    assert world.status(U, "PATCH", "Observation/lab", away, **json_patch) == 403
    left_out = world.ask(U, "PATCH", "Observation/soc", test, **json_patch)
    missing = world.ask(U, "PATCH", "Observation/none", test, **json_patch)
    assert left_out.status_code == missing.status_code == 404
    assert left_out.text.replace("soc", "none") == missing.text


def test_what_criteria_leave_out_is_deleted_as_little_as_what_is_not_there(world):
    left_out, missing = world.ask(D, "DELETE", "Observation/soc"), world.ask(D, "DELETE", "Observation/none")
    assert left_out.status_code == missing.status_code == 404
    assert left_out.text.replace("soc", "none") == missing.text
    assert world.status(ALL, "GET", "Observation/soc") == 200
    assert world.status(D, "DELETE", "Observation/lab") == 204


def test_to_find_what_is_written_by_a_search_needs_to_search_all(world):
    once = {"if_none_exist": "category=social-history"}
    assert world.status(LAB.format("cs"), "POST", "Observation", LABORATORY, **once) == 403
    assert world.status(f"{C} Observation.s", "POST", "Observation", LABORATORY, **once) == 200
    assert world.status(LAB.format("ds"), "DELETE", "Observation?_id=soc") == 403
    assert world.status(f"{D} Observation.s", "DELETE", "Observation?_id=soc") == 404
    assert world.status(f"{D} Observation.s", "DELETE", "Observation?_id=lab") == 204


def test_criteria_of_a_write_look_only_at_what_may_be_searched(world):
    chain = "Observation?subject:Patient.gender=female&_id=lab"
    assert world.status("Observation.ds", "DELETE", chain) == 403
    assert world.status("Observation.ds Patient.s?gender=male", "DELETE", chain) == 204
    assert world.status(ALL, "GET", "Observation/lab") == 200
    assert world.status("Observation.ds Patient.s", "DELETE", chain) == 204
    assert world.status(ALL, "GET", "Observation/lab") == 410


def _entry(method, url, resource=None):
    return {"request": {"method": method, "url": url}, **({"resource": resource} if resource else {})}


def test_the_entries_of_a_batch_keep_to_the_criteria_each(world):
    entries = [
        _entry("GET", "Observation/lab"),
        _entry("GET", "Observation/soc"),
        _entry("GET", "Observation?_summary=count"),
        _entry("PUT", "Observation/soc", SOCIAL),
        _entry("DELETE", "Observation/soc"),
        _entry("GET", "Observation/_history"),
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    rows = world.ask(LAB.format("cruds"), "POST", "", bundle).json()["entry"]
    assert [each["response"]["status"][:3] for each in rows] == ["200", "404", "200", "403", "404", "403"]
    assert rows[2]["resource"]["total"] == 1


def test_a_transaction_writes_nothing_where_one_entry_is_beyond_the_criteria(world):
    good = {**LABORATORY, "id": "good"}
    both = [_entry("PUT", "Observation/good", good), _entry("PUT", "Observation/bad", {**SOCIAL, "id": "bad"})]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": both}
    refusal = world.ask(U, "POST", "", bundle)
    assert refusal.status_code == 403
    assert refusal.json()["issue"][0]["expression"] == ["Bundle.entry[1]"]
    assert world.status(ALL, "GET", "Observation/good") == 404
    assert world.status(U, "POST", "", {**bundle, "entry": both[:1]}) == 200


@pytest.mark.parametrize(
    "criteria",
    ["nothing=1", "subject:Patient.gender=male", "_has:Observation:subject:code=1", "_elements=id", "_count=1"],
)
def test_criteria_that_cannot_be_kept_to_allow_nothing(world, criteria):
    for method, path, body in (
        ("GET", "Observation/lab", None),
        ("GET", "Observation", None),
        ("PUT", "Observation/lab", LABORATORY),
    ):
        answer = world.ask(f"Observation.cruds?{criteria}", method, path, body)
        assert answer.status_code == 403
        assert "criteria that cannot be kept to" in answer.json()["issue"][0]["details"]["text"]


def test_the_pages_of_a_search_keep_to_the_criteria(world):
    for number in range(5):
        world.ask(ALL, "PUT", f"Observation/lab{number}", {**LABORATORY, "id": f"lab{number}"})
        world.ask(ALL, "PUT", f"Observation/soc{number}", {**SOCIAL, "id": f"soc{number}"})
    seen, path = [], "Observation?_count=2"
    while path:
        page = world.get(S, path).json()
        seen += [each["resource"]["id"] for each in page["entry"]]
        path = next((each["url"].partition("/fhir/")[2] for each in page["link"] if each["relation"] == "next"), "")
    assert sorted(seen) == ["lab", *(f"lab{number}" for number in range(5))]


def test_what_is_installed_is_not_shown_where_scopes_have_criteria(world):
    assert world.status("CodeSystem.rs", "GET", "CodeSystem/sex") == 200
    assert world.status("CodeSystem.rs?status=active", "GET", "CodeSystem/sex") == 404
    assert world.ids("CodeSystem.rs?status=active", "CodeSystem") == []


def test_a_chain_by_canonicals_and_has_look_only_at_what_the_criteria_leave(world):
    library = {"resourceType": "Library", "url": "http://example.org/Library/a", "status": "active"}
    library["type"] = {"text": "x"}
    measure = {
        "resourceType": "Measure",
        "status": "draft",
        "library": ["http://example.org/Library/a"],
        "title": "secret",
    }
    assert world.status(ALL, "PUT", "Library/l", {**library, "id": "l", "title": "hidden"}) == 201
    assert world.status(ALL, "PUT", "Measure/m", {**measure, "id": "m"}) == 201
    by_library, by_measure = "Measure?depends-on:Library.title=hidden", "Library?_has:Measure:depends-on:title=secret"
    assert world.ids("Measure.s Library.s?status=active", by_library) == ["m"]
    assert world.ids("Measure.s Library.s?status=draft", by_library) == []
    assert world.status("Measure.s", "GET", by_library) == 403
    assert world.ids("Library.s Measure.s?status=draft", by_measure) == ["l"]
    assert world.ids("Library.s Measure.s?status=active", by_measure) == []
    assert world.status("Library.s", "GET", by_measure) == 403


def test_what_canonicals_name_comes_along_where_the_criteria_let_it(world):
    library = {"resourceType": "Library", "id": "l", "url": "http://example.org/Library/a", "status": "active"}
    measure = {"resourceType": "Measure", "id": "m", "status": "draft", "library": ["http://example.org/Library/a"]}
    assert world.status(ALL, "PUT", "Library/l", {**library, "type": {"text": "x"}}) == 201
    assert world.status(ALL, "PUT", "Measure/m", measure) == 201
    forward, back = "Measure?_include=Measure:depends-on", "Library?_revinclude=Measure:depends-on"
    assert world.ids("Measure.s Library.r?status=active", forward) == ["l", "m"]
    assert world.ids("Measure.s Library.r?status=draft", forward) == ["m"]
    assert world.ids("Library.s Measure.r?status=draft", back) == ["l", "m"]
    assert world.ids("Library.s Measure.r?status=active", back) == ["l"]
