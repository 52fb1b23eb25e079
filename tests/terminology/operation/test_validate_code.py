"""`$validate-code` of value sets and code systems.

https://hl7.org/fhir/R4/valueset-operation-validate-code.html, https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
"""

from __future__ import annotations

from typing import Any

import pytest

from terminology.code_tables import canonical_of
from terminology.code_tables.layer import CodeTableLayer
from terminology.failures import OperationFailed
from tests.terminology.engine.world import (
    IN_CODE_SYSTEM,
    IN_VALUE_SET,
    code_system,
    concept,
    issues,
    judged,
    listing,
    refusal,
    run,
    service,
    stated,
    valid,
    value_set,
    where,
)

Row = dict[str, Any]
SYSTEM, SET, OTHER = "http://example.org/cs", "http://example.org/vs", "http://example.org/other"
_STATUS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"
_SEX = code_system(
    SYSTEM,
    concept("m", display="Male") | {"designation": [{"language": "zh-CN", "value": "男性"}]},
    concept("f", display="Female"),
    concept("x", display="Retired", inactive=True, status="retired"),
    concept("group", display="Group", notSelectable=True),
    concept("d", display="Deprecated", status="deprecated"),
    version="1",
    language="en",
    property=[{"code": "inactive", "type": "boolean"}],
)
_SERVICE = service(_SEX, code_system(OTHER, "m", "o"), value_set(SET, {"system": SYSTEM}))


def _ask(**given: Any) -> Row:
    return run(_SERVICE, IN_VALUE_SET, url=SET, **given)


def _coding(code: str, system: str = SYSTEM, **more: str) -> Row:
    return {"system": system, "code": code, **more}


# the three ways to ask


def test_a_code_may_come_alone_as_a_coding_or_in_a_concept() -> None:
    forms: list[Row] = [{"code": "m", "system": SYSTEM}, {"coding": _coding("m")}]
    forms.append({"codeableConcept": {"coding": [_coding("m")]}})
    for form in forms:
        answer = _ask(**form)
        assert judged(answer)
        assert [stated(answer, name) for name in ("code", "system", "version", "display")] == [
            ["m"],
            [SYSTEM],
            ["1"],
            ["Male"],
        ]
        assert stated(answer, "message") == []


def test_a_code_that_is_no_member_is_named_with_where_it_stood() -> None:
    answer = _ask(coding=_coding("zz"))
    assert not judged(answer)
    assert issues(answer) == [
        ("error", f"Unknown code 'zz' in the CodeSystem '{SYSTEM}' version '1'"),
        ("error", f"The provided code '{SYSTEM}#zz' was not found in the value set '{SET}'"),
    ]
    paths = [each["expression"] for each in stated(answer, "issues")[0]["issue"]]
    assert paths == [["Coding.code"], ["Coding.code"]]


def test_a_concept_is_valid_if_one_of_its_codings_is() -> None:
    answer = _ask(codeableConcept={"coding": [_coding("o", OTHER), _coding("f")]})
    assert judged(answer)
    assert stated(answer, "code") == ["f"]
    assert stated(answer, "codeableConcept") == [{"coding": [_coding("o", OTHER), _coding("f")]}]


def test_a_concept_with_another_coding_that_is_wrong_is_not_valid() -> None:
    answer = _ask(codeableConcept={"coding": [_coding("m"), _coding("zz")]})
    assert not judged(answer)
    assert ("error", f"Unknown code 'zz' in the CodeSystem '{SYSTEM}' version '1'") in issues(answer)


def test_a_coding_of_a_system_that_is_not_held_does_not_spoil_a_valid_one() -> None:
    answer = _ask(codeableConcept={"coding": [_coding("q", "http://example.org/none"), _coding("m")]})
    assert judged(answer)
    expected = (
        "A definition for CodeSystem 'http://example.org/none' could not be found, so this coding was not checked"
    )
    assert ("warning", expected) in issues(answer)
    assert "error" not in dict(issues(answer))


def test_a_concept_without_a_valid_coding_is_named() -> None:
    answer = _ask(codeableConcept={"coding": [_coding("o", OTHER)]})
    assert stated(answer, "message") == [f"No valid coding was found for the value set '{SET}'"]


@pytest.mark.parametrize("concept_", [{}, {"coding": []}, {"text": "male"}])
def test_a_concept_without_codings_is_not_valid(concept_: Row) -> None:
    assert not judged(_ask(codeableConcept=concept_))


def test_a_thousand_wrong_codings_are_each_reported_once() -> None:
    answer = _ask(codeableConcept={"coding": [_coding(f"q{index}") for index in range(1_000)]})
    texts = [text for severity, text in issues(answer) if severity == "error"]
    assert len(texts) == len(set(texts)) == 1_001


# systems


