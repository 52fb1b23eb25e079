"""`plumbline terminology` as the shell runs it."""

from __future__ import annotations

import json

import pytest

URL = "https://example.org/CodeSystem/t"


@pytest.fixture
def tables(tmp_path):
    return tmp_path / "tables"


@pytest.fixture
def run(plumbline, tables):
    return lambda name, *words: plumbline("terminology", name, *words, "--tables", tables)


@pytest.fixture
def imported(run, save):
    def make(version: str, content: str):
        path = save(f"{version}.csv", content.encode())
        return run("import", path, "--url", URL, "--version", version)

    return make


def test_a_table_is_imported_and_listed(imported, run):
    outcome = imported("1", "代码,名称\n1,男\n2,女\n")
    assert (outcome.status, outcome.out) == (0, f"{URL}|1: 2 concepts, imported\n")
    assert run("list").out == f"{URL}|1\t2\n"


def test_a_table_with_errors_is_not_imported(imported, run):
    outcome = imported("1", "代码,名称\n1,男\n1,女\n")
    assert outcome.status == 1
    assert "error: duplicate-code, 1 time" in outcome.out
    assert "row 3, code: found '1', of which row 2 says something else" in outcome.out
    assert run("list").out == ""


def test_a_dry_run_tells_errors_by_its_status(run, save):
    path = save("t.csv", "代码,名称\n1,男\n1,女\n".encode())
    outcome = run("import", path, "--url", URL, "--version", "1", "--dry-run")
    assert outcome.status == 1
    assert "1 concept, checked" in outcome.out


def test_the_same_file_again_is_unchanged(imported):
    imported("1", "代码,名称\n1,男\n")
    assert "unchanged" in imported("1", "代码,名称\n1,男\n").out


def test_a_mapping_file_describes_a_table(run, save):
    path = save("t.csv", b"c;d\n1;x\n")
    mapping = save("m.toml", f'url = "{URL}"\nversion = "3"\n[columns]\ncode = "c"\ndisplay = "d"\n'.encode())
    assert run("import", path, "-m", mapping).out.startswith(f"{URL}|3: 1 concept")


def test_a_wrong_mapping_exits_with_2_in_one_line(run, save):
    path = save("t.csv", b"c,d\n1,x\n")
    mapping = save("m.toml", b'[columns]\ncode = "k"\n')
    outcome = run("import", path, "-m", mapping, "--url", URL, "--version", "1")
    assert outcome.status == 2
    assert "columns.code: found the headings 'c', 'd'; expected 'k'" in outcome.err.splitlines()[-1]


def test_a_preset_that_is_not_there_is_told_with_those_that_are(run, save):
    outcome = run("import", save("t.csv", b"c,d\n"), "--preset", "x")
    assert outcome.status == 2
    assert "icd10-clinical" in outcome.err


def test_a_source_that_is_not_there_exits_with_2(run):
    assert run("import", "nowhere.csv").status == 2


def test_a_code_system_resource_is_imported(run, save):
    resource = {"resourceType": "CodeSystem", "url": URL, "version": "9", "status": "active", "content": "complete"}
    outcome = run("import", save("cs.json", {**resource, "concept": [{"code": "a", "display": "A"}]}))
    assert outcome.out == f"{URL}|9: 1 concept, imported\n"


def test_a_table_is_removed(imported, run):
    imported("1", "代码,名称\n1,男\n")
    assert run("remove", f"{URL}|1").status == 0
    assert run("list").out == ""


def test_removing_what_is_not_there_says_what_is(imported, run):
    imported("1", "代码,名称\n1,男\n")
    outcome = run("remove", f"{URL}|2")
    assert outcome.status == 2
    assert "found the versions 1" in outcome.err


def test_a_table_is_exported_as_a_code_system(imported, run):
    imported("1", "代码,名称,上级代码\n1,男,\n11,男童,1\n")
    resource = run("export", URL).json
    assert resource["concept"] == [{"code": "1", "display": "男", "concept": [{"code": "11", "display": "男童"}]}]


def test_a_table_exported_as_csv_is_imported_by_its_mapping(imported, run, tmp_path):
    imported("1", "代码,名称,上级代码\n1,男,\n11,男童,1\n")
    before = run("export", URL).json
    path = tmp_path / "out.csv"
    assert run("export", URL, "-f", "csv", "-o", path).status == 0
    assert run("import", path, "-m", f"{path}.toml").status == 0
    assert run("export", URL).json == before


def test_two_installed_versions_are_compared(imported, run):
    imported("1", "代码,名称,上级代码\n1,男,\n2,女,\n3,c,1\n")
    imported("2", "代码,名称,上级代码\n1,男性,\n3,c,\n4,d,\n")
    outcome = run("diff", f"{URL}|1", f"{URL}|2")
    assert outcome.out.splitlines() == [
        "~ 1 男 → 男性",
        "> 3 c (moved: 1 → top)",
        "- 2 女",
        "+ 4 d",
        "1 display, 1 moved, 1 removed, 1 added",
    ]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_two_files_are_compared(run, save, form):
    old, new = save("a.csv", "代码,名称\n1,a\n".encode()), save("b.csv", "代码,名称\n2,b\n".encode())
    outcome = run("diff", old, new, "-f", form)
    if form == "json":
        assert [each["kind"] for each in json.loads(outcome.out)] == ["removed", "added"]
    else:
        assert outcome.out.splitlines() == ["kind,code,display,before,after", "removed,1,a,,", "added,2,b,,"]


def test_a_code_of_an_imported_table_is_looked_up(imported, run):
    imported("1", "代码,名称,上级代码\n1,男,\n11,男童,1\n")
    lines = run("lookup", URL, "11").out.splitlines()
    assert "display\t男童" in lines
    assert "parent\t1" in lines


def test_a_code_is_validated_by_the_status(imported, run):
    imported("1", "代码,名称\n1,男\n")
    assert run("validate", URL, "1").out == "valid\ndisplay\t男\n"
    outcome = run("validate", f"{URL}|1", "7")
    assert outcome.status == 1
    assert outcome.out.startswith("not valid\n")


def test_a_value_set_is_expanded_a_page_at_a_time(run):
    value_set = "http://hl7.org/fhir/ValueSet/administrative-gender"
    assert run("expand", value_set, "--offset", "1", "--count", "2").out == "female\tFemale\nother\tOther\n"
    assert (
        run("expand", value_set, "--filter", "unk", "-f", "json").json["expansion"]["contains"][0]["code"] == "unknown"
    )
