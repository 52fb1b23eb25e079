"""https://hl7.org/fhir/tools/valueset-comparison.html"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminology.operation.calls import refusal, run, service_of, value
from tests.terminology.world import HOME, code_system, value_set, where, within

TREE = code_system(
    "tree",
    {"code": "r", "concept": [{"code": "a", "concept": [{"code": "a1"}, {"code": "a2"}]}, {"code": "b"}]},
    version="1",
)
GROWN = code_system(
    "tree",
    {
        "code": "r",
        "concept": [{"code": "a", "concept": [{"code": "a1"}, {"code": "a2"}, {"code": "a3"}]}, {"code": "b"}],
    },
    version="2",
)
FLAT = code_system("flat", "x", "y", "z")
SERVICE = service_of(TREE, FLAT)


def below(code: str, **more: Any) -> dict[str, Any]:
    return within("tree", filter=[where("concept", "is-a", code)], **more)


def compared(
    one: list[dict[str, Any]], other: list[dict[str, Any]], service: Any = SERVICE, **more: Any
) -> dict[str, Any]:
    sets = {"thisValueSet": value_set("one", *one), "otherValueSet": value_set("other", *other)}
    answer = run(service, "compare", **sets, diagnostics=True, **more)
    return {
        each["name"]: next(held for key, held in each.items() if key.startswith("value"))
        for each in answer["parameter"]
    }


@pytest.mark.parametrize(
    ("one", "other", "result", "expanded"),
    [
        ([within("tree")], [within("tree")], "same", False),
        ([within("tree", "a", "b")], [within("tree", "b", "a")], "same", False),
        ([below("a")], [within("tree", "a", "a1", "a2")], "same", True),
        ([below("a")], [below("a")], "same", False),
        ([below("a")], [below("r")], "subset", False),
        ([below("r")], [within("tree")], "same", True),
        ([within("tree")], [within("tree", "a")], "superset", False),
        ([within("tree", "r", "a", "a1", "a2", "b")], [within("tree")], "same", False),
        ([within("tree", "a"), within("flat", "x")], [within("flat", "x")], "superset", False),
        ([within("tree", "a", "b")], [within("tree", "a", "a1")], "overlapping", False),
        ([below("a")], [below("b")], "disjoint", False),
        ([below("a")], [within("flat")], "disjoint", False),
        ([within("tree", "ghost")], [within("tree", "ghost")], "empty", False),
        ([below("ghost")], [below("b")], "disjoint", False),
    ],
)
def test_tells_how_the_members_relate(
    one: list[dict[str, Any]], other: list[dict[str, Any]], result: str, expanded: bool
) -> None:
    answer = compared(one, other)
    assert (answer["result"], answer["performed-expansion"]) == (result, expanded)
    turned = compared(other, one)["result"]
    assert turned == {"subset": "superset", "superset": "subset"}.get(result, result)


def test_names_the_codes_that_make_the_difference() -> None:
    answer = compared([within("tree", "a", "b")], [within("tree", "a1", "a")])
    assert (answer["missing-codes"], answer["extra-codes"], answer["common-codes"]) == ("b", "a1", "a")
    assert answer["message"].startswith(f"Both value sets {HOME}/vs/one and {HOME}/vs/other")


def test_says_no_more_than_is_asked() -> None:
    sets = {"thisValueSet": value_set("one", within("flat")), "otherValueSet": value_set("two", within("flat"))}
    answer = run(SERVICE, "compare", **sets)
    assert [each["name"] for each in answer["parameter"]] == ["result", "message"]


def test_excludes_and_imports_are_followed() -> None:
    less = value_set("less", within("flat"), exclude=[within("flat", "z")])
    imports = value_set("imports", {"valueSet": [f"{HOME}/vs/less"]}, within("flat", "z"))
    service = service_of(FLAT, less, imports)
    urls = {"thisUrl": f"{HOME}/vs/less", "otherUrl": f"{HOME}/vs/imports"}
    assert value(run(service, "compare", **urls), "result") == "subset"
    assert value(run(service, "compare", instance=less, otherUrl=f"{HOME}/vs/less"), "result") == "same"


def test_versions_of_a_code_system_are_told_apart() -> None:
    service = service_of(TREE, GROWN)
    answer = compared([below("a", version="1")], [below("a", version="2")], service)
    assert (answer["result"], answer["extra-codes"]) == ("subset", "a3")
    assert compared([below("a")], [below("a", version="2")], service)["result"] == "same"
    assert compared([within("tree", version="1")], [within("tree")], service)["result"] == "subset"


def test_inactive_concepts_count_as_the_value_set_says() -> None:
    old = {"code": "old", "property": [{"code": "inactive", "valueBoolean": True}]}
    service = service_of(code_system("c", "new", old))
    active = value_set("active", within("c"), inactive=False)
    answer = run(service, "compare", thisValueSet=active, otherValueSet=value_set("all", within("c")))
    assert value(answer, "result") == "subset"


def test_lists_of_a_code_system_that_is_not_held_are_compared_as_written() -> None:
    answer = compared([within("http://gone", "p", "q")], [within("http://gone", "q", "s")])
    assert (answer["result"], answer["common-codes"]) == ("overlapping", "q")
    assert compared([within("http://gone")], [within("http://gone"), within("flat")])["result"] == "subset"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([within("http://gone")], [within("http://gone", "p")]),
        ([below("a")], [{"valueSet": ["http://gone/vs"]}]),
        ([within("urn:ietf:bcp:47")], [within("urn:ietf:bcp:47", "en")]),
        ([within("part")], [within("part", "p")]),
    ],
)
def test_what_cannot_be_told_is_said_with_its_reason(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    service = service_of(TREE, code_system("part", "p", content="fragment"))
    answer = compared(one, other, service)
    assert answer["result"] == "indeterminate"
    assert answer["message"].startswith(f"Unable to compare {HOME}/vs/one and {HOME}/vs/other: ")


def test_a_value_set_without_definition_is_compared_by_its_expansion() -> None:
    stored = value_set("stored", expansion={"contains": [{"system": f"{HOME}/cs/flat", "code": "x"}]})
    answer = run(SERVICE, "compare", thisValueSet=stored, otherValueSet=value_set("all", within("flat")))
    assert value(answer, "result") == "subset"
    answer = run(SERVICE, "compare", thisValueSet=value_set("none"), otherValueSet=stored)
    assert value(answer, "result") == "indeterminate"


def test_says_which_value_set_is_missing() -> None:
    assert refusal(SERVICE, "compare", thisUrl=f"{HOME}/vs/gone", otherUrl=f"{HOME}/vs/gone")[0] == "not-found"
    code, text = refusal(SERVICE, "compare", thisValueSet=value_set("one", within("flat")))
    assert (code, "otherUrl" in text) == ("required", True)


CODES = ["r", "a", "a1", "a2", "b", "ghost"]
UNDER = {
    "r": {"r", "a", "a1", "a2", "b"},
    "a": {"a", "a1", "a2"},
    "a1": {"a1"},
    "a2": {"a2"},
    "b": {"b"},
    "ghost": set(),
}
INCLUDES = st.one_of(
    st.just(("all", ())),
    st.tuples(st.just("list"), st.lists(st.sampled_from(CODES), min_size=1, max_size=4)),
    st.tuples(st.just("below"), st.sampled_from(CODES)),
)


@given(st.lists(INCLUDES, min_size=1, max_size=2), st.lists(INCLUDES, min_size=1, max_size=2))
def test_the_definitions_tell_what_the_codes_tell(one: list[Any], other: list[Any]) -> None:
    def written(kind: str, held: Any) -> dict[str, Any]:
        return within("tree", *held) if kind == "list" else below(held) if kind == "below" else within("tree")

    def members(includes: list[Any]) -> set[str]:
        found = (
            UNDER["r"] if kind == "all" else UNDER[held] if kind == "below" else set(held) for kind, held in includes
        )
        return set().union(*found) & UNDER["r"]

    mine, theirs = members(one), members(other)
    expected = "overlapping"
    if not mine & theirs:
        expected = "disjoint" if mine | theirs else "empty"
    elif mine == theirs:
        expected = "same"
    elif mine < theirs or theirs < mine:
        expected = "subset" if mine < theirs else "superset"
    result = compared([written(*each) for each in one], [written(*each) for each in other])["result"]
    assert result == expected or (expected, result) == ("empty", "same")
