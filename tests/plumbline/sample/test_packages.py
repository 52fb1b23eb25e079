from __future__ import annotations

import json
from collections import Counter

import pytest

from plumbline.run import Request, prepare
from plumbline.sample import CANONICAL, PACKAGE_NAME, editions, expected, faulty_folder, package_folder
from plumbline.wiring import assemble_validator, build_catalog
from registry.drafting.package.bench import Bench
from registry.drafting.package.limits import PackageLimits
from registry.drafting.package.upload import compile_folder

EDITIONS = pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.version)


def definitions(edition):
    return [json.loads(path.read_text("utf-8")) for path in sorted(package_folder(edition).glob("*-*.json"))]


def findings(edition, folder, language="en"):
    request = Request(
        paths=(str(folder), str(package_folder(edition) / "example")),
        load=(str(package_folder(edition)),),
        references=True,
        language=language,
    )
    for result in prepare(request).results():
        for finding in result.findings:
            yield result.input.rpartition("/")[2], finding.issue


@EDITIONS
def test_the_package_passes_the_gate_of_a_draft(edition, tmp_path):
    bench = Bench(lambda load: build_catalog(load=load), assemble_validator)
    compiled = compile_folder(package_folder(edition), tmp_path, bench, PackageLimits())
    assert compiled.compilation.passed, compiled.compilation.document()
    assert {each.resource["version"] for each in compiled.draft.artefacts} == {edition.version}


@EDITIONS
def test_the_faulty_examples_show_the_findings_of_the_table_and_the_others_none(edition):
    found = Counter(
        (name, issue.severity, issue.id, issue.rule, issue.path)
        for name, issue in findings(edition, faulty_folder(edition))
        if issue.id != "code.cannot-tell"
    )
    told = Counter((each.file, each.severity, each.issue, each.rule, each.path) for each in expected(edition))
    assert found == told


@EDITIONS
def test_every_faulty_example_is_in_the_table_and_shows_the_invariant_of_its_name(edition):
    rules = {(each.file, each.rule) for each in expected(edition)}
    names = {path.name for path in faulty_folder(edition).iterdir()}
    assert {file for file, _ in rules} == names
    for name in names:
        _, separator, rest = name.partition("-pls-")
        if separator:
            assert (name, "pls-" + "-".join(rest.split("-")[:2])) in rules


@EDITIONS
def test_every_invariant_is_broken_by_an_example(edition):
    shown = {each.rule for each in expected(edition)}
    for definition in definitions(edition):
        for element in definition.get("differential", {}).get("element", ()):
            for constraint in element.get("constraint", ()):
                assert constraint["key"] in shown


@EDITIONS
def test_the_findings_can_be_read_in_chinese(edition):
    for _, issue in findings(edition, faulty_folder(edition)):
        assert any("一" <= character <= "鿿" for character in issue.text("zh"))


@EDITIONS
def test_everything_says_that_it_is_a_sample_in_both_languages(edition):
    for definition in definitions(edition):
        assert definition["experimental"] is True
        assert definition["url"].startswith(f"{CANONICAL}/")
        assert "not an official text" in definition["description"]
        assert "不是正式标准文本" in definition["description"]
        if "title" in definition:
            assert "非正式标准" in definition["title"]
    manifest = json.loads((package_folder(edition) / "package.json").read_text("utf-8"))
    assert (manifest["name"], manifest["version"]) == (PACKAGE_NAME, edition.version)
    assert "not an official text" in manifest["description"]


@EDITIONS
def test_every_invariant_has_its_words_in_english_and_chinese(edition):
    for definition in definitions(edition):
        for element in definition.get("differential", {}).get("element", ()):
            for constraint in element.get("constraint", ()):
                english, chinese = constraint["human"].split(" / ")
                assert english.isascii()
                assert any("一" <= character <= "鿿" for character in chinese)


def test_the_snapshot_command_makes_the_snapshot_of_every_profile(plumbline):
    for edition in editions():
        for path in sorted(package_folder(edition).glob("StructureDefinition-*.json")):
            made = plumbline("snapshot", path, "--load", package_folder(edition))
            assert made.status == 0, made.err
            assert made.json["snapshot"]["element"]
