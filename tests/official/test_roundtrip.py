"""The official R4 examples survive JSON → XML → JSON without loss (https://hl7.org/fhir/R4/downloads.html)."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fhir_kernel.codec.json_codec import parse_json, read_json, write_json
from fhir_kernel.codec.xhtml import numeric_entities
from fhir_kernel.codec.xml_codec import from_xml, to_xml
from fhir_kernel.definitions.catalog import open_core

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[3] / "shared"))
ARCHIVE = _SHARED / "data" / "r4-examples.tar.gz"


@pytest.fixture(scope="module")
def examples() -> dict[str, bytes]:
    if not ARCHIVE.is_file():
        pytest.skip("PLUMBLINE_SHARED names no folder with data/r4-examples.tar.gz")
    with tarfile.open(ARCHIVE) as archive:
        members = ((each.name, archive.extractfile(each)) for each in archive if each.name.endswith(".json"))
        return {name: stream.read() for name, stream in members if stream is not None}


def comparable(value: Any) -> Any:
    """`value` with numbers by their digits and narratives in canonical XML."""
    if isinstance(value, dict):
        return {key: _narrative(each) if key == "div" else comparable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [comparable(each) for each in value]
    return type(value).__name__, str(value)


def _narrative(div: Any) -> Any:
    if not isinstance(div, str):
        return comparable(div)
    return etree.tostring(etree.fromstring(numeric_entities(div)), method="c14n")


def test_every_example_survives_the_way_to_xml_and_back(examples: dict[str, bytes]) -> None:
    model = open_core().model
    assert len(examples) > 700
    for name, text in examples.items():
        resource = parse_json(text)
        assert comparable(from_xml(to_xml(resource, model), model)) == comparable(resource), name


def test_every_example_is_clean_json_and_written_to_the_digit(examples: dict[str, bytes]) -> None:
    for name, text in examples.items():
        reading = read_json(text)
        assert reading.resource is not None, name
        assert reading.issues == (), name
        assert comparable(parse_json(write_json(reading.resource))) == comparable(reading.resource), name
