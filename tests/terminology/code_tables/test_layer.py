from __future__ import annotations

import pytest

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.index import MemoryLayer
from terminology.code_tables import CodeTableLayer, code_table_resources

SEX = "https://plumbline.dev/fhir/CodeSystem/cn-sex"


@pytest.fixture
def layer():
    return CodeTableLayer()


def test_the_layer_says_of_each_resource_what_the_resource_says(layer):
    made = MemoryLayer([each for each in code_table_resources() if "url" in each])
    assert [entry._replace(source="") for entry in layer.entries()] == list(made.entries())
    assert [layer.load(position) for position in range(len(layer.entries()))] == [
        made.load(position) for position in range(len(made.entries()))
    ]


def test_every_resource_is_found_by_its_url(layer):
    for position, entry in enumerate(layer.entries()):
        assert list(layer.positions(entry.url)) == [position]
        assert layer.entry(position) is entry
    assert not layer.positions("http://example.org/cs")


def test_a_resource_is_made_once(layer):
    assert layer.load(0) is layer.load(0)


def test_a_catalog_laid_on_the_tables_finds_them():
    assert Catalog().laid_on(CodeTableLayer()).find(f"{SEX}|2003", "CodeSystem")["count"] == 4


def test_what_a_catalog_holds_itself_wins_over_the_tables():
    own = {"resourceType": "CodeSystem", "url": SEX, "version": "1980", "name": "Own", "content": "complete"}
    catalog = Catalog([own]).laid_on(CodeTableLayer())
    assert catalog.find(SEX) is own
    assert catalog.find(f"{SEX}|2003")["count"] == 4
    assert catalog.extended([]).find(SEX) is own
