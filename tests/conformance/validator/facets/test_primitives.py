"""The formats of primitive types (https://hl7.org/fhir/R4/datatypes.html#primitive)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from conformance.validator.facets.primitives import QUICK, QUICK_NAMES, fault
from tests.conformance.validator.world import PATIENT, check_core, places, the

_EXTENSION = "http://example.org/any"
GOOD: dict[str, list[Any]] = {
    "boolean": [True, False],
    "integer": [0, -1, 2147483647, -2147483648],
    "unsignedInt": [0, 2147483647],
    "positiveInt": [1, 2147483647],
    "decimal": [0, 1, Decimal("1.10"), Decimal("-0.0001"), Decimal("1E+3")],
    "string": ["a", "a b", "line\nline", "汉字", "x" * 1024],
    "markdown": ["# a\n\n* b\n", " indented"],
    "code": ["a", "a-b", "a b"],
    "id": ["a", "A-1.b", "x" * 64],
    "uri": ["http://example.org/a", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:oid:1.2.3", "mailto:a@b.c"],
    "url": ["http://example.org/a", "ftp://example.org/a"],
    "canonical": ["http://example.org/a|1.0", "http://example.org/a#b"],
    "uuid": ["urn:uuid:c757873d-ec9a-4326-a141-556f43239520"],
    "oid": ["urn:oid:1.2.840.113556", "urn:oid:2.16"],
    "date": ["1970", "1970-12", "2024-02-29"],
    "dateTime": ["1970", "1970-12", "1970-12-31", "2020-01-01T00:00:00Z", "2020-01-01T23:59:60.123+14:00"],
    "instant": ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.123-03:30"],
    "time": ["00:00:00", "23:59:59.5"],
    "base64Binary": ["AAAA", "QQ==", "QUE=", "AAAA\nAAAA"],
}
BAD: dict[str, list[tuple[Any, str]]] = {
    "boolean": [("true", "primitive.json-type"), (1, "primitive.json-type"), ([True], "primitive.json-type")],
    "integer": [
        ("1", "primitive.json-type"),
        (True, "primitive.json-type"),
        (Decimal("1.0"), "primitive.format"),
        (2147483648, "primitive.range"),
    ],
    "unsignedInt": [(-1, "primitive.range"), ("0", "primitive.json-type")],
    "positiveInt": [(0, "primitive.range"), (Decimal("1.5"), "primitive.format")],
    "decimal": [("1.0", "primitive.json-type"), (False, "primitive.json-type"), ({}, "primitive.json-type")],
    "string": [
        (1, "primitive.json-type"),
        ("", "primitive.empty"),
        ("  ", "primitive.empty"),
        ("a\x00b", "primitive.control-character"),
        ("x" * 1_048_577, "primitive.too-long"),
    ],
    "markdown": [(1, "primitive.json-type"), ("", "primitive.empty")],
    "code": [
        (1, "primitive.json-type"),
        (" a", "primitive.format"),
        ("a ", "primitive.format"),
        ("a  b", "primitive.format"),
        ("", "primitive.empty"),
    ],
    "id": [
        (1, "primitive.json-type"),
        ("a b", "primitive.format"),
        ("x" * 65, "primitive.format"),
        ("", "primitive.empty"),
    ],
    "uri": [
        (1, "primitive.json-type"),
        ("http://example.org/a b", "primitive.format"),
        ("urn:uuid:c757873d-ec9a", "primitive.uuid"),
        ("urn:oid:01.2", "primitive.oid"),
    ],
    "url": [(1, "primitive.json-type"), ("", "primitive.empty")],
    "canonical": [(1, "primitive.json-type"), ("a b", "primitive.format")],
    "uuid": [("c757873d-ec9a-4326-a141-556f43239520", "primitive.uuid"), (1, "primitive.json-type")],
    "oid": [("1.2.3", "primitive.oid"), ("urn:oid:3.1", "primitive.oid"), (1, "primitive.json-type")],
    "date": [
        (1970, "primitive.json-type"),
        ("1970-13", "primitive.format"),
        ("70-01-01", "primitive.format"),
        ("2023-02-29", "primitive.no-such-date"),
        ("2020-01-01T00:00:00Z", "primitive.format"),
        ("0000", "primitive.no-such-date"),
    ],
    "dateTime": [
        (1970, "primitive.json-type"),
        ("2020-01-01T00:00:00", "primitive.time-zone"),
        ("2020-01-01T00:00Z", "primitive.format"),
        ("2020-01T00:00:00Z", "primitive.format"),
        ("2020-01-01T24:00:00Z", "primitive.format"),
        ("2020-01-01T00:00:00+15:00", "primitive.format"),
        ("2021-02-29T00:00:00Z", "primitive.no-such-date"),
    ],
    "instant": [("2020-01-01", "primitive.format"), ("2020-01-01T00:00:00", "primitive.time-zone")],
    "time": [("24:00:00", "primitive.format"), ("10:00", "primitive.format"), ("10:00:00Z", "primitive.format")],
    "base64Binary": [
        (1, "primitive.json-type"),
        ("A", "primitive.base64"),
        ("AA=A", "primitive.base64"),
        ("%%%%", "primitive.base64"),
    ],
}


def extended(type_name: str, value: Any) -> dict[str, Any]:
    return PATIENT | {"extension": [{"url": _EXTENSION, "value" + type_name[0].upper() + type_name[1:]: value}]}


@pytest.mark.parametrize(("type_name", "value"), [(name, value) for name, rows in GOOD.items() for value in rows])
def test_a_good_value_passes(type_name: str, value: Any) -> None:
    assert places(check_core(extended(type_name, value))) == []


@pytest.mark.parametrize(
    ("type_name", "value", "issue_id"), [(name, value, wrong) for name, rows in BAD.items() for value, wrong in rows]
)
def test_a_bad_value_is_told_why(type_name: str, value: Any, issue_id: str) -> None:
    found = the(check_core(extended(type_name, value)), issue_id)
    assert found.path == "Patient.extension[0].value"
    assert found.is_error
    assert len(found.text()) < 400


@pytest.mark.parametrize(("type_name", "value"), [(name, value) for name, rows in BAD.items() for value, _ in rows])
def test_the_quick_test_lets_no_bad_value_pass(type_name: str, value: Any) -> None:
    quick = QUICK.get(type_name)
    assert quick is None or not eval(quick.format(x="x"), {**QUICK_NAMES, "Decimal": Decimal, "x": value})


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        ("uri", "urn:oid:1.2.840"),
        ("uri", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520"),
        ("url", "a/b.html"),
        ("canonical", "http://example.org/a|1.0"),
        ("canonical", "#a"),
        ("string", "a b"),
    ],
)
def test_usual_values_pass_the_quick_test(type_name: str, value: str) -> None:
    assert eval(QUICK[type_name].format(x="x"), {**QUICK_NAMES, "x": value})
    assert fault(type_name, value) is None


@pytest.mark.parametrize("value", [[], {}, None, 10**400, Decimal("NaN"), "\ud800", ["a"], {"a": 1}, True, "", b""])
@pytest.mark.parametrize("type_name", [*GOOD, "xhtml"])
def test_no_value_at_all_makes_a_check_fail_to_answer(type_name: str, value: Any) -> None:
    wrong = fault(type_name, value)
    assert wrong is None or wrong.issue_id.startswith("primitive.")


def test_white_space_around_a_string_is_worth_a_word() -> None:
    found = the(check_core(PATIENT | {"name": [{"family": " Chalmers"}]}), "primitive.white-space")
    assert (found.path, found.is_error) == ("Patient.name[0].family", False)


def test_a_year_that_nobody_lives_in_is_worth_a_word() -> None:
    found = the(check_core(PATIENT | {"birthDate": "0190-01-01"}), "primitive.implausible-year")
    assert found.path == "Patient.birthDate"


def test_an_attachment_says_how_large_it_is() -> None:
    photo = {"contentType": "image/gif", "data": "QUE=", "size": 3}
    found = the(check_core(PATIENT | {"photo": [photo]}), "primitive.attachment-size")
    assert (found.path, found.params["found"], found.params["expected"]) == ("Patient.photo[0]", 3, 2)
    assert check_core(PATIENT | {"photo": [photo | {"size": 2}]}) == []


def test_capitals_in_a_uuid_are_worth_a_word() -> None:
    uuid = "urn:uuid:C757873D-EC9A-4326-A141-556F43239520"
    found = the(check_core(extended("uri", uuid)), "primitive.uuid-case")
    assert (found.path, found.is_error) == ("Patient.extension[0].value", False)


def test_what_is_no_boolean_is_told_alike_in_json_and_xml() -> None:
    """Once read, nobody knows any more in which of them it was written."""
    assert the(check_core(PATIENT | {"active": "yes"}), "primitive.json-type").text() == (
        "Expected a boolean for type boolean, found string 'yes'"
    )
