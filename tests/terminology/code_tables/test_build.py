from __future__ import annotations

import pytest

from plumbline.wiring import build_validator
from terminology.code_tables import code_table_resources
from terminology.code_tables.table import tables

RESOURCES = {(each["resourceType"], each["id"]): each for each in code_table_resources()}


@pytest.fixture(scope="module")
def validator():
    return build_validator()


@pytest.mark.parametrize("key", RESOURCES, ids="-".join)
def test_every_resource_is_valid(validator, key):
    found = validator.validate(RESOURCES[key]).issues
    assert not [issue.text("en") for issue in found if issue.severity in ("error", "warning")]


def test_every_table_has_its_code_system_its_value_set_and_its_names():
    for table in tables():
        kinds = {kind for kind, id in RESOURCES if id == table.id}
        assert kinds == ({"NamingSystem"} if table.system else {"CodeSystem", "ValueSet", "NamingSystem"})


def test_displays_are_chinese_with_an_english_designation():
    system = RESOURCES["CodeSystem", "cn-sex"]
    assert system["language"] == "zh-CN"
    assert system["concept"][1] == {
        "code": "1",
        "display": "男性",
        "designation": [{"language": "en", "value": "Male"}],
    }


def test_codes_lie_below_the_code_that_they_refine():
    system = RESOURCES["CodeSystem", "cn-marital-status"]
    assert system["hierarchyMeaning"] == "is-a"
    (married,) = [each for each in system["concept"] if each["code"] == "20"]
    assert [each["code"] for each in married["concept"]] == ["21", "22", "23"]


def test_a_further_column_is_a_declared_property():
    system = RESOURCES["CodeSystem", "cn-ethnic-groups"]
    assert [each["code"] for each in system["property"]] == ["letters"]
    assert system["concept"][24]["property"] == [{"code": "letters", "valueString": "SU"}]


def test_a_complete_table_says_how_many_codes_it_has_and_names_its_value_set():
    system = RESOURCES["CodeSystem", "cn-ethnic-groups"]
    assert (system["count"], system["valueSet"]) == (56, "https://plumbline.dev/fhir/ValueSet/cn-ethnic-groups")


def test_a_part_of_a_table_claims_neither():
    system = RESOURCES["CodeSystem", "cn-regions"]
    assert system["content"] == "fragment"
    assert not {"count", "valueSet"} & system.keys()


def test_a_value_set_holds_the_whole_table():
    (include,) = RESOURCES["ValueSet", "cn-sex"]["compose"]["include"]
    assert include == {"system": "https://plumbline.dev/fhir/CodeSystem/cn-sex", "version": "2003"}


def test_of_the_two_names_the_canonical_is_preferred():
    uri, oid = RESOURCES["NamingSystem", "cn-sex"]["uniqueId"]
    assert uri == {"type": "uri", "value": "https://plumbline.dev/fhir/CodeSystem/cn-sex", "preferred": True}
    assert oid == {"type": "oid", "value": "2.16.156.10011.2.3.3.4", "preferred": False}
