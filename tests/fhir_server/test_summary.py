from __future__ import annotations

import pytest

from fhir_kernel.definitions.catalog import open_core
from fhir_server.summary import IN_SUMMARY, REQUIRED, Extent, extent_of
from tests.fhir_server.world import SEX

ALWAYS = {"id", "meta", "implicitRules"}


@pytest.mark.parametrize("resource_type", IN_SUMMARY)
def test_the_summary_is_that_of_the_definition(resource_type):
    catalog = open_core()
    structure = catalog.structure(f"http://hl7.org/fhir/StructureDefinition/{resource_type}")
    schema = catalog.model.types[resource_type]
    rows = [each for each in structure["snapshot"]["element"] if each["path"].count(".") == 1]
    elements = {each["path"].partition(".")[2].removesuffix("[x]"): each for each in rows}
    named = {name: elements[field.element] for name, field in schema.fields.items()}
    assert {name for name, each in named.items() if each.get("isSummary")} - ALWAYS == IN_SUMMARY[resource_type]
    assert {name for name, each in named.items() if each["min"]} == REQUIRED[resource_type]


def test_each_mode_keeps_its_part():
    resource = {**SEX, "text": {"status": "generated"}}
    kept = {mode: set(Extent(mode).of(resource)) for mode in ("true", "text", "data")}
    assert "concept" not in kept["true"]
    assert kept["text"] == {"resourceType", "id", "meta", "status", "content", "text"}
    assert kept["data"] == set(resource) - {"text"}
    assert Extent().of(resource) is resource


def test_elements_may_be_named_in_several_places():
    assert extent_of((("_elements", "url,name"), ("_elements", "title"))).elements == {"url", "name", "title"}
