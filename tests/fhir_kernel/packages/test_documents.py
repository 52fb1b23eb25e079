from __future__ import annotations

from decimal import Decimal

import pytest

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.documents import Document, dump_json, parse_json, resources_of
from fhir_kernel.packages.package import no_types


@pytest.mark.parametrize("digits", ["1.10", "0.000", "1E3", "-2.50e-7", "123456789012345678901234567890.5"])
def test_a_decimal_keeps_its_digits_through_parsing_and_printing(digits: str) -> None:
    value = parse_json(f'{{"a":[{digits}],"b": {digits} }}'.encode())
    assert value == {"a": [Decimal(digits)], "b": Decimal(digits)}
    assert Decimal(str(parse_json(dump_json(value))["b"])).as_tuple() == Decimal(digits).as_tuple()


def test_a_number_without_a_fraction_is_an_int() -> None:
    assert type(parse_json(b'{"a": 1, "b": "1.5"}')["a"]) is int


def test_a_byte_order_mark_is_passed_over() -> None:
    document = Document("a.json", b'\xef\xbb\xbf{"resourceType": "Basic"}')
    assert list(resources_of(document, no_types)) == [{"resourceType": "Basic"}]


@pytest.mark.parametrize("data", [b"[]", b"1", b"null", b"{}", b'{"resourceType": 1}'])
def test_json_that_is_no_resource_gives_nothing(data: bytes) -> None:
    assert list(resources_of(Document("a.json", data), no_types)) == []


def test_xml_needs_the_types() -> None:
    with pytest.raises(PackageError, match="only when the FHIR core definitions are loaded"):
        list(resources_of(Document("a.xml", b"<Basic xmlns='http://hl7.org/fhir'/>"), no_types))
