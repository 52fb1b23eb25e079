"""`ValueSet/$expand` (https://hl7.org/fhir/R4/valueset-operation-expand.html)."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.codec.json_codec import write_json
from terminology.limits import Limits
from tests.terminology.engine.world import (
    EXPAND,
    code_system,
    codes,
    concept,
    entries,
    entry,
    expand,
    listing,
    refusal,
    run,
    service,
    stated,
    value_set,
    where,
)

Row = dict[str, Any]
SYSTEM, SET, ALL = "http://example.org/cs", "http://example.org/vs", "http://example.org/cs/vs"
_STATUS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
_PROPERTY = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property"
_DECLARED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.property"


def _named(code: str, display: str, *others: tuple[str | None, str], **more: Any) -> Row:
    rows = [{"value": value} | ({"language": language} if language else {}) for language, value in others]
    return concept(code, display=display, **more) | ({"designation": rows} if rows else {})


_PEOPLE = code_system(
    SYSTEM,
    _named("m", "Male", ("zh-CN", "男性"), ("de", "männlich"), rank=1),
    _named("f", "Female", ("zh-CN", "女性"), ("de", "weiblich"), rank=2),
    _named("u", "Unknown sex", ("zh-CN", "未知的性别")),
    language="en",
    version="1",
    property=[{"code": "rank", "uri": "http://example.org/rank", "type": "integer"}],
)
_TREE = code_system(SYSTEM, concept("a", concept("b", "c"), "d", notSelectable=True), concept("e", inactive=True))


def test_an_expansion_says_when_and_from_what_it_was_made() -> None:
    answer = run(service(_PEOPLE, value_set(SET, {"system": SYSTEM}, title="People", id="x")), EXPAND, url=SET)
    assert {"id", "compose"}.isdisjoint(answer)
    assert answer["title"] == "People"
    expansion = answer["expansion"]
    assert expansion["identifier"] == "urn:uuid:00000000-0000-4000-8000-000000000000"
    assert expansion["timestamp"] == "2024-05-01T00:00:00.000Z"
    assert expansion["total"] == 3
    assert stated(expansion, "used-codesystem") == [f"{SYSTEM}|1"]


def test_the_definition_is_there_where_it_is_asked_for() -> None:
    asked = service(_PEOPLE, value_set(SET, {"system": SYSTEM}))
    assert run(asked, EXPAND, url=SET, includeDefinition=True)["compose"] == {"include": [{"system": SYSTEM}]}


def test_a_value_set_may_be_given_by_url_as_a_resource_or_by_id() -> None:
    given = value_set(SET, listing(SYSTEM, "m"))
    assert codes(service(_PEOPLE, given), SET) == ["m"]
    for how in ({"valueSet": given}, {"instance": given}):
        found = run(service(_PEOPLE), EXPAND, **how)["expansion"]
        assert [each["code"] for each in entries(found)] == ["m"]


# hierarchy


def test_codes_are_nested_as_the_code_system_nests_them() -> None:
    found = expand(service(_TREE), ALL)["contains"]
    assert [each["code"] for each in found] == ["a", "e"]
    assert [each["code"] for each in found[0]["contains"]] == ["b", "d"]
    assert found[0]["abstract"] is True
    assert found[1]["inactive"] is True
    assert "contains" not in found[1]


def test_codes_are_flat_where_that_is_asked_for() -> None:
    found = expand(service(_TREE), ALL, excludeNested=True)["contains"]
    assert [each["code"] for each in found] == ["a", "b", "c", "d", "e"]


def test_a_code_with_two_parents_is_listed_once_and_all_is_flat() -> None:
    system = code_system(SYSTEM, concept("a", concept("x", parent="b")), "b")
    assert [each["code"] for each in expand(service(system), ALL)["contains"]] == ["a", "x", "b"]


def test_a_page_is_flat() -> None:
    found = expand(service(_TREE), ALL, offset=1, count=2)
    assert [each["code"] for each in found["contains"]] == ["b", "c"]
    assert (found["total"], found["offset"]) == (5, 1)


def test_a_hierarchy_too_deep_for_readers_of_json_is_listed_flat() -> None:
    row: Row = {"code": "400"}
    for index in range(399, 0, -1):
        row = {"code": str(index), "concept": [row]}
    answer = run(service(code_system(SYSTEM, row)), EXPAND, url=ALL)
    assert len(answer["expansion"]["contains"]) == 400
    assert write_json(answer)


# which codes


def test_no_codes_are_listed_with_count_zero_but_they_are_counted() -> None:
    found = expand(service(_TREE), ALL, count=0)
    assert "contains" not in found
    assert found["total"] == 5


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_are_slices_of_the_whole(size: int) -> None:
    asked = service(_TREE, _PEOPLE | {"url": "http://example.org/people"})
    asked = service(
        _TREE,
        _PEOPLE | {"url": "http://example.org/people"},
        value_set(SET, listing(SYSTEM, "d", "a"), {"system": "http://example.org/people"}, {"system": SYSTEM}),
    )
    whole = expand(asked, SET, excludeNested=True)["contains"]
    pages = [expand(asked, SET, offset=at, count=size).get("contains", []) for at in range(0, 10, size)]
    assert [each for page in pages for each in page] == whole
    assert len(whole) == 8


def test_a_page_may_begin_behind_the_end() -> None:
    assert "contains" not in expand(service(_TREE), ALL, offset=5, count=5)


def test_too_many_codes_are_refused_unless_a_page_is_asked_for() -> None:
    asked = service(code_system(SYSTEM, *map(str, range(30))), limits=Limits(expansion_codes=20, page_codes=25))
    assert refusal(asked, EXPAND, url=ALL) == f"The value set '{ALL}' expansion has too many codes to display (>20)"
    assert len(codes(asked, ALL, count=25)) == 25
    assert "(>25)" in refusal(asked, EXPAND, url=ALL, count=26)
    assert len(codes(asked, ALL, count=40, offset=10)) == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("男", "m"),
        ("性别", "u"),
        ("未知", "u"),
        ("女性", "f"),
        ("性男", ""),
        ("male", "m f"),
        ("FEMALE", "f"),
        ("sex unknown", "u"),
        ("weib", "f"),
        ("unknown male", ""),
        ("", "m f u"),
    ],
)
def test_a_text_finds_displays_and_designations_by_every_word(text: str, expected: str) -> None:
    assert codes(service(_PEOPLE), ALL, filter=text) == expected.split()


def test_a_text_finds_what_the_value_set_itself_calls_a_concept() -> None:
    row = {"system": SYSTEM, "concept": [{"code": "m", "display": "Herr"}, {"code": "f", "display": "Frau"}]}
    other = value_set(f"{SET}/all", {"system": SYSTEM})
    asked = service(_PEOPLE, other, value_set(SET, row | {"valueSet": [other["url"]]}))
    assert codes(asked, SET, filter="herr") == ["m"]
    assert codes(asked, SET, filter="male") == ["m", "f"]


def test_a_text_does_not_bring_back_what_is_excluded() -> None:
    row = {"system": SYSTEM, "concept": [{"code": "m", "display": "Herr"}, {"code": "f", "display": "Herrin"}]}
    males = value_set(f"{SET}/males", listing(SYSTEM, "m"))
    asked = service(_PEOPLE, males, value_set(SET, row, exclude=[{"valueSet": [males["url"]]}]))
    assert codes(asked, SET, filter="herr") == ["f"]


def test_only_active_codes_where_that_is_asked_for() -> None:
    assert codes(service(_TREE), ALL, activeOnly=True) == ["a", "b", "c", "d"]


def test_codes_that_only_group_others_are_left_out_of_a_choice() -> None:
    assert codes(service(_TREE), ALL, excludeNotForUI=True) == ["b", "c", "d", "e"]


# names


@pytest.mark.parametrize(
    ("given", "display"),
    [
        ({}, "Male"),
        ({"displayLanguage": "zh"}, "男性"),
        ({"displayLanguage": "zh-CN"}, "男性"),
        ({"displayLanguage": "fr,de;q=0.5,zh;q=0.8"}, "男性"),
        ({"displayLanguage": "de"}, "männlich"),
        ({"displayLanguage": "fr"}, "Male"),
        ({"accept_language": "de-AT, zh;q=0.2"}, "männlich"),
        ({"accept_language": "zh", "displayLanguage": "de"}, "männlich"),
        ({"accept_language": "no such thing!"}, "Male"),
    ],
)
def test_displays_are_in_the_language_that_is_preferred(given: Row, display: str) -> None:
    assert entry(service(_PEOPLE), ALL, "m", **given)["display"] == display


def test_no_display_is_shown_where_every_other_language_is_refused() -> None:
    assert "display" not in entry(service(_PEOPLE), ALL, "m", displayLanguage="fr,*;q=0")
    assert entry(service(_PEOPLE), ALL, "m", displayLanguage="de,*;q=0")["display"] == "männlich"


def test_a_wrong_language_is_refused() -> None:
    assert refusal(service(_PEOPLE), EXPAND, url=ALL, displayLanguage="!!") == "Invalid displayLanguage: '!!'"


def test_designations_are_there_where_they_are_asked_for() -> None:
    assert "designation" not in entry(service(_PEOPLE), ALL, "m")
    found = entry(service(_PEOPLE), ALL, "m", includeDesignations=True)["designation"]
    assert {(each["language"], each["value"]) for each in found} == {("zh-CN", "男性"), ("de", "männlich")}
    chosen = entry(service(_PEOPLE), ALL, "m", includeDesignations=True, designation="urn:ietf:bcp:47|de")
    assert [each["value"] for each in chosen["designation"]] == ["männlich"]


def _properties(row: Row) -> dict[str, Any]:
    found = {}
    for each in row.get("extension", ()):
        if each["url"] == _PROPERTY:
            code, value = (next(v for k, v in part.items() if k != "url") for part in each["extension"])
            found[code] = value
    return found


def test_properties_travel_in_the_extensions_that_stand_for_those_of_r5() -> None:
    expansion = expand(service(_PEOPLE), ALL, property="rank")
    assert [_properties(each) for each in expansion["contains"]] == [{"rank": 1}, {"rank": 2}, {}]
    declared = [each["extension"] for each in expansion["extension"] if each["url"] == _DECLARED]
    assert declared == [[{"url": "code", "valueCode": "rank"}, {"url": "uri", "valueUri": "http://example.org/rank"}]]
    assert _properties(entry(service(_PEOPLE), ALL, "m", property="*")) == {"rank": 1}
    assert _properties(entry(service(_PEOPLE), ALL, "m")) == {}


def test_a_property_without_a_code_is_no_reason_to_stop() -> None:
    system = code_system(SYSTEM, {"code": "a", "property": [{"valueCode": "x"}]})
    assert codes(service(system), ALL, property="*") == ["a"]


# supplements

_SUPPLEMENT = code_system(
    f"{SYSTEM}-fr",
    {"code": "m", "designation": [{"language": "fr", "value": "homme"}]},
    content="supplement",
    supplements=SYSTEM,
    version="1",
)


def test_a_supplement_is_used_where_it_is_asked_for() -> None:
    asked = service(_PEOPLE, _SUPPLEMENT)
    assert entry(asked, ALL, "m", displayLanguage="fr")["display"] == "Male"
    assert entry(asked, ALL, "m", displayLanguage="fr", useSupplement=f"{SYSTEM}-fr")["display"] == "homme"
    assert codes(asked, ALL, filter="homme", useSupplement=f"{SYSTEM}-fr|1") == ["m"]
    used = expand(asked, ALL, useSupplement=f"{SYSTEM}-fr")
    assert stated(used, "used-supplement") == [f"{SYSTEM}-fr|1"]


def test_a_value_set_may_ask_for_a_supplement() -> None:
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/valueset-supplement", "valueCanonical": f"{SYSTEM}-fr"}
    wanting = value_set(SET, {"system": SYSTEM}, extension=[extension])
    assert entry(service(_PEOPLE, _SUPPLEMENT, wanting), SET, "m", displayLanguage="fr")["display"] == "homme"
    assert refusal(service(_PEOPLE, wanting), EXPAND, url=SET) == f"Required supplement not found: {SYSTEM}-fr"


def test_a_supplement_that_is_missing_is_named() -> None:
    found = refusal(service(_PEOPLE), EXPAND, url=ALL, useSupplement=["http://example.org/none"])
    assert found == "Required supplement not found: http://example.org/none"


# warnings


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"status": "draft"}, "warning-draft"),
        ({"status": "retired"}, "warning-retired"),
        ({"experimental": True}, "warning-experimental"),
        ({"extension": [{"url": _STATUS, "valueCode": "deprecated"}]}, "warning-deprecated"),
        ({"extension": [{"url": _STATUS, "valueCode": "withdrawn"}]}, "warning-withdrawn"),
    ],
)
def test_an_expansion_warns_of_code_systems_given_up_or_not_ready(change: Row, warning: str) -> None:
    asked = service(_PEOPLE | change, value_set(SET, {"system": SYSTEM}))
    assert stated(expand(asked, SET), warning) == [f"{SYSTEM}|1"]
    assert stated(expand(service(_PEOPLE, value_set(SET, {"system": SYSTEM})), SET), warning) == []


def test_what_is_not_ready_itself_may_use_what_is_not_ready() -> None:
    asked = service(_PEOPLE | {"status": "draft"}, value_set(SET, {"system": SYSTEM}, status="draft"))
    assert stated(expand(asked, SET), "warning-draft") == []


@pytest.mark.parametrize(("content", "used"), [("fragment", "used-fragment"), ("example", "used-example")])
def test_an_expansion_of_a_part_of_a_code_system_says_so(content: str, used: str) -> None:
    expansion = expand(service(_PEOPLE | {"content": content}), ALL)
    assert [each["code"] for each in expansion["contains"]] == ["m", "f", "u"]
    assert stated(expansion, used) == [f"{SYSTEM}|1"]
    urls = [each["url"] for each in expansion["extension"]]
    assert "http://hl7.org/fhir/StructureDefinition/valueset-unclosed" in urls


def test_a_code_system_without_content_cannot_be_expanded() -> None:
    empty = code_system(SYSTEM, content="not-present")
    assert "could not be found" in refusal(service(empty, value_set(SET, {"system": SYSTEM})), EXPAND, url=SET)


# stored expansions

_STORED: Row = {"resourceType": "ValueSet", "url": SET, "status": "active"}
_STORED["expansion"] = {
    "total": 4,
    "contains": [
        {
            "system": SYSTEM,
            "version": "1",
            "code": "m",
            "display": "Mann",
            "contains": [{"system": SYSTEM, "code": "x"}],
        },
        {"system": "http://example.org/other", "code": "1", "inactive": True},
        {"system": SYSTEM, "version": "1", "code": "f"},
        {"system": SYSTEM, "version": "1", "code": "m"},
    ],
}


def test_an_expansion_that_is_there_already_is_given_as_it_is() -> None:
    assert run(service(_STORED), EXPAND, url=SET)["expansion"] == _STORED["expansion"]


def test_less_may_be_asked_for_than_a_stored_expansion_holds() -> None:
    asked = service(_STORED)
    assert codes(asked, SET, count=2) == ["m", "x"]
    assert codes(asked, SET, count=9, offset=2) == ["1", "f"]
    assert codes(asked, SET, filter="mann") == ["m"]
    assert codes(asked, SET, activeOnly=True) == ["m", "x", "f"]


def test_a_stored_expansion_may_be_included() -> None:
    asked = service(_PEOPLE, _STORED, value_set(f"{SET}/more", {"valueSet": [SET]}, exclude=[listing(SYSTEM, "f")]))
    assert codes(asked, f"{SET}/more") == ["m", "x", "1"]


# wrong questions


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "No ValueSet specified - provide url parameter or valueSet resource"),
        (
            {"url": "http://example.org/none"},
            "A definition for the value Set 'http://example.org/none' could not be found",
        ),
        ({"valueSet": _PEOPLE}, "The parameter 'valueSet' holds CodeSystem; expected a ValueSet"),
        ({"url": ALL, "count": -1}, "The parameter 'count' is '-1'; expected a whole number that is not negative"),
        ({"url": ALL, "offset": 10**12}, "The parameter 'offset' is '1000000000000'; expected a whole number that"),
        ({"url": ALL, "activeOnly": "maybe"}, "The parameter 'activeOnly' is 'maybe'; expected true or false"),
        ({"url": ALL, "filter": 5}, "Parameters.parameter[1].valueString is 5; expected a text"),
        ({"url": ALL, "property": [["a"]]}, "Parameters.parameter[1].valueString is a list; expected a text"),
    ],
)
def test_the_answer_to_a_wrong_question_says_what_was_found_and_expected(given: Row, text: str) -> None:
    assert refusal(service(_PEOPLE), EXPAND, **given).startswith(text)


def test_a_code_system_that_is_not_held_is_named_in_the_language_of_the_caller() -> None:
    asked = service(value_set(SET, {"system": SYSTEM}))
    english = f"A definition for CodeSystem '{SYSTEM}' could not be found, so the value set cannot be expanded"
    assert refusal(asked, EXPAND, url=SET) == english
    assert refusal(asked, EXPAND, url=SET, displayLanguage="zh") == f"找不到代码系统“{SYSTEM}”的定义，无法展开值集"


# what came with the request


def test_resources_that_come_along_win_and_are_forgotten() -> None:
    asked = service(_PEOPLE, value_set(SET, where(SYSTEM, ("concept", "is-a", "m"))))
    brought = code_system(SYSTEM, concept("m", "n"))
    assert codes(asked, SET, tx_resource=brought) == ["m", "n"]
    assert codes(asked, SET) == ["m"]
    definition = asked.content.value_set(SET, None)
    assert definition is not None
    held = asked.content.edition(SYSTEM, None)
    assert held is not None
    assert list(definition.selections(held)) == ["ValueSet.compose.include[0]"]
