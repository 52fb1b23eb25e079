"""Invariants (https://hl7.org/fhir/R4/conformance-rules.html#constraints)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator import Policy
from tests.conformance.validator.world import (
    CORE,
    OBSERVATION,
    PATIENT,
    check,
    check_core,
    constraint,
    element,
    places,
    profile,
    the,
)

BEST = [{"url": f"{CORE}/elementdefinition-bestpractice", "valueBoolean": True}]


def test_a_broken_rule_is_named_with_its_text() -> None:
    asked = profile("Patient", element("Patient", constraint=[constraint("p-1", "name.exists()")]))
    found = the(check(PATIENT, asked), "invariant.violated")
    assert (found.path, found.rule, found.severity) == ("Patient", "p-1", "error")
    assert (found.params["key"], found.params["human"]) == ("p-1", "the rule p-1")
    assert found.profile.endswith("profile|1.0.0")
    assert check(PATIENT | {"name": [{"text": "x"}]}, asked) == []


def test_a_rule_at_an_element_is_checked_at_each_of_its_values() -> None:
    asked = profile("Patient", element("Patient.name", constraint=[constraint("p-2", "family.exists()")]))
    found = check(PATIENT | {"name": [{"family": "a"}, {"text": "b"}, {"text": "c"}]}, asked)
    assert places(found) == [("invariant.violated", "Patient.name[1]"), ("invariant.violated", "Patient.name[2]")]


def test_a_rule_at_a_primitive_sees_its_value_and_its_extensions() -> None:
    rule = constraint("p-3", "hasValue() and $this >= @1950-01-01 and extension.empty()")
    asked = profile("Patient", element("Patient.birthDate", constraint=[rule]))
    assert check(PATIENT | {"birthDate": "1970-01-01"}, asked) == []
    assert places(check(PATIENT | {"birthDate": "1940-01-01"}, asked)) == [("invariant.violated", "Patient.birthDate")]
    beside = {"extension": [{"url": "http://example.org/x", "valueString": "x"}]}
    found = check(PATIENT | {"birthDate": "1970-01-01", "_birthDate": beside}, asked)
    assert places(found) == [("invariant.violated", "Patient.birthDate")]


def test_a_rule_may_only_warn() -> None:
    asked = profile("Patient", element("Patient", constraint=[constraint("p-4", "name.exists()", "warning")]))
    issues = check(PATIENT, asked)
    assert the(issues, "invariant.violated").severity == "warning"
    assert places(issues) == []


@pytest.mark.parametrize("expression", ["name.exists(", "name.nonesuch()", "'a' + 1"])
def test_a_rule_that_cannot_be_run_is_told_and_breaks_nothing(expression: str) -> None:
    asked = profile("Patient", element("Patient", constraint=[constraint("p-5", expression)]))
    issues = check(PATIENT | {"name": [{"text": "x"}]}, asked)
    found = the(issues, "invariant.unusable")
    assert (found.path, found.params["key"]) == ("Patient", "p-5")
    assert "invariant.violated" not in {each.id for each in issues}


def test_a_rule_that_comes_out_empty_is_broken() -> None:
    asked = profile("Patient", element("Patient", constraint=[constraint("p-6", "name.family = 'x'")]))
    assert places(check(PATIENT, asked)) == [("invariant.violated", "Patient")]


@pytest.mark.parametrize(("level", "expected"), [("ignore", []), ("warning", ["warning"]), ("error", ["error"])])
def test_the_policy_says_what_best_practice_weighs(level: Any, expected: list[str]) -> None:
    rule = constraint("p-7", "name.exists()", "warning", extension=BEST)
    asked = profile("Patient", element("Patient", constraint=[rule]))
    issues = check(PATIENT | {"text": {"status": "generated", "div": _DIV}}, asked, policy=Policy(best_practice=level))
    assert [each.severity for each in issues] == expected


_DIV = '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'


def test_a_resource_without_narrative_is_against_best_practice() -> None:
    found = the(check_core(PATIENT, policy=Policy(best_practice="warning")), "invariant.violated")
    assert (found.rule, found.severity, found.path) == ("dom-6", "warning", "Patient")
    assert check_core(PATIENT) == []


def test_a_rule_of_the_type_is_found_once_also_with_a_profile() -> None:
    asked = profile("Patient", element("Patient.contact", min=1))
    found = check(PATIENT | {"contact": [{"gender": "male"}]}, asked)
    assert [(each.rule, each.path) for each in found] == [("pat-1", "Patient.contact[0]")]


def test_a_corrected_rule_runs_as_corrected() -> None:
    question = {"linkId": "a", "type": "string"}
    when = {"question": "a", "operator": "exists", "answerBoolean": True}
    two = {"linkId": "b", "type": "string", "enableWhen": [when, when]}
    form = {"resourceType": "Questionnaire", "status": "active", "item": [question, two]}
    assert ("que-12", "Questionnaire.item[1]") in [(each.rule, each.path) for each in check_core(form)]


def test_a_reference_with_only_an_identifier_breaks_no_rule() -> None:
    subject = {"identifier": {"system": "http://example.org/ids", "value": "1"}}
    assert places(check_core(OBSERVATION | {"subject": subject}, policy=Policy(example_urls="ignore"))) == []


@pytest.mark.parametrize("value", [5, "x", True, ["x"], [{}]])
def test_rules_for_objects_are_not_asked_of_other_values(value: Any) -> None:
    amount = {"value": 1, "unit": "x"}
    ranges = [{"low": value, "high": amount}, {"low": amount, "appliesTo": value, "age": value}]
    assert "invariant.violated" not in {
        each for each, _ in places(check_core(OBSERVATION | {"referenceRange": ranges}))
    }
    timed = {"resourceType": "Encounter", "status": "planned", "class": {"code": "x"}, "length": value, "period": value}
    check_core(timed)
    extended = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-animal", "valuePeriod": value}]}
    check_core(PATIENT | extended)


def test_rules_of_an_element_apply_within_a_contained_resource() -> None:
    inner = {"resourceType": "Patient", "id": "p", "contact": [{"gender": "male"}]}
    found = check_core(OBSERVATION | {"contained": [inner], "subject": {"reference": "#p"}})
    assert places(found) == [("invariant.violated", "Observation.contained[0].contact[0]")]


def test_a_rule_sees_the_resource_and_its_container() -> None:
    rule = constraint("o-1", "%resource.id = 'o' and %rootResource.id = 'p' and %context.name.exists()")
    asked = profile("Organization", element("Organization", constraint=[rule]))
    inner = {"resourceType": "Organization", "id": "o", "name": "x", "meta": {"profile": [asked["url"]]}}
    patient = PATIENT | {"id": "p", "contained": [inner], "managingOrganization": {"reference": "#o"}}
    assert places(check_core(patient, asked)) == []
    assert places(check_core(patient | {"id": "q"}, asked)) == [("invariant.violated", "Patient.contained[0]")]


def test_a_rule_may_ask_whether_a_target_conforms() -> None:
    named = profile("Patient", element("Patient.name", min=1), name="named")
    rule = constraint("o-2", f"subject.resolve().conformsTo('{named['url']}')")
    asked = profile("Observation", element("Observation", constraint=[rule]))
    with_patient = OBSERVATION | {"subject": {"reference": "#p"}}
    inner = {"resourceType": "Patient", "id": "p"}
    bad = check(with_patient | {"contained": [inner]}, asked, named)
    assert places(bad) == [("invariant.violated", "Observation")]
    assert places(check(with_patient | {"contained": [inner | {"name": [{"text": "x"}]}]}, asked, named)) == []
