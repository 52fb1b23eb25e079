"""https://hl7.org/fhir/R4/codesystem-operation-find-matches.html"""

from __future__ import annotations

from typing import Any

from tests.terminology.operation.calls import named, parts, refusal, run, service_of
from tests.terminology.world import HOME, code_system

DRUGS = f"{HOME}/cs/drugs"


def drug(code: str, display: str, parent: str | None = None, **properties: Any) -> dict[str, Any]:
    rows = [
        {"code": name, "valueBoolean" if isinstance(each, bool) else "valueString": each}
        for name, each in properties.items()
    ]
    if parent is not None:
        rows.append({"code": "parent", "valueCode": parent})
    return {"code": code, "display": display} | ({"property": rows} if rows else {})


SERVICE = service_of(
    code_system(
        "drugs",
        drug("D", "drug"),
        drug("A", "antibiotic", "D"),
        drug("A1", "amoxicillin capsule 500 mg", "A", form="capsule, hard", strength="500", otc=False),
        drug("A2", "amoxicillin tablet 250 mg", "A", form="tablet", strength="250", otc=False),
        drug("P1", "paracetamol tablet 500 mg", "D", form="tablet", strength="500", otc=True),
        version="1",
        property=[{"code": "parent", "uri": "http://hl7.org/fhir/concept-properties#parent", "type": "code"}],
    )
)


def having(code: str, held: Any = None, *sub: dict[str, Any]) -> dict[str, Any]:
    value = [named("value", held)] if held is not None else []
    return named("property", [{"name": "code", "valueCode": code}, *value, *sub])


def matches(*properties: dict[str, Any], exact: bool = True) -> list[dict[str, Any]]:
    return parts(run(SERVICE, "find-matches", *properties, system=DRUGS, exact=exact), "match")


def codes(*properties: dict[str, Any], exact: bool = True) -> list[str]:
    return [each["code"]["code"] for each in matches(*properties, exact=exact)]


def test_a_complete_match_comes_first_and_lacks_nothing() -> None:
    first, *rest = matches(having("form", "tablet"), having("strength", "500"))
    assert first["code"] == {"system": DRUGS, "version": "1", "code": "P1", "display": "paracetamol tablet 500 mg"}
    assert "unmatched" not in first
    assert [each["code"]["code"] for each in rest] == ["A1", "A2"] or [each["code"]["code"] for each in rest] == [
        "A2",
        "A1",
    ]


def test_a_partial_match_names_what_it_lacks() -> None:
    found = {each["code"]["code"]: each for each in matches(having("form", "tablet"), having("strength", "250"))}
    assert found["P1"]["unmatched"] == [
        {"name": "code", "valueCode": "strength"},
        {"name": "value", "valueString": "250"},
    ]


def test_a_machine_gets_no_possible_matches_and_no_comments() -> None:
    assert codes(having("form", "capsule")) == []
    assert all("comment" not in each for each in matches(having("form", "tablet")))


def test_a_person_gets_what_holds_the_words() -> None:
    assert codes(having("form", "capsule"), exact=False) == ["A1"]
    assert codes(having("display", "amoxicillin 250"), exact=False) == ["A2"]
    assert "form" in matches(having("form", "capsule"), exact=False)[0]["comment"]


def test_a_person_gets_what_lies_further_down() -> None:
    found = codes(having("parent", "D"), exact=False)
    assert set(found[:2]) == {"A", "P1"}
    assert set(found[2:]) == {"A1", "A2"}


def test_values_may_be_booleans() -> None:
    assert codes(having("otc", True)) == ["P1"]


def test_a_property_may_hold_others() -> None:
    nested = named("subproperty", [{"name": "code", "valueCode": "strength"}, named("value", "250")])
    assert codes(having("form", "tablet", nested)) == ["A2"]
    lacking = parts(
        run(SERVICE, "find-matches", having("form", "tablet", nested), having("otc", True), system=DRUGS), "match"
    )
    unmatched = next(each["unmatched"] for each in lacking if each["code"]["code"] == "P1")
    assert [each["name"] for each in unmatched] == ["code", "value", "property"]


def test_without_a_match_nothing_is_returned() -> None:
    assert run(SERVICE, "find-matches", having("form", "syrup"), system=DRUGS) == {"resourceType": "Parameters"}


def test_says_what_is_wrong_with_the_question() -> None:
    assert refusal(SERVICE, "find-matches", having("form", "tablet"))[0] == "required"
    assert refusal(SERVICE, "find-matches", named("property", [named("value", "x")]), system=DRUGS)[0] == "required"
    assert refusal(SERVICE, "find-matches", *[having("form", "x")] * 21, system=DRUGS)[0] == "too-costly"
    assert refusal(SERVICE, "find-matches", having("form", "x"), system="http://nowhere")[0] == "not-found"
    assert refusal(SERVICE, "find-matches", having("form", "x"), system="urn:ietf:bcp:47")[0] == "not-supported"


def test_no_more_than_a_hundred_are_returned() -> None:
    rows = [drug(str(each), "same", form="tablet") for each in range(300)]
    answer = run(service_of(code_system("drugs", *rows)), "find-matches", having("form", "tablet"), system=DRUGS)
    assert len(answer["parameter"]) == 100
