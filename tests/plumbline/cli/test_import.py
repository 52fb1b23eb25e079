from __future__ import annotations

import asyncio
import json

import pytest

from fhir_kernel.store.sqlite import SqliteStore


@pytest.fixture
def store(tmp_path):
    return f"sqlite:///{tmp_path}/store.sqlite"


def test_made_up_records_are_imported_and_counted(plumbline, tmp_path, store):
    plumbline("generate", "-n", 5, "-o", tmp_path / "made")
    outcome = plumbline("import", tmp_path / "made", "--store", store, "--jobs", 1, "--format", "json")
    assert outcome.status == 0
    files = {each["file"].rpartition("/")[2]: each for each in outcome.json["files"]}
    assert files["Patient.ndjson"]["created"] == 5
    assert all(each["finished"] and not each["refused"] for each in files.values())
    assert outcome.json["reasons"] == []


def test_bundles_come_to_the_same_as_lines(plumbline, tmp_path, store):
    plumbline("generate", "-n", 5, "-o", tmp_path / "lines")
    plumbline("generate", "-n", 5, "--shape", "bundles", "-o", tmp_path / "bundles")
    plumbline("import", tmp_path / "lines", "--store", store, "--jobs", 1)
    outcome = plumbline("import", tmp_path / "bundles", "--store", store, "--jobs", 1, "-f", "json")
    (file,) = outcome.json["files"]
    assert (file["created"], file["updated"], file["refused"]) == (0, 0, 0)
    assert file["unchanged"] > 100


def test_records_made_wrong_are_those_that_are_refused(plumbline, tmp_path, store):
    plumbline("generate", "-n", 20, "--faulty", 0.1, "-o", tmp_path / "made")
    refused = tmp_path / "refused.ndjson"
    outcome = plumbline("import", tmp_path / "made", "--store", store, "--jobs", 2, "--refused", refused)
    assert outcome.status == 1
    rows = [row.split(",") for row in (tmp_path / "made/faults.csv").read_text("utf-8").splitlines()]
    expected = {f"{kind}/{id_}" for kind, id_, _, _, found in rows if found == "error"}
    told = [json.loads(line)["resource"] for line in refused.read_text("utf-8").splitlines()]
    assert {f"{each['resourceType']}/{each['id']}" for each in told} == expected
    assert "Patient.gender" in outcome.out
    assert "refused" in outcome.out.splitlines()[0]


def test_a_second_run_says_that_the_files_were_imported(plumbline, save, store, patient):
    path = save("a.ndjson", json.dumps(patient).encode())
    plumbline("import", path, "--store", store, "--jobs", 1)
    assert "imported before" in plumbline("import", path, "--store", store, "--jobs", 1).out
    again = plumbline("import", path, "--store", store, "--jobs", 1, "--again", "-f", "json")
    assert again.json["files"][0]["unchanged"] == 1


def test_evidence_and_audit_trail_name_the_institution(plumbline, save, store, tmp_path, patient):
    path = save("a.ndjson", json.dumps(patient).encode())
    plumbline("organisation", "add", "h1", "--name", "华山医院", "--kind", "institution", "--store", store)
    plumbline("import", path, "--store", store, "--jobs", 1, "--institution", "h1")

    async def institutions():
        kept = SqliteStore(tmp_path / "store.sqlite")
        found = [document["institution"] async for _, document in kept.log("evidence")]
        agents = [
            agent["who"]["identifier"]["value"] async for _, event in kept.log("audit") for agent in event["agent"]
        ]
        await kept.close()
        return found, agents

    assert asyncio.run(institutions()) == (["h1"], ["import", "h1"])


def test_an_institution_that_is_not_registered_is_an_error_that_names_near_ones(plumbline, save, store, patient):
    path = save("a.ndjson", json.dumps(patient).encode())
    plumbline("organisation", "add", "huashan", "--name", "华山医院", "--kind", "institution", "--store", store)
    outcome = plumbline("import", path, "--store", store, "--jobs", 1, "--institution", "huashen")
    assert outcome.status == 2
    assert "did you mean huashan (华山医院)?" in outcome.err
    assert "plumbline organisation add huashen" in outcome.err


@pytest.mark.parametrize("words", [("--store", "none"), ("--store", "redis://a")])
def test_a_store_that_cannot_be_imported_to_is_named(plumbline, save, patient, words):
    outcome = plumbline("import", save("a.json", patient), *words)
    assert outcome.status == 2
    assert words[1].split(":")[0] in outcome.err


def test_a_path_that_is_not_there_is_an_error(plumbline, tmp_path, store):
    outcome = plumbline("import", tmp_path / "gone.ndjson", "--store", store)
    assert outcome.status == 2
    assert "gone.ndjson" in outcome.err
