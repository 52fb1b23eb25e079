from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from conformance.enforcement import Rule
from conformance.enforcement_policy import SeverityOverride
from conformance.judgement import WITH_ISSUES
from conformance.rules_in_force import MODES, Mode
from conformance.validator import Policy
from fhir_kernel.codec.json_positions import json_positions
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Method
from tests.conformance.judging import (
    BORN,
    BORN_RULE,
    NAMED,
    NAMED_RULE,
    NOW,
    PATIENT,
    WRONG,
    enforcement,
    judged,
    rule,
    told,
)
from tests.conformance.validator.world import OBSERVATION, core_validator

UNBORN = ("cardinality.min", "Patient")
CLAIMING: Resource = {"resourceType": "Patient", "meta": {"profile": [BORN["url"]]}}


def test_without_a_policy_errors_refuse_and_warnings_do_not() -> None:
    refused, warned = judged(WRONG), judged(PATIENT | {"extension": [{"url": "http://x.test/x", "valueCode": "a"}]})
    assert not refused.accepted
    assert told(refused) == [("error", "binding.required", "Patient.gender")]
    assert warned.accepted
    assert [each.severity for each in warned.issues] == ["warning"]
    assert judged(PATIENT).accepted
    assert not judged(PATIENT).issues


def test_it_finds_what_the_validator_finds() -> None:
    for resource in (WRONG, OBSERVATION, OBSERVATION | {"status": "x", "foo": 1}, {"resourceType": "Nothing"}, {}):
        assert judged(resource).issues == core_validator().validate(resource).issues


@pytest.mark.parametrize(
    ("day", "accepted", "severities"),
    [(-1, True, []), (0, True, []), (10, True, ["warning"]), (20, False, ["error"]), (30, True, [])],
)
def test_a_rule_is_observed_then_warned_of_then_refused_then_over(
    day: int, accepted: bool, severities: list[str]
) -> None:
    dates = [NOW + timedelta(days=each) for each in (0, 10, 20, 30)]
    found = enforcement(Rule(BORN_RULE, "Patient", *dates)).judge(PATIENT, method="POST", now=NOW + timedelta(days=day))
    assert found.accepted is accepted
    assert [each.severity for each in found.issues] == severities
    results = [each.result for each in found.verdicts if each.rule == BORN_RULE]
    assert results == ([] if day in (-1, 30) else ["failed"])


@pytest.mark.parametrize("mode", MODES)
def test_the_mode_of_a_type_holds_for_fhir_itself(mode: Mode) -> None:
    found = judged(WRONG, types={"Patient": mode})
    assert found.accepted is (mode != "reject")
    assert [each.severity for each in found.issues] == {"warn": ["warning"], "reject": ["error"]}.get(mode, [])
    assert [each.result for each in found.verdicts] == ([] if mode == "off" else ["failed"])
    assert not judged(OBSERVATION | {"status": "x"}, types={"Patient": mode}).accepted


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("bad", [{"foo": 1}, {"name": "x"}, {"active": {}}, {"text": {"status": "x", "div": "<"}}])
def test_what_could_not_be_given_back_is_refused_in_any_mode(mode: Mode, bad: Resource) -> None:
    assert not judged(PATIENT | bad, default=mode).accepted


def test_the_mode_of_a_profile_decides_on_a_claim_too() -> None:
    assert not judged(CLAIMING).accepted
    assert judged(CLAIMING, rule(BORN_RULE, "off")).accepted
    observed = judged(CLAIMING, rule(BORN_RULE, "observe", applies="claimed"))
    assert observed.accepted
    assert not observed.issues
    assert [(each.rule, each.result) for each in observed.verdicts][1:] == [(BORN_RULE, "failed")]
    assert told(judged(CLAIMING, rule(BORN_RULE, "warn", applies="claimed"))) == [("warning", *UNBORN)]


