"""Membership in value sets."""

from __future__ import annotations

from typing import Any

import pytest

from terminology.checks import Verdict
from tests.terminology.world import HOME, ask, code_system, codes_of, value_set, where, within

IN, OUT, UNKNOWN = Verdict.IN, Verdict.OUT, Verdict.UNKNOWN


def _tree() -> dict[str, Any]:
    lemon = {"code": "lemon", "display": "Lemon", "property": [{"code": "colour", "valueCode": "yellow"}]}
    orange = {
        "code": "orange",
        "concept": [{"code": "blood-orange"}],
        "property": [{"code": "colour", "valueCode": "red"}],
    }
    cherry = {
        "code": "cherry",
        "property": [{"code": "parent", "valueCode": "stone"}, {"code": "old", "valueBoolean": True}],
    }
    return code_system(
        "fruit",
        {"code": "citrus", "concept": [lemon, orange]},
        {"code": "stone"},
        cherry,
        property=[{"code": "colour"}, {"code": "old", "uri": "http://hl7.org/fhir/concept-properties#inactive"}],
    )


@pytest.mark.parametrize(
    ("filters", "selected"),
    [
        ([where("concept", "is-a", "citrus")], {"citrus", "lemon", "orange", "blood-orange"}),
        ([where("concept", "descendent-of", "citrus")], {"lemon", "orange", "blood-orange"}),
        ([where("concept", "is-not-a", "citrus")], {"stone", "cherry"}),
        ([where("concept", "is-a", "stone")], {"stone", "cherry"}),
        ([where("concept", "generalizes", "blood-orange")], {"blood-orange", "orange", "citrus"}),
        ([where("concept", "child-of", "citrus")], {"lemon", "orange"}),
        ([where("concept", "descendent-leaf", "citrus")], {"lemon", "blood-orange"}),
        ([where("colour", "=", "red")], {"orange"}),
        ([where("colour", "in", "red, yellow")], {"orange", "lemon"}),
        ([where("colour", "not-in", "red,yellow")], {"citrus", "blood-orange", "stone", "cherry"}),
        ([where("colour", "exists", "true")], {"orange", "lemon"}),
        ([where("colour", "exists", "false")], {"citrus", "blood-orange", "stone", "cherry"}),
        ([where("code", "regex", ".*orange")], {"orange", "blood-orange"}),
        ([where("parent", "=", "citrus")], {"lemon", "orange"}),
        ([where("display", "=", "Lemon")], {"lemon"}),
        ([where("inactive", "=", "true")], {"cherry"}),
        ([where("concept", "is-a", "citrus"), where("code", "regex", "l.*")], {"lemon"}),
    ],
)
def test_a_filter_selects(filters: list[dict[str, str]], selected: set[str]) -> None:
    codes = codes_of(_tree(), value_set("some", within("fruit", filter=filters)))
    membership = codes.membership(f"{HOME}/vs/some")
    assert membership is not None
    assert membership.complete
    assert membership.codes == selected
    assert ask(codes, "stone", "fruit", "some").in_value_set is (IN if "stone" in selected else OUT)


def test_a_pattern_that_looks_costly_is_decided_where_the_codes_are_harmless() -> None:
    codes = codes_of(_tree(), value_set("some", within("fruit", filter=[where("code", "regex", "(e|m|l|n|o)+")])))
    assert ask(codes, "lemon", "fruit", "some").in_value_set is Verdict.IN
    assert ask(codes, "orange", "fruit", "some").in_value_set is Verdict.OUT


def test_a_pattern_that_takes_too_long_cannot_tell() -> None:
    bad = code_system("bad", "x" * 60 + "!", "y")
    codes = codes_of(bad, value_set("some", within("bad", filter=[where("code", "regex", "(x|x|xx)+(x|xx)+$")])))
    assert ask(codes, "y", "bad", "some").in_value_set is not Verdict.IN


@pytest.mark.parametrize(
    "filter_",
    [
        where("concept", "is-a", "nothing"),
        where("taste", "=", "sweet"),
        where("concept", "resembles", "lemon"),
        where("code", "regex", "("),
    ],
)
def test_a_filter_that_cannot_be_applied_leaves_members_unknown_and_strangers_out(filter_: dict[str, str]) -> None:
    codes = codes_of(_tree(), value_set("some", within("fruit", filter=[filter_])))
    unknown = ask(codes, "lemon", "fruit", "some")
    assert unknown.in_value_set is UNKNOWN
    assert filter_["value"] in unknown.reason
    assert ask(codes, "cabbage", "fruit", "some").in_value_set is OUT


