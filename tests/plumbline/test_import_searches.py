"""References that are searches, in what is imported (https://hl7.org/fhir/R4/http.html#trules)."""

from __future__ import annotations

import json

import pytest

from fhir_kernel.errors import StoreUnavailable
from plumbline.importing.writer import BATCH
from tests.plumbline.importing_world import World

SEARCH = "Practitioner?identifier=http://hospital.example.cn/staff|7"


def doctor(id_="d7", number="7"):
    identifier = [{"system": "http://hospital.example.cn/staff", "value": number}]
    return {"resourceType": "Practitioner", "id": id_, "identifier": identifier}


def visit(id_="v1", search=SEARCH, **more):
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "participant": [{"individual": {"reference": search}}],
        **more,
    }


def ndjson(*resources) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in resources)


def bundle(*resources, kind="transaction") -> bytes:
    entries = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
        for each in resources
    ]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()


@pytest.fixture
def world():
    return World()


def seen_by(world, reference="Encounter/v1"):
    return json.loads(world.body(reference))["participant"][0]["individual"]["reference"]


def test_a_search_becomes_a_reference_to_what_was_stored_before(world, save):
    world.imported(save("a.ndjson", ndjson(doctor())))
    world.imported(save("b.ndjson", ndjson(visit())))
    assert seen_by(world) == "Practitioner/d7"


def test_what_is_meant_may_come_later_in_the_file_or_in_a_later_file(world, save, tmp_path):
    save("in/a.ndjson", ndjson(visit(), doctor("d8", "8")))
    save("in/b.ndjson", ndjson(doctor(), visit("v2", SEARCH.replace("|7", "|8"))))
    done = world.imported(tmp_path / "in", jobs=2)
    assert [(each.created, each.refused, each.waiting, each.finished) for each in done.after] == [(2, 0, 0, True)] * 2
    assert (seen_by(world), seen_by(world, "Encounter/v2")) == ("Practitioner/d7", "Practitioner/d8")


def test_a_transaction_may_mean_what_is_in_itself(world, save):
    world.imported(save("a.json", bundle(visit(), doctor())))
    assert seen_by(world) == "Practitioner/d7"


@pytest.mark.parametrize(("known", "told"), [([], "means no resource"), (["d7", "d8"], "more than one")])
def test_a_search_that_does_not_meet_exactly_one_refuses_its_resource_alone(world, save, tmp_path, known, told):
    path = save("a.ndjson", ndjson(visit(), doctor("d9", "9"), *map(doctor, known)))
    done = world.imported(path, refused=tmp_path / "refused.ndjson")
    assert (done.after[0].created, done.after[0].refused) == (1 + len(known), 1)
    assert world.version("Encounter/v1") is None
    (row,) = map(json.loads, (tmp_path / "refused.ndjson").read_text("utf-8").splitlines())
    assert (row["input"], row["resource"]) == (f"{path}:1", visit())
    assert told in row["outcome"]["issue"][0]["details"]["text"]


def test_a_transaction_is_refused_whole_for_a_search_and_so_is_what_means_a_part_of_it(world, save):
    inner = {"resourceType": "Patient", "id": "p1", "identifier": [{"value": "p"}]}
    other = visit("v2", subject={"reference": "Patient?identifier=p"}, participant=[])
    del other["participant"]
    lines = bundle(visit(), inner) + b"\n" + ndjson(other)
    done = world.imported(save("a.ndjson", lines))
    assert (done.after[0].created, done.after[0].refused) == (0, 3)


@pytest.mark.parametrize("search", ["Practitioner?identifer=7", "Practitioner?", "Doctor?identifier=7"])
def test_a_search_that_cannot_be_understood_refuses_its_resource(world, save, search):
    done = world.imported(save("a.ndjson", ndjson(doctor(), visit(search=search))))
    assert (done.after[0].created, done.after[0].refused) == (1, 1)


def test_a_resource_is_found_by_what_its_search_became(world, save):
    world.imported(save("a.ndjson", ndjson(doctor(), visit())))
    follow = {"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "a"}}
    follow["encounter"] = {"reference": "Encounter?participant=Practitioner/d7"}
    world.imported(save("b.ndjson", ndjson(follow)))
    assert json.loads(world.body("Observation/o1"))["encounter"] == {"reference": "Encounter/v1"}


@pytest.mark.parametrize("commits", [1, 2, 3, 4])
def test_an_import_goes_on_in_the_round_where_it_was_interrupted(world, save, commits):
    path = save("a.ndjson", ndjson(*(visit(f"v{n}") for n in range(BATCH + 5)), doctor()))
    world.store.commits_left = commits - 1
    with pytest.raises(StoreUnavailable):
        world.imported(path)
    world.store.commits_left = 1_000_000
    done = world.imported(path)
    assert (done.after[0].created, done.after[0].refused, done.after[0].finished) == (BATCH + 6, 0, True)
    assert {world.version(f"Encounter/v{n}") for n in range(BATCH + 5)} == {1}


def test_each_write_is_in_the_audit_trail(world, save):
    world.imported(save("a.ndjson", ndjson(doctor(), visit())))
    entries = [entity["what"]["reference"] for event in world.audit() for entity in event["entity"]]
    assert sorted(entries) == ["Encounter/v1/_history/1", "Practitioner/d7/_history/1"]


def test_what_is_refused_alone_leaves_no_entry_of_a_write(world, save):
    world.imported(save("a.ndjson", ndjson(visit())))
    assert world.audit() == []