def test_a_coding_without_a_system_cannot_be_valid() -> None:
    answer = _ask(coding={"code": "m"})
    assert not judged(answer)
    assert (
        "warning",
        "Coding has no system. A code with no system has no defined meaning, and it cannot be validated."
        " A system should be provided",
    ) in issues(answer)


def test_the_system_may_be_inferred_from_the_value_set() -> None:
    answer = _ask(code="m", inferSystem=True)
    assert judged(answer)
    assert stated(answer, "system") == [SYSTEM]


def test_no_system_is_inferred_where_none_or_several_fit() -> None:
    answer = _ask(code="zz", inferSystem=True)
    expected = f"The System URI could not be determined for the code 'zz' in the ValueSet '{SET}'"
    assert ("error", expected) in issues(answer)
    both = service(_SEX, code_system(OTHER, "m"), value_set(SET, {"system": SYSTEM}, {"system": OTHER}))
    answer = run(both, IN_VALUE_SET, url=SET, code="m", inferSystem=True)
    assert not judged(answer)
    assert f"has multiple matches: {SYSTEM},{OTHER}" in stated(answer, "message")[0]
    assert judged(run(both, IN_VALUE_SET, url=SET, code="f", inferSystem=True))


def test_only_members_count_where_a_system_is_inferred_through_filters() -> None:
    rows = [where(SYSTEM, ("code", "regex", "f")), {"system": OTHER}]
    asked = service(_SEX, code_system(OTHER, "m"), value_set(SET, *rows))
    assert stated(run(asked, IN_VALUE_SET, url=SET, code="m", inferSystem=True), "system") == [OTHER]


def test_a_system_that_is_not_held_is_named() -> None:
    asked = service(value_set(SET, {"system": SYSTEM}))
    answer = run(asked, IN_VALUE_SET, url=SET, code="m", system=SYSTEM)
    assert not judged(answer)
    expected = f"A definition for CodeSystem '{SYSTEM}' could not be found, so the code cannot be validated"
    assert ("error", expected) in issues(answer)
    assert stated(answer, "x-caused-by-unknown-system") == [SYSTEM]


@pytest.mark.parametrize("order", [1, -1])
def test_what_cannot_be_told_of_one_value_set_is_not_told_whatever_the_order(order: int) -> None:
    unheld = value_set(f"{SET}/unheld", {"system": OTHER})
    rows = [{"valueSet": [unheld["url"]]}, listing(SYSTEM, "f")][::order]
    asked = service(_SEX, unheld, value_set(SET, *rows))
    answer = run(asked, IN_VALUE_SET, url=SET, code="1", system=OTHER)
    assert not judged(answer)
    assert stated(answer, "x-caused-by-unknown-system") == [OTHER]
    assert not any("was not found in the value set" in text for _, text in issues(answer))


def test_a_value_set_is_no_system() -> None:
    answer = _ask(coding=_coding("m", SET))
    assert ("error", f"The Coding references a value set, not a code system ('{SET}')") in issues(answer)


def test_a_relative_system_is_wrong() -> None:
    answer = _ask(coding=_coding("m", "cs"))
    expected = "Coding.system must be an absolute reference, not a local reference"
    assert ("error", expected) in issues(answer)


def test_a_supplement_is_no_system() -> None:
    supplement = code_system(f"{SYSTEM}-fr", content="supplement", supplements=SYSTEM)
    asked = service(_SEX, supplement, value_set(SET, {"system": SYSTEM}))
    answer = run(asked, IN_VALUE_SET, url=SET, coding=_coding("m", f"{SYSTEM}-fr"))
    expected = f"CodeSystem {SYSTEM}-fr is a supplement, so can't be used as a value in Coding.system"
    assert ("error", expected) in issues(answer)


@pytest.mark.parametrize("system", ["urn:oid:2.16.156.10011.2.3.3.4", canonical_of("urn:oid:2.16.156.10011.2.3.3.4")])
def test_a_code_table_goes_by_its_oid_too(system: str) -> None:
    canonical = canonical_of("urn:oid:2.16.156.10011.2.3.3.4") or ""
    table = next(each for each in _code_tables() if each["url"] == canonical)
    asked = service(table, value_set(SET, {"system": system}), alias=canonical_of)
    for written in (canonical, "urn:oid:2.16.156.10011.2.3.3.4"):
        assert valid(asked, SET, "1", written)
        assert not valid(asked, SET, "7", written)
        assert judged(run(asked, IN_CODE_SYSTEM, url=written, code="2"))


def _code_tables() -> list[Row]:
    layer = CodeTableLayer()
    rows = [layer.load(position) for position, _ in enumerate(layer.entries())]
    return [each for each in rows if each["resourceType"] == "CodeSystem"]


# case, status, abstract


