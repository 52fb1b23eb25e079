"""Many `$validate-code` in one request (https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/)."""

from __future__ import annotations

from typing import Any

from tests.terminology.engine.world import code_system, refusal, run, service, stated, value_set

Row = dict[str, Any]
SYSTEM, SET = "http://example.org/cs", "http://example.org/vs"
BATCH, BATCH_IN_CODE_SYSTEMS = "ValueSet/$batch-validate-code", "CodeSystem/$batch-validate-code"
_CONTENT = (code_system(SYSTEM, "a", "b"), value_set(SET, {"system": SYSTEM}))


def _validation(code: str, *more: Row) -> Row:
    coding = {"name": "coding", "valueCoding": {"system": SYSTEM, "code": code}}
    return {"resourceType": "Parameters", "parameter": [coding, *more]}


def _results(answer: Row) -> list[list[bool]]:
    return [stated(each, "result") for each in stated(answer, "validation")]


def test_each_validation_is_answered_in_its_place() -> None:
    asked = service(*_CONTENT)
    rows = [_validation("a"), _validation("q"), _validation("b")]
    assert _results(run(asked, BATCH, url=SET, validation=rows)) == [[True], [False], [True]]
    assert _results(run(asked, BATCH_IN_CODE_SYSTEMS, validation=rows)) == [[True], [False], [True]]


def test_a_validation_may_say_for_itself_what_is_shared_by_the_others() -> None:
    other = value_set(f"{SET}/other", {"system": SYSTEM, "concept": [{"code": "b"}]})
    own = {"name": "url", "valueUri": other["url"]}
    answer = run(service(*_CONTENT, other), BATCH, url=SET, validation=[_validation("a"), _validation("a", own)])
    assert _results(answer) == [[True], [False]]


def test_what_cannot_be_answered_is_an_outcome_in_its_place() -> None:
    unknown = {"name": "url", "valueUri": "http://example.org/none"}
    rows = [_validation("a", unknown), _validation("a"), {"resourceType": "Parameters"}]
    found = stated(run(service(*_CONTENT), BATCH, url=SET, validation=rows), "validation")
    assert [each["resourceType"] for each in found] == ["OperationOutcome", "Parameters", "OperationOutcome"]
    assert "'http://example.org/none' could not be found" in found[0]["issue"][0]["details"]["text"]


def test_what_comes_along_serves_the_whole_batch_and_each_may_bring_its_own() -> None:
    own = {
        "name": "tx-resource",
        "resource": value_set(SET, {"system": SYSTEM, "concept": [{"code": "b"}]}, version="2"),
    }
    rows = [_validation("a"), _validation("a", own), _validation("b", own)]
    answer = run(service(), BATCH, url=SET, tx_resource=list(_CONTENT), validation=rows)
    assert _results(answer) == [[True], [False], [True]]


def test_a_malformed_validation_is_refused_with_its_place() -> None:
    row = {"resourceType": "Parameters", "parameter": [{"name": "coding", "valueCoding": {"code": 5}}]}
    found = refusal(service(*_CONTENT), BATCH, url=SET, validation=[_validation("a"), row])
    expected = "Parameters.parameter[2].resource.parameter[0].valueCoding.code is 5; expected a text"
    assert found == expected


def test_an_empty_batch_has_no_answers() -> None:
    assert run(service(*_CONTENT), BATCH, url=SET) == {"resourceType": "Parameters", "parameter": []}