def test_a_rule_about_claims_leaves_others_alone() -> None:
    found = judged(PATIENT, rule(BORN_RULE, "reject", applies="claimed"))
    assert found.accepted
    assert len(found.verdicts) == 1


def test_another_profile_that_is_claimed_is_held_to_as_the_type_is() -> None:
    both = {"resourceType": "Patient", "meta": {"profile": [BORN["url"], NAMED["url"]]}}
    assert [each.element for each in judged(both).issues] == ["Patient.birthDate", "Patient.name"]
    found = judged(both, rule(BORN_RULE, "observe"))
    assert [each.element for each in found.issues] == ["Patient.name"]
    assert judged(both, rule(BORN_RULE, "observe"), types={"Patient": "warn"}).accepted


def test_of_two_rules_that_find_the_same_the_stricter_is_told() -> None:
    rules = (rule(BORN_RULE, "warn"), rule(BORN_RULE.replace("|1.0.0", ""), "reject"))
    found = judged(PATIENT, *rules)
    assert told(found) == [("error", *UNBORN)]
    assert not found.accepted


def test_one_of_the_required_profiles_must_be_claimed() -> None:
    required = {"required": {"Patient": (BORN_RULE, NAMED["url"])}}
    assert told(judged(PATIENT, **required)) == [("error", "enforcement.profile-required", "Patient.meta.profile")]
    born = PATIENT | {"birthDate": "2000-01-01", "name": [{"text": "x"}]}
    assert judged(born | {"meta": {"profile": [BORN_RULE]}}, **required).accepted
    assert judged(born | {"meta": {"profile": [NAMED_RULE]}}, **required).accepted
    assert judged(born | {"meta": {"profile": [BORN["url"]]}}, **required).accepted
    assert not judged(born | {"meta": {"profile": [BORN["url"] + "|2"]}}, **required).accepted
    assert judged(PATIENT, **required, default="warn").accepted
    assert judged(OBSERVATION, **required).accepted


def test_severities_are_what_the_policy_says() -> None:
    def severities(*overrides: SeverityOverride, resource: Resource = WRONG) -> list[str]:
        return [each.severity for each in judged(resource, severities=overrides).issues]

    assert severities(SeverityOverride("binding.required", "warning")) == ["warning"]
    assert severities(SeverityOverride("binding", "information", "Patient")) == ["information"]
    assert severities(SeverityOverride("binding", "ignore", "Patient.gender")) == []
    assert severities(SeverityOverride("binding", "ignore", "Patient.gen")) == ["error"]
    assert severities(SeverityOverride("bind", "ignore")) == ["error"]
    assert severities(SeverityOverride("binding", "ignore", rule="min")) == ["error"]
    overrides = (SeverityOverride("binding", "warning"), SeverityOverride("binding", "ignore"))
    assert severities(*overrides) == ["warning"]
    contacts = PATIENT | {"contact": [{"gender": "x", "name": {"text": "x"}}, {"gender": "y", "name": {"text": "y"}}]}
    assert severities(SeverityOverride("binding", "ignore", "Patient.contact.gender"), resource=contacts) == []
    assert severities(SeverityOverride("structure", "ignore"), resource=PATIENT | {"foo": 1}) == ["error"]


def test_best_practice_is_a_switch() -> None:
    assert not judged(PATIENT).issues
    assert [each.rule for each in judged(PATIENT, validation=Policy(best_practice="warning")).issues] == ["dom-6"]


def test_a_profile_that_is_not_there_is_nobodys_fault() -> None:
    found = judged(PATIENT, rule("http://x.test/nothing|1", "reject"))
    assert found.accepted
    assert told(found) == [("warning", "profile.unknown", "Patient")]
    assert [each.result for each in found.verdicts] == ["passed", "error"]


