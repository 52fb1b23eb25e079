from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.resource import Resource
from registry.drafting.render.code_table import code_system_table, value_set_table
from registry.drafting.render.profile_table import ElementRow, profile_table
from registry.refusal import Refused
from registry.sentence import Sentence
from tests.registry.drafting.making import HOME, code_system, core, element, profile, value_set


def translated(text: str) -> Resource:
    parts = [{"url": "lang", "valueCode": "zh-CN"}, {"url": "content", "valueString": text}]
    return {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": parts}]}


def rows(*elements: Resource, **more: Any) -> dict[str, ElementRow]:
    structure = profile(*elements, **more)
    table = profile_table(core().extended([structure]).structure(structure["url"]))
    return {each.id: each for each in table.rows}


def test_an_element_is_a_row_with_all_that_a_reader_needs() -> None:
    binding = {"strength": "required", "valueSet": f"{HOME}/ValueSet/v"}
    invariant = {"key": "x-1", "severity": "error", "human": "be named", "expression": "true"}
    found = rows(
        element("Patient.name", min=1, max="2", mustSupport=True, constraint=[invariant]),
        element("Patient.maritalStatus", binding=binding, patternCodeableConcept={"text": "x"}),
        element("Patient.photo", max="0"),
    )
    name, status = found["Patient.name"], found["Patient.maritalStatus"]
    assert (name.cardinality, name.depth, name.must_support, [each.code for each in name.types]) == (
        "1..2",
        1,
        True,
        ["HumanName"],
    )
    assert ("x-1", "error", "be named") in name.invariants
    assert (status.strength, status.value_set, status.value) == ("required", f"{HOME}/ValueSet/v", '{"text":"x"}')
    assert found["Patient.photo"].is_prohibited
    assert found["Patient.managingOrganization"].types[0].targets == (
        "http://hl7.org/fhir/StructureDefinition/Organization",
    )
    assert found["Patient.active"].is_modifier
    assert len(found) > 40


def test_texts_come_in_both_languages_where_they_are_translated() -> None:
    said = {"short": "Name", "_short": translated("姓名"), "definition": "The name"}
    row = rows(element("Patient.name", **said))["Patient.name"]
    assert row.short == Sentence("Name", "姓名")
    assert row.definition == Sentence("The name", "The name")


def test_a_definition_in_chinese_is_the_chinese_text() -> None:
    assert rows(element("Patient.name", short="姓名"), language="zh-CN")["Patient.name"].short.zh == "姓名"


def test_a_code_system_is_a_table_of_its_hierarchy() -> None:
    system = code_system("a")
    system["concept"][0]["concept"] = [
        {
            "code": "b",
            "display": "Bee",
            "designation": [{"language": "zh", "value": "乙"}],
            "property": [{"code": "inactive", "valueBoolean": True}],
        }
    ]
    table = code_system_table(system)
    assert [(each.code, each.depth, each.display, each.note) for each in table.rows] == [
        ("a", 0, Sentence("A", "A"), ""),
        ("b", 1, Sentence("Bee", "乙"), "inactive"),
    ]
    assert (table.complete, table.left_off) == (True, 0)


def test_a_value_set_is_a_table_of_its_members() -> None:
    resources = [code_system("red", "blue", "green"), value_set("red", "blue")]
    table = value_set_table(resources[1], core().extended(resources))
    assert [(each.code, each.display.en) for each in table.rows] == [("blue", "Blue"), ("red", "Red")]
    assert table.complete
    unknown = {**value_set(), "compose": {"include": [{"system": "http://nowhere.example"}]}}
    assert not value_set_table(unknown, core().extended([unknown])).complete


def test_a_definition_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(Refused, match="not well-formed"):
        profile_table({**profile(), "snapshot": {"element": [1]}})
    with pytest.raises(Refused, match="not well-formed"):
        code_system_table({**code_system("a"), "_title": {"extension": [1]}, "title": "x"})
