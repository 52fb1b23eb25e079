from __future__ import annotations

from dataclasses import replace

from fhir_kernel.issues import issue
from plumbline.excerpt import excerpts

JSON = b"""{
  "resourceType": "Patient",
  "name": [
    {
      "family": "Wang"
    }
  ],
  "gender": "M"
}
"""


def _marked(data, path, line, first_line=1):
    (lines,) = excerpts([replace(issue("input.empty", path), line=line, column=1)], data, first_line)
    return [(each.number, each.text.strip()) for each in lines if each.marked]


def test_the_line_of_a_primitive_is_marked():
    assert _marked(JSON, "Patient.gender", 8) == [(8, '"gender": "M"')]


def test_all_lines_of_an_object_are_marked():
    assert [number for number, _ in _marked(JSON, "Patient.name[0]", 4)] == [4, 5, 6]


def test_all_lines_of_an_xml_element_are_marked_but_no_more():
    xml = b"<Patient>\n  <name>\n    <family value='W'/>\n  </name>\n  <gender value='M'/>\n</Patient>\n"
    assert [number for number, _ in _marked(xml, "Patient.name[0]", 2)] == [2, 3, 4]
    assert [number for number, _ in _marked(xml, "Patient.gender", 5)] == [5]


def test_json_in_one_line_is_laid_out_and_the_place_found_again():
    padding = b"x" * 500
    line = b'{"resourceType":"Patient","id":"' + padding + b'","gender":"M"}'
    assert _marked(line, "Patient.gender", 1, first_line=7) == [(4, '"gender": "M"')]


def test_an_issue_without_a_line_has_no_excerpt():
    assert excerpts([issue("input.empty", "")], JSON, 1) == [()]


def test_lines_of_a_short_line_of_bulk_data_are_those_of_the_file():
    assert _marked(b'{"resourceType":"Patient"}', "Patient", 1, first_line=7) == [(7, '{"resourceType":"Patient"}')]