def test_another_case_is_right_where_case_makes_no_difference() -> None:
    asked = service(_SEX | {"caseSensitive": False}, value_set(SET, {"system": SYSTEM}))
    answer = run(asked, IN_VALUE_SET, url=SET, code="M", system=SYSTEM)
    assert judged(answer)
    assert stated(answer, "normalized-code") == ["m"]
    assert [severity for severity, _ in issues(answer)] == ["information"]
    assert not valid(_SERVICE, SET, "M", SYSTEM)


def test_an_inactive_concept_is_valid_with_a_warning() -> None:
    answer = _ask(coding=_coding("x"))
    assert judged(answer)
    assert stated(answer, "inactive") == [True]
    assert issues(answer) == [
        ("warning", "The concept 'x' has a status of retired and inactive and its use should be reviewed")
    ]


def test_an_inactive_concept_is_wrong_where_only_active_ones_will_do() -> None:
    answer = _ask(coding=_coding("x"), activeOnly=True)
    assert not judged(answer)
    assert ("error", "The concept 'x' is valid but is not active") in issues(answer)


def test_an_abstract_concept_is_wrong_where_that_is_not_allowed() -> None:
    assert judged(_ask(coding=_coding("group")))
    answer = _ask(coding=_coding("group"), abstract=False)
    assert not judged(answer)
    assert ("error", f"Code '{SYSTEM}#group' is abstract, and not allowed in this context") in issues(answer)


def test_a_deprecated_concept_is_valid_with_a_warning() -> None:
    answer = _ask(coding=_coding("d"))
    assert judged(answer)
    assert stated(answer, "status") == ["deprecated"]
    assert issues(answer) == [("warning", "The concept 'd' is deprecated and its use should be reviewed")]


@pytest.mark.parametrize(
    ("change", "word"),
    [({"status": "draft"}, "draft"), ({"status": "retired"}, "retired"), ({"experimental": True}, "experimental")]
    + [({"extension": [{"url": _STATUS, "valueCode": each}]}, each) for each in ("deprecated", "withdrawn")],
)
def test_a_code_system_given_up_or_not_ready_is_told_of(change: Row, word: str) -> None:
    asked = service(_SEX | change, value_set(SET, {"system": SYSTEM}))
    answer = run(asked, IN_VALUE_SET, url=SET, code="m", system=SYSTEM)
    assert judged(answer)
    assert ("information", f"Reference to {word} CodeSystem {SYSTEM}|1") in issues(answer)


def test_errors_of_one_include_are_forgotten_when_another_takes_the_code() -> None:
    active = value_set(f"{SET}/active", {"system": SYSTEM}, inactive=False)
    rows = [{"system": SYSTEM, "valueSet": [active["url"]]}, {"system": SYSTEM}]
    asked = service(_SEX, active, value_set(SET, *rows))
    answer = run(asked, IN_VALUE_SET, url=SET, code="x", system=SYSTEM)
    assert judged(answer)
    assert "is valid but is not active" not in str(issues(answer))


# parts of code systems


@pytest.mark.parametrize("content", ["fragment", "example"])
def test_an_unknown_code_of_a_part_of_a_code_system_is_let_in_with_a_warning(content: str) -> None:
    asked = service(_SEX | {"content": content}, value_set(SET, {"system": SYSTEM}))
    answer = run(asked, IN_VALUE_SET, url=SET, code="zz", system=SYSTEM)
    assert judged(answer)
    assert [severity for severity, _ in issues(answer)] == ["warning"]


def test_a_code_system_without_content_is_as_good_as_not_held() -> None:
    asked = service(code_system(SYSTEM, content="not-present"), value_set(SET, {"system": SYSTEM}))
    assert not valid(asked, SET, "m", SYSTEM)


# displays


@pytest.mark.parametrize(
    ("display", "more", "is_right"),
    [
        ("Male", {}, True),
        ("MALE", {}, True),
        ("男性", {}, True),
        ("Man", {}, False),
        ("Ma le", {}, False),
        ("男性", {"displayLanguage": "zh"}, True),
        ("男", {"displayLanguage": "zh"}, False),
        ("Man", {"lenient-display-validation": True}, True),
    ],
)
def test_a_display_must_be_one_of_the_names(display: str, more: Row, is_right: bool) -> None:
    answer = _ask(coding=_coding("m", display=display), **more)
    assert judged(answer) is is_right
    if display == "Man":
        assert f"Wrong Display Name 'Man' for {SYSTEM}#m." in stated(answer, "message")[0]


def test_a_supplement_brings_names() -> None:
    row = {"code": "m", "designation": [{"language": "fr", "value": "homme"}]}
    supplement = code_system(f"{SYSTEM}-fr", row, content="supplement", supplements=SYSTEM)
    asked = service(_SEX, supplement, value_set(SET, {"system": SYSTEM}))
    given: Row = {"url": SET, "coding": _coding("m", display="homme")}
    assert not judged(run(asked, IN_VALUE_SET, **given))
    assert judged(run(asked, IN_VALUE_SET, useSupplement=f"{SYSTEM}-fr", **given))
    found = refusal(asked, IN_VALUE_SET, useSupplement="http://example.org/none", **given)
    assert found == "Required supplement not found: http://example.org/none"


