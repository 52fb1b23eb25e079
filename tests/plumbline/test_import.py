from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest

from fhir_kernel.errors import StoreUnavailable
from plumbline.importing.writer import BATCH
from plumbline.inputs import InputMissing
from tests.plumbline.importing_world import World


def patient(number: int, **more):
    return {"resourceType": "Patient", "id": f"p{number}", "gender": "female", **more}


def ndjson(*resources) -> bytes:
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in resources)


@pytest.fixture
def world():
    return World()


def test_each_line_is_written_under_its_own_id(world, save):
    done = world.imported(save("a.ndjson", ndjson(patient(1), patient(2))))
    assert (done.after[0].created, world.version("Patient/p1"), world.version("Patient/p2")) == (2, 1, 1)


def test_a_second_import_writes_nothing_twice(world, save):
    path = save("a.ndjson", ndjson(patient(1)))
    world.imported(path)
    done = world.imported(path)
    assert done.before[0].finished
    assert world.version("Patient/p1") == 1


def test_the_same_file_under_another_name_is_known(world, save):
    world.imported(save("a.ndjson", ndjson(patient(1))))
    assert world.imported(save("b.ndjson", ndjson(patient(1)))).before[0].finished


def test_a_file_is_imported_again_where_that_is_asked(world, save):
    path = save("a.ndjson", ndjson(patient(1)))
    world.imported(path)
    done = world.imported(path, again=True)
    assert (done.after[0].unchanged, done.after[0].created) == (1, 0)


def test_a_changed_resource_gets_a_new_version(world, save):
    world.imported(save("a.ndjson", ndjson(patient(1), patient(2))))
    done = world.imported(save("b.ndjson", ndjson(patient(1, active=True), patient(2))))
    assert (done.after[0].updated, done.after[0].unchanged) == (1, 1)
    assert (world.version("Patient/p1"), world.version("Patient/p2")) == (2, 1)


def test_of_one_resource_twice_in_a_file_the_later_counts(world, save):
    done = world.imported(save("a.ndjson", ndjson(patient(1), patient(1, active=True))))
    assert (done.after[0].created, done.after[0].updated) == (1, 1)
    assert json.loads(world.body("Patient/p1"))["active"] is True


def test_what_is_refused_is_not_written_and_is_told_with_its_line_and_reason(world, save, tmp_path):
    path = save("a.ndjson", ndjson(patient(1), patient(2, gender="M"), patient(3)))
    refused = tmp_path / "refused.ndjson"
    done = world.imported(path, refused=refused)
    assert (done.after[0].created, done.after[0].refused) == (2, 1)
    assert world.version("Patient/p2") is None
    (row,) = map(json.loads, refused.read_text("utf-8").splitlines())
    assert row["input"] == f"{path}:2"
    assert row["resource"] == patient(2, gender="M")
    assert row["outcome"]["resourceType"] == "OperationOutcome"
    assert row["outcome"]["issue"][0]["expression"] == ["Patient.gender"]
    ((reason, example),) = done.reasons.items()
    assert (reason.path, example.count, example.input) == ("Patient.gender", 1, f"{path}:2")


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b'{"resourceType": "Patient"}', b'{"resourceType": "Person?", "id": "1"}']
)
def test_a_line_that_cannot_be_stored_is_refused_and_the_others_are_not(world, save, line):
    done = world.imported(save("a.ndjson", ndjson(patient(1)) + line + b"\n" + ndjson(patient(2))))
    assert (done.after[0].created, done.after[0].refused) == (2, 1)


def test_a_key_that_stands_twice_is_refused_as_over_http(world, save):
    done = world.imported(save("a.ndjson", b'{"resourceType": "Patient", "id": "p1", "id": "p1"}\n'))
    assert done.after[0].refused == 1


def test_decimals_keep_their_digits(world, save):
    line = (
        b'{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"a"},'
        b'"valueQuantity":{"value":7.80,"unit":"a"}}\n'
    )
    world.imported(save("a.ndjson", line))
    assert b'"value":7.80' in world.body("Observation/o1")


def test_evidence_is_kept_of_what_is_accepted_and_of_what_is_refused(world, save):
    world.imported(save("a.ndjson", ndjson(patient(1), patient(2, gender="M"))))
    assert sorted(each["accepted"] for each in world.evidence()) == [False, True]
    assert {each["method"] for each in world.evidence()} == {"PUT"}


def test_what_is_accepted_with_issues_is_tagged_and_counted(world, save):
    claim = {"meta": {"profile": ["http://hospital.example.cn/StructureDefinition/unknown"]}}
    done = world.imported(save("a.ndjson", ndjson(patient(1, **claim), patient(2))))
    assert (done.after[0].created, done.after[0].with_issues) == (2, 1)
    assert b"accepted-with-issues" in world.body("Patient/p1")


def test_several_processes_do_what_one_does(world, save):
    path = save("a.ndjson", ndjson(*(patient(n, gender="M" if n % 7 == 0 else "male") for n in range(300))))
    other = World()
    done, alone = world.imported(path, jobs=3), other.imported(path)
    assert done.after == alone.after
    assert done.reasons.keys() == alone.reasons.keys()


def test_an_import_goes_on_where_it_was_interrupted(world, save):
    path = save("a.ndjson", ndjson(*(patient(n) for n in range(3 * BATCH))))
    world.store.commits_left = 3  # the first notes by what a new store is indexed
    with pytest.raises(StoreUnavailable, match="power"):
        world.imported(path)
    world.store.commits_left = 1_000_000
    done = world.imported(path)
    assert (done.before[0].next, done.after[0].next) == (2 * BATCH, 3 * BATCH)
    assert (done.after[0].created, done.after[0].unchanged, done.after[0].finished) == (3 * BATCH, 0, True)
    assert {world.version(f"Patient/p{n}") for n in range(3 * BATCH)} == {1}


def test_an_import_that_is_done_costs_no_transaction(world, save):
    path = save("a.ndjson", ndjson(patient(1)))
    world.imported(path)
    world.store.commits_left = 0
    world.imported(path)


def test_packed_lines_folders_and_archives_are_read(world, save, tmp_path):
    save("in/a.ndjson.gz", gzip.compress(ndjson(patient(1))))
    save("in/deep/b.json", patient(2))
    with tarfile.open(tmp_path / "in/c.tgz", "w:gz") as archive:
        for name, data in (("d.json", json.dumps(patient(3)).encode()), ("e.ndjson", ndjson(patient(4)))):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    save("in/f.xml", b'<Patient xmlns="http://hl7.org/fhir"><id value="p5"/></Patient>')
    done = world.imported(tmp_path / "in")
    assert sum(each.created for each in done.after) == 5
    assert all(world.version(f"Patient/p{number}") == 1 for number in range(1, 6))


def test_nothing_to_import_is_an_error(world, tmp_path):
    with pytest.raises(InputMissing, match="gone"):
        world.imported(tmp_path / "gone")
