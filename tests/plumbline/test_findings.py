from __future__ import annotations

from dataclasses import replace

from fhir_kernel.issues import issue
from plumbline.findings import (
    Explanation,
    Finding,
    Result,
    expected,
    found,
    heading,
    nearest,
    shared_folder,
    shift_lines,
)


def test_a_record_is_valid_while_it_has_no_error():
    warning = replace(issue("input.empty", ""), severity="warning")
    assert Result("a", (Finding(warning),)).valid
    assert not Result("a", (Finding(replace(warning, severity="error")),)).valid


def test_lines_are_counted_in_the_whole_file():
    reason = replace(issue("input.empty", ""), line=1, column=2)
    moved = shift_lines(replace(reason, line=3, nested=(reason,)), 10)
    assert (moved.line, moved.column, moved.nested[0].line) == (12, 2, 10)


def test_a_heading_leaves_the_parameters_of_a_message_open():
    assert heading("input.too-large", "en") == "The input has … bytes; at most … bytes are read as one resource"
    assert heading("input.too-large", "zh").startswith("输入为 … 字节")


def test_parameters_are_shown_as_a_person_reads_them():
    assert found(issue("input.empty", "", found=["a", "b"])) == "a, b"
    assert found(issue("input.empty", "", found=0)) == "0"
    assert found(issue("input.empty", "")) is None
    assert expected(issue("input.empty", "", expected="")) is None


def test_the_nearest_right_value_is_told_apart_from_what_is_expected():
    hinted = issue("input.empty", "", expected="; did you mean 'HBA1C'?")
    assert (expected(hinted), nearest(hinted)) == (None, "HBA1C")
    named = issue("structure.unknown-property-near", "", expected="birthDate")
    assert (expected(named), nearest(named)) == (None, "birthDate")
    assert nearest(issue("input.empty", "", nearest="http://loinc.org")) == "http://loinc.org"


def test_the_shared_folder_is_what_all_names_begin_with():
    assert shared_folder(["in/a/x.json", "in/a/y.json"]) == "in/a/"
    assert shared_folder(["in/ab/x.json", "in/ac/y.json"]) == "in/"
    assert shared_folder(["x.json", "y.json"]) == ""
    assert shared_folder(["in/a.json"]) == ""


def test_an_explanation_does_not_say_the_same_twice():
    assert Explanation(short="A name", definition="A name.").more == ""
    assert Explanation(short="A name", definition="What people are called.").more == "What people are called."
