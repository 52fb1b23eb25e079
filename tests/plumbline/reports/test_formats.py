from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from plumbline.findings import Finding
from plumbline.reports import FORMATS
from plumbline.reports.words import WORDS


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_tell_of_nothing(written, name):
    assert (written(name, []) == "") == (name == "ndjson")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_every_input(written, results, name):
    text = written(name, results)
    assert "fair.json" in text


def test_text_lists_findings_and_sums_up_in_a_table(written, results):
    text = written("text", results)
    assert "  ! warning  3:5  Patient.name[0]\n" in text
    assert "input.too-large" in text
    assert text.index("Record") < text.index("good.json")
    assert text.endswith("Checked 3, invalid 1: 2 fatal, 1 warning\n")


def test_text_has_colour_only_where_it_is_wanted(written, results):
    assert "\x1b[" not in written("text", results)
    assert "\x1b[" in written("text", results, colour=True)


def test_text_shows_the_reasons_within_a_finding(written, results):
    assert "– Patient.name[0]: The input is empty" in written("text", results)


def test_a_table_is_left_out_where_it_would_be_endless(written, results):
    text = written("text", results * 40)
    assert "Result" not in text
    assert text.endswith("Checked 120, invalid 40: 80 fatal, 40 warnings\n")


def test_json_holds_the_reasons_and_the_explanation(written, results):
    first, second = json.loads(written("json", results))["results"][2]["issues"]
    assert first["explanation"]["rule"] == "min"
    assert second["because"][0]["id"] == "input.empty"


def test_ndjson_is_one_line_for_each_input(written, results):
    rows = [json.loads(line) for line in written("ndjson", results).splitlines()]
    assert [row["valid"] for row in rows] == [True, True, False]


def test_one_input_gives_one_operation_outcome(written, results):
    outcome = json.loads(written("outcome", results[1:2]))
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["expression"] == ["Patient.name[0]"]


def test_several_inputs_give_a_bundle_that_links_each_outcome_to_its_input(written, results):
    bundle = json.loads(written("outcome", results))
    links = [entry["link"][0] for entry in bundle["entry"]]
    assert {link["relation"] for link in links} == {"about"}
    assert links[0]["url"] == "in/good.json"
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == 3


def test_junit_has_a_case_for_each_input_and_a_failure_for_each_invalid_one(written, results):
    root = ElementTree.fromstring(written("junit", results))
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    cases = root.findall("testsuite/testcase")
    assert [case.find("failure") is not None for case in cases] == [False, False, True]
    assert "input.empty" in cases[1].findtext("system-out")


def test_junit_stays_xml_whatever_a_record_holds(written, results):
    strange = results[2].findings[0].issue
    odd = type(strange)(strange.id, "Patient.\x00\x1b", "error", "invalid", {"found": "\ud800<&", "expected": 1})
    record = type(results[0])("in/\x07.json", (Finding(odd),))
    ElementTree.fromstring(written("junit", [record]))


def test_every_word_has_both_languages():
    assert all(english and chinese for english, chinese in WORDS.values())
