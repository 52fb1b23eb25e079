"""Reading and applying of XML Patch; what each operation does is told by the tests of the server's patch formats."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.codec.limits import DEFAULT_LIMITS
from fhir_kernel.codec.xml_patch import apply_xml_patch, is_xml_patch, read_xml_patch
from fhir_kernel.codec.xml_selector import Walk, parse_selector, select, string_value
from fhir_kernel.codec.xml_tree import parse_tree
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.errors import CodecError, LimitExceeded

SPACES = {None: "urn:a", "b": "urn:b"}
DOCUMENT = b'<r xmlns="urn:a" xmlns:b="urn:b"><x k="1">one</x><b:x k="2"/><x k="2">two<y>deep</y>end</x></r>'
PATIENT = {"resourceType": "Patient", "id": "p", "name": [{"family": "Wang"}], "active": True}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("r", ["onetwodeepend"]),
        ("/r/x", ["one", "twodeepend"]),
        ("r/x[2]", ["twodeepend"]),
        ("r/b:x/@k", ["2"]),
        ("r/*", ["one", "", "twodeepend"]),
        ("r/*[2]", [""]),
        ("r/x[@k='2']/y", ["deep"]),
        ('r/x[y="deep"]/@k', ["2"]),
        ("r/x[.='one']/@k", ["1"]),
        ("r/x[@k='2'][1]/text()", ["two", "end"]),
        ("r/x[2]/text()[2]", ["end"]),
        ("r/x[3]", []),
        ("r/x/@none", []),
        ("b:r", []),
    ],
)
def test_a_selector_finds_the_nodes_that_it_names(selector: str, expected: list[str]) -> None:
    found = select(parse_tree(DOCUMENT, DEFAULT_LIMITS), parse_selector(selector, SPACES), Walk(100))
    assert [string_value(each) for each in found] == expected


@pytest.mark.parametrize(
    "selector", ["", "/", "r//x", "r/x[last()]", "r/x[position()=1]", "@k", "r/c:x", "r/..", "r |x"]
)
def test_what_xml_patch_does_not_allow_is_no_selector(selector: str) -> None:
    with pytest.raises(CodecError):
        parse_selector(selector, SPACES)


def test_selectors_go_no_further_than_they_may() -> None:
    with pytest.raises(LimitExceeded):
        select(parse_tree(DOCUMENT, DEFAULT_LIMITS), parse_selector("*/*[@k='1']/@k", SPACES), Walk(4))


def test_a_patch_is_told_by_its_root() -> None:
    assert is_xml_patch(b"<diff/>")
    assert not is_xml_patch(b'<Parameters xmlns="http://hl7.org/fhir"/>')


def test_the_resource_that_is_patched_stays_as_it_is() -> None:
    operations = read_xml_patch(b'<diff><remove sel="Patient/active"/></diff>')
    before: dict[str, Any] = dict(PATIENT)
    made = apply_xml_patch(PATIENT, operations, open_core().model)
    assert made == {name: value for name, value in before.items() if name != "active"}
    assert before == PATIENT


def test_an_operation_that_does_not_fit_says_which_it_is() -> None:
    operations = read_xml_patch(b'<diff><remove sel="Patient/gender"/></diff>')
    with pytest.raises(CodecError, match='<remove sel="Patient/gender">: it selects no nodes; expected one'):
        apply_xml_patch(PATIENT, operations, open_core().model)