# languages of messages


def test_messages_are_in_chinese_where_that_is_asked_for() -> None:
    answer = _ask(coding=_coding("zz"), displayLanguage="zh-CN")
    assert stated(answer, "message") == [
        f"代码系统“{SYSTEM}”1 版中没有代码“zz”; 值集“{SET}”中没有所给代码 '{SYSTEM}#zz'"
    ]
    answer = run(_SERVICE, IN_VALUE_SET, url=SET, coding=_coding("x"), accept_language="zh;q=0.9, en;q=0.5")
    assert "应复核其使用" in stated(answer, "message")[0]


# stored expansions

_STORED: Row = {"resourceType": "ValueSet", "url": f"{SET}/stored", "status": "active"}
_STORED["expansion"] = {
    "contains": [
        {"system": SYSTEM, "code": "m", "display": "Mann"},
        {"system": OTHER, "version": "1", "code": "o", "inactive": True},
        {"system": SYSTEM, "code": "x"},
    ]
}


@pytest.mark.parametrize("held", [(), (_SEX,)], ids=["system not held", "system held"])
def test_a_stored_expansion_tells_who_is_a_member(held: tuple[Row, ...]) -> None:
    asked, url = service(*held, _STORED), f"{SET}/stored"
    assert valid(asked, url, "m", SYSTEM, display="Mann")
    assert not valid(asked, url, "f", SYSTEM)
    assert valid(asked, url, "o", OTHER)
    assert not valid(asked, url, "o", OTHER, activeOnly=True)
    assert valid(asked, url, "x", SYSTEM, activeOnly=True) is (not held)
    assert stated(run(asked, IN_VALUE_SET, url=url, code="o", inferSystem=True), "system") == [OTHER]


# code systems


def test_a_code_system_may_be_named_given_or_invoked_by_id() -> None:
    ways: list[Row] = [{"url": SYSTEM}, {"codeSystem": _SEX}, {"instance": _SEX}]
    for way in ways:
        asked = service() if "url" not in way else _SERVICE
        assert judged(run(asked, IN_CODE_SYSTEM, code="m", **way))
        assert not judged(run(asked, IN_CODE_SYSTEM, code="zz", **way))
        assert judged(run(asked, IN_CODE_SYSTEM, coding=_coding("m"), **way))


def test_a_coding_names_its_code_system_itself() -> None:
    assert judged(run(_SERVICE, IN_CODE_SYSTEM, coding=_coding("m")))
    answer = run(_SERVICE, IN_CODE_SYSTEM, coding=_coding("m", "http://example.org/none"))
    assert not judged(answer)
    assert stated(answer, "x-caused-by-unknown-system") == ["http://example.org/none"]


# wrong questions


@pytest.mark.parametrize(
    ("operation", "given", "text"),
    [
        (
            IN_VALUE_SET,
            {"code": "m", "system": SYSTEM},
            "No ValueSet specified - provide url parameter or valueSet resource",
        ),
        (IN_VALUE_SET, {"url": SET}, "Unable to find code to validate"),
        (IN_VALUE_SET, {"url": SET, "code": "m"}, "Unable to find code to validate"),
        (IN_VALUE_SET, {"url": SET, "code": 7}, "Parameters.parameter[1].valueCode is 7; expected a text"),
        (IN_VALUE_SET, {"url": SET, "coding": "m"}, "Parameters.parameter[1].valueCoding is 'm'; expected an object"),
        (
            IN_VALUE_SET,
            {"url": SET, "code": "m", "system": SYSTEM, "abstract": 1},
            "Parameters.parameter[3].valueBoolean",
        ),
        (
            IN_VALUE_SET,
            {"valueSet": _SEX, "code": "m"},
            "The parameter 'valueSet' holds CodeSystem; expected a ValueSet",
        ),
        (IN_CODE_SYSTEM, {"codeSystem": _STORED, "code": "m"}, "The parameter 'codeSystem' holds ValueSet; expected"),
        (IN_CODE_SYSTEM, {"url": SYSTEM}, "Unable to find code to validate"),
        (IN_VALUE_SET, {"url": f"{SET}/none", "code": "m", "system": SYSTEM}, "A definition for the value Set"),
    ],
)
def test_the_answer_to_a_wrong_question_says_what_is_wrong(operation: str, given: Row, text: str) -> None:
    with pytest.raises(OperationFailed, match="^" + text.replace("[", r"\[").replace("|", r"\|")):
        run(_SERVICE, operation, **given)
