from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from plumbline import inputs


def _lines(*resources):
    return b"".join(json.dumps(each).encode() + b"\n" for each in resources)


def test_a_valid_resource_exits_with_0(plumbline, save, patient):
    outcome = plumbline("validate", save("p.json", patient))
    assert outcome.status == 0
    assert "No issues found" in outcome.out


def test_an_invalid_resource_exits_with_1_and_tells_line_and_element(plumbline, save, faulty):
    path = save("p.json", faulty)
    outcome = plumbline("validate", path)
    assert outcome.status == 1
    line = path.read_text().splitlines().index('  "gender": "M",') + 1
    assert f"{line}:" in outcome.out
    assert "Patient.gender" in outcome.out


def test_json_of_one_input_has_its_issues_at_the_top(plumbline, save, faulty):
    path = save("p.json", faulty)
    report = plumbline("validate", path, "--format", "json").json
    assert report["input"] == str(path)
    assert report["valid"] is False
    (issue,) = report["issues"]
    assert issue["severity"] == "error"
    assert issue["location"] == "Patient.gender"
    assert issue["found"] == "M"
    assert {"code", "id", "line", "column", "message", "expected", "rule"} <= set(issue)


def test_json_of_several_inputs_has_a_result_for_each_in_order(plumbline, save, patient, faulty):
    save("in/b.json", faulty)
    folder = save("in/a.json", patient).parent
    report = plumbline("validate", folder, "--format", "json").json
    assert [Path(each["input"]).name for each in report["results"]] == ["a.json", "b.json"]
    assert [each["valid"] for each in report["results"]] == [True, False]


def test_an_empty_folder_is_an_empty_list_of_results(plumbline, tmp_path):
    outcome = plumbline("validate", tmp_path, "--format", "json")
    assert (outcome.status, outcome.json) == (0, {"results": []})


@pytest.mark.parametrize("suffix", [".ndjson", ".ndjson.gz"])
def test_bulk_data_names_the_line_of_each_resource(plumbline, save, patient, faulty, suffix):
    data = _lines(patient, faulty)
    path = save("bulk" + suffix, gzip.compress(data) if suffix.endswith("gz") else data)
    report = plumbline("validate", path, "--format", "json").json
    assert [each["input"] for each in report["results"]] == [f"{path}:1", f"{path}:2"]
    assert report["results"][1]["issues"][0]["line"] == 2


def test_an_archive_is_read_member_by_member(plumbline, tmp_path, patient, faulty):
    path = tmp_path / "records.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("package/p.json", patient), ("../../q.json", faulty), ("package/package.json", {})):
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    report = plumbline("validate", path, "--format", "json").json
    assert [each["input"].rpartition("!")[2] for each in report["results"]] == ["package/p.json", "../../q.json"]
    assert not (tmp_path.parent.parent / "q.json").exists()


def test_a_damaged_archive_that_is_the_only_input_exits_with_2(plumbline, save):
    outcome = plumbline("validate", save("bad.tgz", b"this is no archive"))
    assert outcome.status == 2
    assert outcome.err.count("\n") == 1


def test_standard_input_may_be_one_resource_in_json_or_xml(plumbline, patient):
    assert plumbline("validate", "-", stdin=json.dumps(patient, indent=1).encode()).status == 0
    xml = b'<Patient xmlns="http://hl7.org/fhir"><gender value="M"/></Patient>'
    assert plumbline("validate", "-", stdin=xml).status == 1


def test_standard_input_may_be_lines_of_resources(plumbline, patient, faulty):
    report = plumbline("validate", "-", "--format", "json", stdin=_lines(patient, faulty)).json
    assert [each["input"] for each in report["results"]] == ["stdin:1", "stdin:2"]


def test_xml_is_told_by_its_content_and_has_places_too(plumbline, save):
    text = b'<Patient xmlns="http://hl7.org/fhir">\n  <gender value="M"/>\n</Patient>'
    (issue,) = plumbline("validate", save("p.xml", text), "--format", "json").json["issues"]
    assert (issue["line"], issue["location"]) == (2, "Patient.gender")


def test_profiles_are_loaded_and_applied(plumbline, records, demo_package):
    path = records / "patient-id-card-check-digit.json"
    outcome = plumbline("validate", path, "--load", demo_package, "--format", "json")
    assert [issue["rule"] for issue in outcome.json["issues"]] == ["cn-idc-2"]
    assert outcome.status == 1


def test_a_profile_named_on_the_command_line_is_applied(plumbline, save, patient, demo_package):
    url = "https://plumbline.dev/fhir/demo/StructureDefinition/demo-patient"
    outcome = plumbline("validate", save("p.json", patient), "--load", demo_package, "--profile", url)
    assert outcome.status == 1
    assert "medicalRecordNumber" in outcome.out


def test_a_file_that_is_not_there_exits_with_2_in_one_line(plumbline, tmp_path):
    outcome = plumbline("validate", tmp_path / "nowhere.json")
    assert outcome.status == 2
    assert outcome.err == f"plumbline: no such file or folder: {tmp_path / 'nowhere.json'}\n"


def test_a_file_that_is_not_there_among_others_is_a_finding(plumbline, tmp_path, save, patient):
    outcome = plumbline("validate", save("p.json", patient), tmp_path / "nowhere.json", "--format", "json")
    assert outcome.status == 1
    assert outcome.json["results"][1]["issues"][0]["id"] == "input.not-read"