def test_rules_are_asked_of_each_resource_in_a_bundle_but_not_of_contained_ones() -> None:
    inner: Resource = {"resourceType": "Patient", "contained": [PATIENT | {"id": "a"}], "link": []}
    inner |= {"link": [{"other": {"reference": "#a"}, "type": "seealso"}]}
    entries = [
        {"fullUrl": f"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e{at}", "resource": copy.deepcopy(inner)}
        for at in range(2)
    ]
    bundle: Resource = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    found = judged(bundle, rule(BORN_RULE, "reject"))
    assert [each.path for each in found.issues] == ["Bundle.entry[0].resource", "Bundle.entry[1].resource"]
    assert [each.path for each in found.verdicts][1:] == [each.path for each in found.issues]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_the_verdict_is_the_same_whichever_way_it_comes_in(method: Method) -> None:
    judge = enforcement(rule(BORN_RULE, "warn"), types={"Observation": "observe"})
    for resource in (PATIENT, WRONG, CLAIMING, OBSERVATION | {"status": "x"}):
        one = judge.judge(resource, method=method, now=NOW)
        other = judge.judge(copy.deepcopy(resource), method="POST", now=NOW)
        assert (one.accepted, one.issues, one.verdicts) == (other.accepted, other.issues, other.verdicts)


def test_of_a_deletion_nothing_is_asked() -> None:
    found = enforcement().judge(WRONG, method="DELETE", now=NOW)
    assert found.accepted
    assert not found.verdicts


def test_what_is_accepted_with_issues_is_tagged_and_loses_the_tag_once_it_is_right() -> None:
    warned = judged(PATIENT, rule(BORN_RULE, "warn"))
    once = warned.tagged(PATIENT)
    assert once == PATIENT | {"meta": {"tag": [WITH_ISSUES]}}
    assert warned.tagged(once) == once
    again = judged(once)
    assert not again.issues
    assert again.tagged(once) == PATIENT
    other = {"system": "http://x.test", "code": "a"}
    mixed = PATIENT | {"meta": {"versionId": "1", "tag": [other, WITH_ISSUES]}}
    assert judged(PATIENT).tagged(mixed) == PATIENT | {"meta": {"versionId": "1", "tag": [other]}}
    assert judged(PATIENT).tagged(PATIENT) is PATIENT


def test_what_is_refused_observed_or_beyond_our_knowledge_is_not_tagged() -> None:
    unknown = OBSERVATION | {"code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}}
    assert [each.id for each in judged(unknown).issues] == ["code.cannot-tell"]
    assert not judged(unknown).tags
    assert not judged(WRONG).tags
    assert not judged(PATIENT, rule(BORN_RULE, "observe")).tags


def test_it_is_told_in_either_language_and_with_its_place() -> None:
    text = b'{"resourceType": "Patient",\n "gender": "x"}'
    found = judged(WRONG)
    assert found.outcome()["issue"][0]["expression"] == ["Patient.gender"]
    assert "location" not in found.outcome()["issue"][0]
    assert found.placed(json_positions(text)).outcome("zh")["issue"][0]["location"] == ["line 2, column 12"]
    assert judged(PATIENT).outcome()["issue"][0]["severity"] == "information"


def test_judging_does_not_change_what_is_judged() -> None:
    before = copy.deepcopy(CLAIMING)
    judged(CLAIMING, rule(BORN_RULE, "warn")).tagged(CLAIMING)
    assert before == CLAIMING


def test_a_newer_version_takes_over_on_its_day() -> None:
    handover = datetime(2026, 1, 1, tzinfo=NOW.tzinfo)
    old = Rule(BORN_RULE, "Patient", reject_from=NOW, until=handover)
    new = replace(old, profile=NAMED_RULE, reject_from=handover, until=None)
    judge = enforcement(old, new)
    elements = [
        [each.element for each in judge.judge(PATIENT, method="PUT", now=now).issues]
        for now in (NOW - timedelta(days=1), NOW, handover)
    ]
    assert elements == [[], ["Patient.birthDate"], ["Patient.name"]]
