"""`CodeSystem/$lookup` (https://hl7.org/fhir/R4/codesystem-operation-lookup.html)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from terminology.tables.memory import MemoryTable
from terminology.tables.table import Table
from tests.terminology.engine.world import LOOKUP, code_system, concept, refusal, run, service, stated

Row = dict[str, Any]
SYSTEM = "http://example.org/cs"
_SYSTEM = code_system(
    SYSTEM,
    concept("a", concept("b", display="Beta", colour="red", parent="z"), display="Alpha", notSelectable=True),
    concept("z", display="Zeta", inactive=True),
    version="2",
    name="Letters",
    id="letters",
)
_SYSTEM["concept"][0]["designation"] = [{"language": "zh", "value": "甲", "use": {"system": "u", "code": "full"}}]
_SYSTEM["concept"][0]["definition"] = "The first letter"


def _rows(answer: Row, name: str) -> list[Row]:
    """The parts of each parameter of this name, by their names."""
    return [
        {part["name"]: next(value for key, value in part.items() if key != "name") for part in each["part"]}
        for each in answer["parameter"]
        if each["name"] == name
    ]


def test_all_that_is_known_of_a_concept_is_told() -> None:
    answer = run(service(_SYSTEM), LOOKUP, code="a", system=SYSTEM)
    told = {name: stated(answer, name) for name in ("name", "version", "display", "code", "system", "abstract")}
    assert told == {
        "name": ["Letters"],
        "version": ["2"],
        "display": ["Alpha"],
        "code": ["a"],
        "system": [SYSTEM],
        "abstract": [True],
    }
    assert stated(answer, "definition") == ["The first letter"]
    named = {"language": "zh", "use": {"system": "u", "code": "full"}, "value": "甲"}
    assert named in _rows(answer, "designation")


def test_properties_come_with_parents_and_children() -> None:
    found = _rows(run(service(_SYSTEM), LOOKUP, code="b", system=SYSTEM), "property")
    assert {"code": "colour", "value": "red"} in found
    assert {"code": "inactive", "value": False} in found
    below = _rows(run(service(_SYSTEM), LOOKUP, code="a", system=SYSTEM), "property")
    assert {"code": "child", "value": "b", "description": "Beta"} in below


def test_only_the_properties_that_are_asked_for_are_told() -> None:
    found = _rows(run(service(_SYSTEM), LOOKUP, code="b", system=SYSTEM, property="colour"), "property")
    assert [each["code"] for each in found] == ["colour", "inactive"]
    found = _rows(run(service(_SYSTEM), LOOKUP, code="a", system=SYSTEM, property=["child"]), "property")
    assert {each["code"] for each in found} == {"child", "inactive"}


@pytest.mark.parametrize(("more", "display"), [({"displayLanguage": "zh"}, "甲"), ({"accept_language": "en"}, "Alpha")])
def test_the_display_is_in_the_language_that_is_preferred(more: Row, display: str) -> None:
    assert stated(run(service(_SYSTEM), LOOKUP, code="a", system=SYSTEM, **more), "display") == [display]


def test_a_supplement_adds_names_and_properties() -> None:
    row = concept("b", shape="round") | {"designation": [{"language": "fr", "value": "bêta"}]}
    supplement = code_system(f"{SYSTEM}-fr", row, content="supplement", supplements=SYSTEM)
    answer = run(service(_SYSTEM, supplement), LOOKUP, code="b", system=SYSTEM, useSupplement=supplement["url"])
    assert {"language": "fr", "value": "bêta"} in _rows(answer, "designation")
    assert {"code": "shape", "value": "round"} in _rows(answer, "property")


def test_the_concept_may_be_named_by_a_coding_a_version_or_below_a_code_system() -> None:
    older = code_system(SYSTEM, concept("old", display="Old"), version="1")
    asked = service(_SYSTEM, older)
    coding = {"system": SYSTEM, "version": "1", "code": "old"}
    assert stated(run(asked, LOOKUP, coding=coding), "display") == ["Old"]
    assert stated(run(asked, LOOKUP, code="old", system=SYSTEM, version="1"), "version") == ["1"]
    assert stated(run(asked, LOOKUP, code="old", instance=older), "display") == ["Old"]


class _OneTable:
    """Where one code system is installed as a table."""

    def __init__(self, resource: Row) -> None:
        self._table = MemoryTable.of(resource)

    def versions(self, url: str) -> Sequence[str | None]:
        return [self._table.header["version"]] if url == self._table.header["url"] else []

    def open(self, _url: str, _version: str | None) -> Table:
        return self._table

    def headers(self) -> Iterable[Row]:
        return [self._table.header]

    def refresh(self) -> _OneTable:
        return self


def test_an_installed_table_is_asked_by_id_though_its_resource_has_no_concepts() -> None:
    asked = service(tables=_OneTable(_SYSTEM))
    instance = asked.read("CodeSystem", "letters")
    assert instance is not None
    assert "concept" not in instance
    assert stated(run(asked, LOOKUP, code="b", instance=instance), "display") == ["Beta"]
    answer = run(asked, "CodeSystem/$validate-code", code="b", instance=instance)
    assert stated(answer, "result") == [True]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "The operation needs code and system, or coding, but none was given"),
        ({"code": "a"}, "The operation needs code and system, or coding, but none was given"),
        ({"code": "q", "system": SYSTEM}, f"Unknown code 'q' in the CodeSystem '{SYSTEM}' version '2'"),
        (
            {"code": "a", "system": "http://example.org/none"},
            "A definition for CodeSystem 'http://example.org/none' could not be found, so the code cannot be validated",
        ),
        (
            {"code": "a", "system": SYSTEM, "version": "9"},
            f"A definition for CodeSystem '{SYSTEM}' version '9' could not be found, so the code cannot be validated."
            " Valid versions: 2",
        ),
        (
            {"coding": {"system": SYSTEM, "code": None}},
            "Parameters.parameter[0].valueCoding.code is null; expected a text",
        ),
        ({"code": "q", "system": SYSTEM, "displayLanguage": "zh"}, f"代码系统“{SYSTEM}”2 版中没有代码“q”"),
    ],
)
def test_what_cannot_be_looked_up_is_refused_with_the_reason(given: Row, text: str) -> None:
    assert refusal(service(_SYSTEM), LOOKUP, **given) == text


def test_a_grammar_knows_its_codes() -> None:
    answer = run(service(), LOOKUP, code="mg/dL", system="http://unitsofmeasure.org")
    assert stated(answer, "code") == ["mg/dL"]
    assert "Unknown code" in refusal(service(), LOOKUP, code="???", system="http://unitsofmeasure.org")