@pytest.mark.parametrize("content", [b'{"resourceType": "Patient"', b"hello", b"\xff\xfe{", b"<Patient", b"[]", b'"x"'])
def test_what_is_no_resource_is_a_finding_and_no_traceback(plumbline, save, content):
    outcome = plumbline("validate", save("p.json", content), "--format", "json")
    assert outcome.status == 1
    assert outcome.json["valid"] is False
    assert "Traceback" not in outcome.err


def test_an_empty_file_is_a_finding(plumbline, save):
    (issue,) = plumbline("validate", save("p.json", b" \n"), "--format", "json").json["issues"]
    assert issue["id"] == "input.empty"


def test_a_text_nested_ten_thousand_deep_is_a_finding(plumbline, save):
    outcome = plumbline("validate", save("p.json", b'{"a":' * 10_000 + b"1" + b"}" * 10_000), "--format", "json")
    assert (outcome.status, outcome.json["valid"]) == (1, False)


def test_a_file_beyond_the_limit_is_a_finding_with_its_size(plumbline, save, patient, monkeypatch):
    monkeypatch.setattr(inputs, "MAX_RESOURCE_BYTES", 100)
    path = save("p.json", patient)
    (issue,) = plumbline("validate", path, "--format", "json").json["issues"]
    assert (issue["id"], issue["found"]) == ("input.too-large", str(path.stat().st_size))


@pytest.mark.parametrize(("level", "status"), [("error", 1), ("warning", 1), ("information", 1), ("never", 0)])
def test_fail_on_names_the_mildest_finding_that_fails(plumbline, save, faulty, level, status):
    assert plumbline("validate", save("p.json", faulty), "--fail-on", level).status == status


def test_a_warning_fails_only_where_it_is_asked_to(plumbline, save, patient):
    patient["meta"] = {"profile": ["http://hospital.invalid/StructureDefinition/unknown"]}
    path = save("p.json", patient)
    assert plumbline("validate", path).status == 0
    assert plumbline("validate", path, "--fail-on", "warning").status == 1


def test_a_policy_switch_changes_what_is_found(plumbline, save, patient):
    patient["meta"] = {"profile": ["http://hospital.invalid/StructureDefinition/unknown"]}
    assert plumbline("validate", save("p.json", patient), "--policy", "unknown_profile=error").status == 1


def test_an_unknown_policy_switch_exits_with_2_and_names_the_known_ones(plumbline, save, patient):
    outcome = plumbline("validate", save("p.json", patient), "--policy", "nonsense=1")
    assert outcome.status == 2
    assert "unknown_extension" in outcome.err


def test_policies_are_printed_with_their_defaults(plumbline):
    outcome = plumbline("validate", "--policies")
    assert outcome.status == 0
    assert "best_practice = ignore\n" in outcome.out


def test_definitions_that_cannot_be_loaded_exit_with_2_in_one_line(plumbline, save, patient, tmp_path):
    outcome = plumbline("validate", save("p.json", patient), "--load", tmp_path / "nowhere.tgz")
    assert outcome.status == 2
    assert outcome.err.startswith("plumbline: ")
    assert outcome.err.count("\n") == 1


def test_two_jobs_find_the_same_in_the_same_order(plumbline, records, demo_package):
    words = ("validate", records, "--load", demo_package, "--format", "ndjson")
    assert plumbline(*words, "--jobs", 2).out == plumbline(*words).out


def test_references_are_resolved_among_the_inputs(plumbline, save, patient, records, demo_package):
    save("set/e.json", (records / "encounter-outpatient.json").read_bytes())
    folder = save("set/p.json", {**patient, "id": "wang-fang"}).parent
    words = ("validate", folder, "--load", demo_package, "--format", "json")
    assert plumbline(*words).status == 0
    found = plumbline(*words, "--references").json["results"][0]["issues"]
    assert {issue["location"] for issue in found if issue["severity"] == "error"} == {"Encounter.subject"}


def test_messages_come_in_chinese_too(plumbline, save, faulty):
    outcome = plumbline("validate", save("p.json", faulty), "--lang", "zh")
    assert "错误" in outcome.out
    assert "共校验 1 条" in outcome.out


def test_explain_adds_the_definition_and_the_page_of_the_specification(plumbline, save, faulty):
    outcome = plumbline("validate", save("p.json", faulty), "--explain", "--format", "json")
    explanation = outcome.json["issues"][0]["explanation"]
    assert explanation["short"] == "male | female | other | unknown"
    assert explanation["link"] == "https://hl7.org/fhir/R4/patient-definitions.html#Patient.gender"


def test_the_report_can_go_to_a_file_in_a_new_folder(plumbline, save, faulty, tmp_path):
    target = tmp_path / "new" / "report.xml"
    outcome = plumbline("validate", save("p.json", faulty), "--format", "junit", "--output", target)
    assert outcome.status == 1
    assert outcome.out == ""
    assert target.read_text().startswith("<?xml")


def test_without_a_path_the_usage_is_shown(plumbline):
    outcome = plumbline("validate")
    assert outcome.status == 2
    assert "PATH" in outcome.err
