"""https://hl7.org/fhir/R4/codesystem-operation-subsumes.html"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminology.operation.calls import refusal, run, service_of, value
from tests.terminology.world import HOME, code_system

ANIMALS = f"{HOME}/cs/animals"


def animals(**more: Any) -> dict[str, Any]:
    cat = {"code": "cat", "concept": [{"code": "siamese"}]}
    return code_system("animals", {"code": "mammal", "concept": [cat, {"code": "dog"}]}, "stone", **more)


def outcome(one: str, other: str, *resources: dict[str, Any], **more: Any) -> Any:
    answer = run(service_of(*(resources or (animals(),))), "subsumes", system=ANIMALS, codeA=one, codeB=other, **more)
    return value(answer, "outcome")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("cat", "cat", "equivalent"),
        ("mammal", "siamese", "subsumes"),
        ("siamese", "mammal", "subsumed-by"),
        ("cat", "dog", "not-subsumed"),
        ("stone", "mammal", "not-subsumed"),
    ],
)
def test_tells_how_two_concepts_relate(one: str, other: str, expected: str) -> None:
    assert outcome(one, other) == expected


def test_takes_codings_as_well_as_codes() -> None:
    service = service_of(animals(version="1"))
    codings = {"codingA": {"system": ANIMALS, "code": "mammal"}, "codingB": {"system": ANIMALS, "code": "cat"}}
    assert value(run(service, "subsumes", **codings), "outcome") == "subsumes"
    mixed = run(service, "subsumes", system=ANIMALS, codeA="cat", codingB=codings["codingA"])
    assert value(mixed, "outcome") == "subsumed-by"


def test_an_instance_needs_no_system() -> None:
    resource = animals(version="1")
    service = service_of(resource)
    assert value(run(service, "subsumes", instance=resource, codeA="mammal", codeB="cat"), "outcome") == "subsumes"
    other = refusal(service, "subsumes", instance=resource, codeA="mammal", codeB="cat", system="http://other")
    assert other[0] == "invalid"


def test_a_code_system_may_come_with_the_call() -> None:
    sent = {"name": "tx-resource", "resource": animals()}
    answer = run(service_of(), "subsumes", sent, system=ANIMALS, codeA="mammal", codeB="cat")
    assert value(answer, "outcome") == "subsumes"


@pytest.mark.parametrize(
    ("parameters", "code", "says"),
    [
        ({"codeA": "cat", "codeB": "dog"}, "required", "system"),
        ({"system": ANIMALS, "codeA": "cat"}, "required", "codeB"),
        ({"system": ANIMALS, "codeA": "cat", "codeB": "ghost"}, "code-invalid", "ghost"),
        ({"system": "http://nowhere", "codeA": "cat", "codeB": "dog"}, "not-found", "http://nowhere"),
        ({"system": ANIMALS, "version": "9", "codeA": "cat", "codeB": "dog"}, "not-found", "'9'"),
        (
            {"system": ANIMALS, "codeA": "cat", "codeB": "dog", "codingA": {"system": ANIMALS, "code": "cat"}},
            "invalid",
            "codingA",
        ),
        ({"codingA": {"code": "cat"}, "codingB": {"system": ANIMALS, "code": "cat"}}, "required", "codingA.system"),
        (
            {"codingA": {"system": ANIMALS, "code": "cat"}, "codingB": {"system": "http://b", "code": "b"}},
            "invalid",
            "http://b",
        ),
    ],
)
def test_says_what_is_wrong_with_the_question(parameters: dict[str, Any], code: str, says: str) -> None:
    found, text = refusal(service_of(animals(version="1")), "subsumes", **parameters)
    assert found == code
    assert says in text


def test_codings_of_two_versions_contradict() -> None:
    service = service_of(animals(version="1"), animals(version="2"))
    one, other = {"system": ANIMALS, "code": "cat", "version": "1"}, {"system": ANIMALS, "code": "cat", "version": "2"}
    code, text = refusal(service, "subsumes", codingA=one, codingB=other)
    assert (code, "'1' and '2'" in text) == ("invalid", True)
    assert value(run(service, "subsumes", codingA=one, codingB=one | {"version": "1"}), "outcome") == "equivalent"


def test_a_check_of_the_version_counts() -> None:
    demanded = {"name": "check-system-version", "valueCanonical": f"{ANIMALS}|2"}
    found = refusal(
        service_of(animals(version="1")), "subsumes", demanded, system=ANIMALS, version="1", codeA="cat", codeB="dog"
    )
    assert found[0] == "exception"


@pytest.mark.parametrize("meaning", ["part-of", "grouped-by"])
def test_a_hierarchy_that_means_something_else_tells_nothing(meaning: str) -> None:
    service = service_of(animals(hierarchyMeaning=meaning))
    code, text = refusal(service, "subsumes", system=ANIMALS, codeA="mammal", codeB="cat")
    assert (code, meaning in text) == ("not-supported", True)
    assert outcome("cat", "cat", animals(hierarchyMeaning=meaning)) == "equivalent"


@pytest.mark.parametrize("meaning", ["is-a", "classified-with"])
def test_a_child_that_is_of_the_kind_of_its_parent_is_subsumed(meaning: str) -> None:
    assert outcome("mammal", "cat", animals(hierarchyMeaning=meaning)) == "subsumes"


def test_of_a_fragment_only_what_is_there_can_be_told() -> None:
    assert outcome("mammal", "cat", animals(content="fragment")) == "subsumes"
    service = service_of(animals(content="fragment"))
    assert refusal(service, "subsumes", system=ANIMALS, codeA="cat", codeB="dog")[0] == "incomplete"


def test_codes_that_follow_a_grammar_have_no_hierarchy() -> None:
    service = service_of()
    assert refusal(service, "subsumes", system="urn:ietf:bcp:47", codeA="en", codeB="de")[0] == "not-supported"
    assert value(run(service, "subsumes", system="urn:ietf:bcp:47", codeA="en", codeB="en"), "outcome") == "equivalent"


def test_case_makes_no_difference_where_the_code_system_says_so() -> None:
    assert outcome("CAT", "cat", animals(caseSensitive=False)) == "equivalent"
    assert outcome("Mammal", "CAT", animals(caseSensitive=False)) == "subsumes"


def test_fails_in_the_language_of_the_caller() -> None:
    service = service_of(animals())
    text = refusal(service, "subsumes", system=ANIMALS, codeA="cat", codeB="ghost", language="zh-CN")[1]
    assert "没有代码" in text


@given(st.lists(st.lists(st.integers(0, 30), max_size=3), min_size=1, max_size=16), st.data())
def test_equals_a_walk_up_the_parents(above: list[list[int]], data: st.DataObject) -> None:
    parents = [sorted({each for each in row if each < index}) for index, row in enumerate(above)]
    rows = [
        {"code": str(index), "property": [{"code": "parent", "valueCode": str(each)} for each in row]}
        for index, row in enumerate(parents)
    ]
    service = service_of(code_system("animals", *({key: held for key, held in row.items() if held} for row in rows)))
    one, other = (data.draw(st.integers(0, len(parents) - 1)) for _ in range(2))

    def walk(start: int) -> set[int]:
        return {start}.union(*(walk(each) for each in parents[start]))

    expected = "subsumes" if one in walk(other) else "subsumed-by" if other in walk(one) else "not-subsumed"
    answer = run(service, "subsumes", system=ANIMALS, codeA=str(one), codeB=str(other))
    assert value(answer, "outcome") == ("equivalent" if one == other else expected)
