"""Choosing between JSON and XML."""

from __future__ import annotations

import pytest

from fhir_kernel.codec.negotiate import choose_format, format_of, parse_media_type, sniff


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b'{"a":1}', "", "json"),
        (b"\xef\xbb\xbf \n{", "x.xml", "json"),
        (b" <Patient/>", "x.json", "xml"),
        ("<Patient/>".encode("utf-16"), "", "xml"),
        (b"// comment", "patient.JSON", "json"),
        (b"", "patient.xml", "xml"),
        (b"resourceType,id", "patient.csv", None),
    ],
)
def test_a_text_is_known_by_its_first_character_then_by_its_name(data: bytes, name: str, expected: str | None) -> None:
    assert sniff(data, name) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/fhir+json", "json"),
        ("Application/FHIR+JSON; charset=UTF-8; fhirVersion=4.0", "json"),
        ("application/fhir json", "json"),
        ("application/json", "json"),
        ("json", "json"),
        ("application/fhir+xml;fhirVersion=4.0.1", "xml"),
        ("text/xml", "xml"),
        ("application/fhir+json; fhirVersion=5.0", None),
        ("text/html", None),
        ("", None),
    ],
)
def test_a_content_type_names_a_format_of_our_version(content_type: str, expected: str | None) -> None:
    assert format_of(content_type) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/fhir+xml", "xml"),
        ("application/fhir+xml, application/fhir+json", "json"),
        ("application/fhir+json;q=0.5, application/fhir+xml;q=0.9", "xml"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", "xml"),
        ("application/fhir+json;q=0, */*", "xml"),
        ("application/fhir+json; fhirVersion=5.0, application/fhir+xml; fhirVersion=4.0", "xml"),
        ("application/fhir+json; fhirVersion=5.0", None),
        ("text/html", None),
        ("application/fhir+json;q=0", None),
        ("application/fhir+json;q=x", None),
    ],
)
def test_the_heaviest_acceptable_format_is_chosen(accept: str, expected: str | None) -> None:
    assert choose_format(accept) == expected


def test_the_preferred_format_breaks_a_tie() -> None:
    assert choose_format("*/*", preferred="xml") == "xml"


def test_parameters_are_read_quoted_or_not() -> None:
    media = parse_media_type('Text/JSON ; Charset="utf\\-8" ;x=1; broken')
    assert (media.name, dict(media.parameters)) == ("text/json", {"charset": "utf-8", "x": "1"})