def test_listed_concepts_are_decided_without_their_code_system() -> None:
    codes = codes_of(value_set("some", within("http://far.example", "a", "b")))
    assert ask(codes, "a", "http://far.example", "some").in_value_set is IN
    assert ask(codes, "c", "http://far.example", "some").in_value_set is OUT
    assert ask(codes, "a", "http://other.example", "some").in_value_set is OUT


def test_a_code_alone_finds_its_system_in_the_value_set() -> None:
    codes = codes_of(_tree(), value_set("some", within("fruit"), within("http://far.example", "a")))
    assert ask(codes, "a", vs="some").system == "http://far.example"
    assert ask(codes, "lemon", vs="some").system == f"{HOME}/cs/fruit"
    assert ask(codes, "Lemon", vs="some").in_value_set is OUT
    assert ask(codes, "Lemon", vs="some").nearest == ("lemon",)


def test_a_partly_unknown_value_set_says_in_where_it_can() -> None:
    codes = codes_of(_tree(), value_set("some", within("fruit"), within("http://far.example")))
    assert ask(codes, "lemon", vs="some").in_value_set is IN
    unknown = ask(codes, "cabbage", vs="some")
    assert unknown.in_value_set is UNKNOWN
    assert "http://far.example" in unknown.reason
    assert ask(codes, "cabbage", "fruit", "some").in_value_set is OUT
    membership = codes.membership(f"{HOME}/vs/some")
    assert membership is not None
    assert not membership.complete


def test_includes_add_up_and_value_sets_within_one_include_narrow() -> None:
    some = value_set("some", {"valueSet": [f"{HOME}/vs/a", f"{HOME}/vs/b"]}, within("fruit", "stone"))
    codes = codes_of(
        _tree(), value_set("a", within("fruit", "lemon", "orange")), value_set("b", within("fruit", "orange")), some
    )
    membership = codes.membership(f"{HOME}/vs/some")
    assert membership is not None
    assert membership.by_system == {f"{HOME}/cs/fruit": {"orange", "stone"}}


def test_a_listed_part_within_an_unknown_value_set_is_unknown_and_the_rest_is_out() -> None:
    codes = codes_of(value_set("some", within("fruit", "lemon", valueSet=["http://far.example/vs"])))
    assert ask(codes, "lemon", "fruit", "some").in_value_set is UNKNOWN
    assert ask(codes, "orange", "fruit", "some").in_value_set is OUT


def test_excluded_codes_are_out() -> None:
    codes = codes_of(_tree(), value_set("some", within("fruit"), exclude=[within("fruit", "stone")]))
    assert ask(codes, "stone", "fruit", "some").in_value_set is OUT
    assert ask(codes, "lemon", "fruit", "some").in_value_set is IN


def test_what_may_be_excluded_is_unknown() -> None:
    codes = codes_of(_tree(), value_set("some", within("fruit"), exclude=[{"valueSet": ["http://far.example/vs"]}]))
    assert ask(codes, "lemon", "fruit", "some").in_value_set is UNKNOWN
    assert ask(codes, "cabbage", "fruit", "some").in_value_set is OUT


def test_inactive_codes_stay_out_where_the_value_set_says_so() -> None:
    codes = codes_of(_tree(), value_set("all", within("fruit")), value_set("active", within("fruit"), inactive=False))
    assert ask(codes, "cherry", "fruit", "all").in_value_set is IN
    assert ask(codes, "cherry", "fruit", "active").in_value_set is OUT


def test_an_expansion_alone_is_taken_as_it_stands() -> None:
    apple = {
        "system": f"{HOME}/cs/fruit",
        "code": "apple",
        "contains": [{"system": f"{HOME}/cs/fruit", "code": "russet"}],
    }
    codes = codes_of(value_set("some", expansion={"contains": [apple]}))
    assert ask(codes, "russet", "fruit", "some").in_value_set is IN
    assert ask(codes, "pear", "fruit", "some").in_value_set is OUT
    partial = codes_of(value_set("some", expansion={"total": 9, "contains": [apple]}))
    assert ask(partial, "pear", "fruit", "some").in_value_set is UNKNOWN


def test_an_expansion_settles_what_the_composition_cannot() -> None:
    expansion = {"contains": [{"system": "http://far.example", "code": "a"}]}
    codes = codes_of(value_set("some", within("http://far.example"), expansion=expansion))
    assert ask(codes, "a", "http://far.example", "some").in_value_set is IN
    assert ask(codes, "b", "http://far.example", "some").in_value_set is OUT


def test_a_value_set_that_includes_itself_ends() -> None:
    a = value_set("a", {"valueSet": [f"{HOME}/vs/b"]}, within("fruit", "apple"))
    codes = codes_of(a, value_set("b", {"valueSet": [f"{HOME}/vs/a"]}))
    assert ask(codes, "apple", "fruit", "a").in_value_set is IN
    unknown = ask(codes, "pear", "fruit", "a")
    assert unknown.in_value_set is UNKNOWN
    assert "includes itself" in unknown.reason


