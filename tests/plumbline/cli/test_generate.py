from __future__ import annotations

import csv
import json

import pytest


def test_there_is_a_file_for_each_type_with_a_resource_a_line(plumbline, tmp_path):
    outcome = plumbline("generate", "--patients", 3, "--output", tmp_path)
    assert outcome.status == 0
    lines = (tmp_path / "Patient.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["resourceType"] for line in lines] == ["Patient"] * 3
    assert "3  Patient" in outcome.out


def test_bundles_hold_the_same_resources_in_transactions(plumbline, tmp_path):
    plumbline("generate", "--patients", 5, "--output", tmp_path / "ndjson")
    plumbline("generate", "--patients", 5, "--shape", "bundles", "--output", tmp_path / "bundles")
    lines = [line for file in (tmp_path / "ndjson").glob("*.ndjson") for line in file.read_text("utf-8").splitlines()]
    bundles = [json.loads(line) for line in (tmp_path / "bundles/Bundle.ndjson").read_text("utf-8").splitlines()]
    entries = [entry for bundle in bundles for entry in bundle["entry"]]
    assert {bundle["type"] for bundle in bundles} == {"transaction"}
    assert all(len(bundle["entry"]) == 100 for bundle in bundles[:-1])
    assert sorted(json.dumps(json.loads(line)) for line in lines) == sorted(json.dumps(e["resource"]) for e in entries)
    assert all(entry["request"]["method"] == "PUT" for entry in entries)


@pytest.mark.parametrize("shape", ["ndjson", "bundles"])
def test_the_same_options_make_the_same_bytes(plumbline, tmp_path, shape):
    for name in ("a", "b"):
        plumbline("generate", "-n", 5, "-s", 9, "--faulty", 0.1, "--shape", shape, "-o", tmp_path / name)
    made = [{file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("a", "b")]
    assert made[0] == made[1]


def test_the_list_of_faults_tells_which_records_are_wrong_and_how(plumbline, tmp_path):
    plumbline("generate", "-n", 20, "--faulty", 0.2, "-o", tmp_path)
    rows = list(csv.DictReader((tmp_path / "faults.csv").read_text("utf-8").splitlines()))
    wrong = next(row for row in rows if row["fault"] == "gender-code")
    patients = map(json.loads, (tmp_path / "Patient.ndjson").read_text("utf-8").splitlines())
    assert next(each["gender"] for each in patients if each["id"] == wrong["id"]) == "M"


def test_everything_happens_before_the_day_that_is_asked_for(plumbline, tmp_path):
    plumbline("generate", "-n", 5, "--as-of", "2020-06-01", "-o", tmp_path)
    encounters = map(json.loads, (tmp_path / "Encounter.ndjson").read_text("utf-8").splitlines())
    assert all(each["period"]["end"] < "2020-06-01" for each in encounters)


def test_a_share_beyond_one_is_refused(plumbline):
    outcome = plumbline("generate", "--faulty", 2)
    assert outcome.status == 2
    assert "--faulty" in outcome.err
