"""https://hl7.org/fhir/R4/conceptmap-operation-closure.html, https://hl7.org/fhir/R4/terminology-service.html#closure"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminology.closure_store import ClosureLimits, MemoryClosures
from terminology.service import TerminologyService
from tests.terminology.operation.calls import NOON, named, refusal, run, service_of
from tests.terminology.world import HOME, code_system

HEART = f"{HOME}/cs/heart"
DISEASES = code_system(
    "heart",
    {"code": "disorder", "concept": [{"code": "structural", "concept": [{"code": "infarction"}]}, {"code": "failure"}]},
    version="1",
)


def codings(*codes: str, system: str = HEART) -> list[dict[str, Any]]:
    return [named("concept", {"system": system, "code": each}) for each in codes]


def started(*resources: dict[str, Any], **more: Any) -> TerminologyService:
    service = service_of(*(resources or (DISEASES,)), **more)
    run(service, "closure", name="problems")
    return service


def add(service: TerminologyService, *codes: str) -> dict[str, Any]:
    return run(service, "closure", *codings(*codes), name="problems")


def pairs(answer: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (each["code"], target["equivalence"], target["code"])
        for group in answer.get("group", ())
        for each in group["element"]
        for target in each["target"]
    }


def test_a_table_begins_empty() -> None:
    assert run(service_of(DISEASES), "closure", name="problems") == {
        "resourceType": "ConceptMap",
        "id": "problems",
        "version": "0",
        "name": "Closure Table problems Creation",
        "status": "active",
        "experimental": True,
        "date": "2026-03-01T12:00:00.000Z",
    }


def test_a_code_brings_what_is_new_by_it() -> None:
    service = started()
    assert add(service, "infarction")["version"] == "1"
    answer = add(service, "structural")
    assert (answer["version"], answer["name"]) == ("2", "Updates for Closure Table problems")
    target = {"code": "structural", "equivalence": "subsumes"}
    assert answer["group"] == [
        {"source": HEART, "target": HEART, "element": [{"code": "infarction", "target": [target]}]}
    ]


def test_what_is_there_already_brings_nothing() -> None:
    service = started()
    add(service, "infarction", "structural")
    answer = add(service, "infarction", "infarction", "failure")
    assert "group" not in answer
    assert answer["version"] == "2"


def test_several_codes_may_come_at_once_and_of_several_systems() -> None:
    other = code_system("other", {"code": "disorder", "concept": [{"code": "failure"}]})
    service = started(DISEASES, other)
    rows = [*codings("failure", "disorder"), *codings("failure", "disorder", system=f"{HOME}/cs/other")]
    answer = run(service, "closure", *rows, name="problems")
    assert [(each["source"], each["target"]) for each in answer["group"]] == [(HEART, HEART), (f"{HOME}/cs/other",) * 2]
    assert pairs(answer) == {("failure", "subsumes", "disorder")}


def test_what_was_told_is_told_again() -> None:
    service = started()
    for code in ("infarction", "structural", "disorder"):
        add(service, code)
    after_two = run(service, "closure", name="problems", version="2")
    assert (after_two["version"], pairs(after_two)) == (
        "3",
        {("infarction", "subsumes", "disorder"), ("structural", "subsumes", "disorder")},
    )
    everything = run(service, "closure", name="problems", version="0")
    assert pairs(everything) == pairs(after_two) | {("infarction", "subsumes", "structural")}
    assert "group" not in run(service, "closure", name="problems", version="3")


def test_to_begin_again_forgets_everything() -> None:
    service = started()
    add(service, "infarction")
    run(service, "closure", name="problems")
    assert pairs(add(service, "disorder")) == set()


def test_codes_that_differ_in_case_only_are_equal_where_case_does_not_count() -> None:
    service = started({**DISEASES, "caseSensitive": False})
    assert pairs(add(service, "Failure", "failure")) == {("failure", "equal", "Failure")}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "required"),
        ({"name": "no spaces!"}, "invalid"),
        ({"name": "x" * 65}, "invalid"),
        ({"name": "never-begun", "version": "0"}, "not-found"),
        ({"name": "problems", "version": "three"}, "invalid"),
        ({"name": "problems", "version": "7"}, "business-rule"),
    ],
)
def test_says_what_is_wrong_with_the_question(parameters: dict[str, Any], code: str) -> None:
    assert refusal(started(), "closure", **parameters)[0] == code


def test_says_what_is_wrong_with_a_concept() -> None:
    service = started()
    assert refusal(service, "closure", *codings("infarction"), name="never-begun")[0] == "not-found"
    assert refusal(service, "closure", *codings("infarction"), name="problems", version="0")[0] == "invalid"
    assert refusal(service, "closure", *codings("ghost"), name="problems")[0] == "code-invalid"
    assert refusal(service, "closure", *codings("x", system="http://nowhere"), name="problems")[0] == "not-found"
    assert refusal(service, "closure", named("concept", {"code": "x"}), name="problems")[0] == "required"
    assert refusal(service, "closure", *codings("en", system="urn:ietf:bcp:47"), name="problems")[0] == "not-supported"
    assert run(service, "closure", name="problems", version="0")["version"] == "0"


def test_a_new_version_of_the_code_system_ends_the_table() -> None:
    closures = MemoryClosures(lambda: NOON)
    add(started(closures=closures), "infarction")
    later = service_of(DISEASES, {**DISEASES, "version": "2"}, closures=closures)
    code, text = refusal(later, "closure", *codings("failure"), name="problems")
    assert code == "business-rule"
    assert 'closure "problems" must be reinitialized' in text
    assert "'1'" in text
    assert "'2'" in text


def test_a_stated_version_stays_in_force() -> None:
    service = started(DISEASES, {**DISEASES, "version": "2"})
    run(service, "closure", named("concept", {"system": HEART, "code": "failure", "version": "1"}), name="problems")
    assert pairs(add(service, "disorder")) == {("failure", "subsumes", "disorder")}
    other = named("concept", {"system": HEART, "code": "infarction", "version": "2"})
    assert refusal(service, "closure", other, name="problems")[0] == "business-rule"


def test_a_table_does_not_grow_without_end() -> None:
    few = MemoryClosures(lambda: NOON, ClosureLimits(concepts=2))
    assert (
        refusal(started(closures=few), "closure", *codings("failure", "infarction", "disorder"), name="problems")[0]
        == "too-costly"
    )
    small = MemoryClosures(lambda: NOON, ClosureLimits(entries=1))
    assert (
        refusal(started(closures=small), "closure", *codings("infarction", "structural", "disorder"), name="problems")[
            0
        ]
        == "too-costly"
    )


@given(
    st.lists(st.lists(st.integers(0, 30), max_size=2), min_size=1, max_size=12),
    st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=4), max_size=5),
)
def test_all_told_is_who_is_above_whom(above: list[list[int]], batches: list[list[int]]) -> None:
    parents = [sorted({each for each in row if each < index}) for index, row in enumerate(above)]
    rows = [
        {"code": str(index)}
        | ({"property": [{"code": "parent", "valueCode": str(each)} for each in row]} if row else {})
        for index, row in enumerate(parents)
    ]
    service = started(code_system("heart", *rows))
    used = [[str(each % len(parents)) for each in batch] for batch in batches]
    told = [pair for batch in used for pair in pairs(add(service, *batch))]

    def walk(start: int) -> set[int]:
        return set().union(*({each} | walk(each) for each in parents[start]))

    codes = {code for batch in used for code in batch}
    expected = {(one, "subsumes", other) for one in codes for other in codes if int(other) in walk(int(one))}
    assert len(told) == len(set(told))
    assert set(told) == expected == pairs(run(service, "closure", name="problems", version="0"))