def test_deep_nesting_ends() -> None:
    chain = [value_set(f"v{n}", {"valueSet": [f"{HOME}/vs/v{n + 1}"]}) for n in range(200)]
    assert "nests more than" in ask(codes_of(*chain), "x", "fruit", "v0").reason


def test_an_unknown_value_set_or_version_cannot_tell_and_says_why() -> None:
    codes = codes_of(value_set("some", within("fruit", "apple"), version="1"))
    assert ask(codes, "x", "fruit", "none").reason == f"the value set {HOME}/vs/none is not loaded"
    assert "loaded: 1" in ask(codes, "x", "fruit", "some|2").reason
    assert ask(codes, "apple", "fruit", "some|1").in_value_set is IN
    assert codes.membership(f"{HOME}/vs/none") is None


def test_a_value_set_without_content_cannot_tell() -> None:
    assert ask(codes_of(value_set("some")), "x", "fruit", "some").in_value_set is UNKNOWN


def test_a_display_of_the_value_set_counts() -> None:
    row = {"system": f"{HOME}/cs/fruit", "concept": [{"code": "lemon", "display": "Sour thing"}]}
    codes = codes_of(_tree(), value_set("some", row))
    assert ask(codes, "lemon", "fruit", "some", display="sour thing").display_ok
    assert ask(codes, "lemon", "fruit", "some", display="lemon").display_ok
    assert ask(codes, "lemon", "fruit", display="sour thing").display_ok is False


def test_an_overlay_adds_contained_value_sets_and_leaves_the_rest_alone() -> None:
    codes = codes_of(_tree())
    contained = value_set("ignored", within("fruit", "lemon"))
    overlay = codes.extended({"http://example.org/profile#kinds": contained})
    assert ask(overlay, "lemon", "fruit", "http://example.org/profile#kinds").in_value_set is IN
    assert ask(codes, "lemon", "fruit", "http://example.org/profile#kinds").in_value_set is UNKNOWN


def test_properties_that_are_codings_are_filtered_as_system_and_code() -> None:
    coding = {"system": "http://far.example", "code": "r"}
    thing = {"code": "thing", "property": [{"code": "kind", "valueCoding": coding}]}
    for value in ("http://far.example#r", "http://far.example|1#r"):
        some = value_set("some", within("things", filter=[where("kind", "=", value)]))
        codes = codes_of(code_system("things", thing, "other", property=[{"code": "kind"}]), some)
        assert ask(codes, "thing", "things", "some").in_value_set is IN
        assert ask(codes, "other", "things", "some").in_value_set is OUT


def test_a_value_set_is_found_in_the_definition_that_contains_it() -> None:
    inside = value_set("ignored", within("fruit", "lemon")) | {"id": "kinds"}
    holder = {"resourceType": "StructureDefinition", "url": f"{HOME}/profile", "version": "1", "contained": [inside]}
    codes = codes_of(_tree(), holder)
    for canonical in (f"{HOME}/profile#kinds", f"{HOME}/profile|1#kinds"):
        assert ask(codes, "lemon", "fruit", canonical).in_value_set is IN
        assert ask(codes, "apple", "fruit", canonical).in_value_set is OUT
    assert ask(codes, "lemon", "fruit", f"{HOME}/profile#others").in_value_set is UNKNOWN


def test_a_supplement_that_the_value_set_asks_for_gives_displays() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"
    words = {"code": "lemon", "designation": [{"language": "de", "value": "Zitrone"}]}
    more = {"content": "supplement", "supplements": f"{HOME}/cs/fruit"}
    asking = value_set("some", within("fruit"), extension=[{"url": url, "valueCanonical": f"{HOME}/cs/words"}])
    codes = codes_of(_tree(), code_system("words", words, **more), asking, value_set("plain", within("fruit")))
    assert ask(codes, "lemon", "fruit", "some", display="Zitrone").display_ok
    assert ask(codes, "lemon", "fruit", "plain", display="Zitrone").display_ok is False


def test_displays_may_be_asked_for_in_certain_languages() -> None:
    words = [{"language": "de-CH", "value": "Zitrone"}, {"language": "fr", "value": "citron"}, {"value": "sour"}]
    codes = codes_of(code_system("fruit", {"code": "lemon", "display": "Lemon", "designation": words}))
    answers = [
        (display, languages, ask(codes, "lemon", "fruit", display=display, languages=languages).display_ok)
        for display in ("Lemon", "sour", "Zitrone", "citron")
        for languages in ((), ("de",), ("fr", "en"))
    ]
    assert [row[:2] for row in answers if not row[2]] == [("Zitrone", ("fr", "en")), ("citron", ("de",))]
